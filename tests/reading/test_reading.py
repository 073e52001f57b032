"""What a member has read, saved and begun."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from articles.models import Article
from bench.filling import insert
from reading.models import Reading, note_day
from tests import factories
from tests.articles.test_reading import body_of, many_series, queries
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db
NOW = timezone.now()
OURS = {"headers": {"Sec-Fetch-Site": "same-origin"}}
FREE = f"b-{factories.BODY[0]['id']}-1"
LOCKED = f"b-{factories.BODY[2]['id']}-1"


def send(client, article: Article, what: str, **data):
    return client.post(f"/konto/lesing/{article.pk}/{what}/", data, **OURS)


def row(article: Article) -> Reading:
    return Reading.objects.get(article=article)


def test_a_member_goes_on_where_they_stopped_on_any_device(article, member):
    send(logged_in(member), article, "sted", place=LOCKED, share=60)
    page = body_of(logged_in(member), article.get_absolute_url())
    assert f'href="#{LOCKED}"' in page
    assert "60 % lest" in page


def test_the_place_is_found_after_the_text_was_changed(article, as_member):
    send(as_member, article, "sted", place=LOCKED, share=60)
    article.body = [*article.body.raw_data[:2], {**article.body.raw_data[2]}]
    article.body[2].value.source = "<p>Nytt.</p><p>Det låste avsnittet.</p>"
    article.save_revision().publish()
    page = body_of(as_member, article.get_absolute_url())
    assert f'href="#{LOCKED.removesuffix("-1")}-2"' in page


def test_a_visitor_and_a_preview_show_nothing_of_it(article, visitor, as_editor, editor):
    Reading.of(editor, article).keep(True)
    assert "lesing" not in body_of(visitor, article.get_absolute_url())
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user, request.session = editor, as_editor.session
    preview = article.make_preview_request(request, "member")
    assert 'aria-pressed="false"' in preview.content.decode()  # somebody else's, who has saved none


def test_only_a_member_fetches_its_stylesheet(article, visitor, as_member):
    for path in ("/", "/serien/", article.get_absolute_url()):
        assert "css/reading" not in body_of(visitor, path)
        assert "css/reading" in body_of(as_member, path)


def test_what_is_read_to_its_end_is_ticked_and_the_next_is_offered(series, as_member):
    first = factories.make_article(series, slug="en", title="Del én")
    second = factories.make_article(series, slug="to", title="Del to")
    send(as_member, first, "sted", place=LOCKED, share=100)
    assert row(first).finished_at
    page = body_of(as_member, "/serien/")
    assert '<span class="marking read">Lest</span>' in page
    assert "1 av 2 deler lest" in page
    assert re.search(r'href="/serien/to/"[^>]*>Fortsett med del 2', page)
    end = body_of(as_member, first.get_absolute_url())
    assert 'rel="next" href="/serien/to/"' in end
    send(as_member, second, "lest", on="1")
    assert "Du har lest hele serien." in body_of(as_member, "/serien/")


def test_read_is_ticked_and_taken_back_by_a_plain_form(article, as_member):
    answer = send(as_member, article, "lest", on="1")
    assert answer.url == f"{article.get_absolute_url()}#lesingen"
    assert row(article).finished_at
    send(as_member, article, "lest", on="0")
    assert row(article).finished_at is None


def test_saved_articles_wait_on_a_page_of_their_own(article, as_member):
    send(as_member, article, "lagret", on="1")
    assert article.title in body_of(as_member, "/konto/lesing/")
    send(as_member, article, "lagret", on="0")
    assert article.title not in body_of(as_member, "/konto/lesing/")


def test_the_front_page_offers_what_is_begun(article, as_member, visitor):
    send(as_member, article, "sted", place=FREE, share=20)
    assert "#fortsett" in body_of(as_member, "/")
    assert "#fortsett" not in body_of(visitor, "/")


def test_wiping_the_history_leaves_what_is_saved(series, as_member):
    read, kept = (factories.make_article(series, slug=slug) for slug in ("a", "b"))
    for article in (read, kept):
        send(as_member, article, "sted", place=LOCKED, share=100)
    send(as_member, kept, "lagret", on="1")
    as_member.post("/konto/lesing/slett/", **OURS)
    [left] = Reading.objects.values("article", "place", "words", "passed", "share", "finished_at")
    assert left == {
        "article": kept.pk, "place": "", "words": "", "passed": [], "share": 0, "finished_at": None,
    }  # fmt: skip
    assert not User.objects.filter(last_read_at__isnull=False).exists()


def test_switched_off_no_history_is_kept_and_what_there_was_is_gone(article, as_member):
    send(as_member, article, "sted", place=LOCKED, share=50)
    assert User.objects.get(readings=row(article)).last_read_at
    as_member.post("/konto/lesing/historikk/", {"on": "0"}, **OURS)
    assert not Reading.objects.exists()
    assert not User.objects.filter(last_read_at__isnull=False).exists()
    send(as_member, article, "sted", place=LOCKED, share=50)
    send(as_member, article, "lest", on="1")
    assert not Reading.objects.exists()
    send(as_member, article, "lagret", on="1")
    assert Reading.objects.get().saved_at
    as_member.post("/konto/lesing/historikk/", {"on": "1"}, **OURS)
    assert User.objects.get(readings=row(article)).keeps_history
    send(as_member, article, "sted", place=LOCKED, share=50)
    assert row(article).place == LOCKED


def test_nobody_keeps_a_place_in_a_text_they_may_not_read(article, suspended):
    send(logged_in(suspended), article, "sted", place=LOCKED, share=50)
    assert not Reading.objects.exclude(place="").exists()
    send(logged_in(suspended), article, "sted", place=FREE, share=50)
    assert row(article).place == FREE


@pytest.mark.parametrize(
    "data",
    [{}, {"place": "x"}, {"place": "b-" + "a" * 90}, {"place": FREE, "share": 101},
     {"place": FREE, "share": "mye"}, {"place": 'b-"><script>'}],
)  # fmt: skip
def test_a_place_that_no_page_sends_is_refused(data, article, as_member):
    assert send(as_member, article, "sted", **data).status_code == 400
    assert not Reading.objects.exists()


@pytest.mark.parametrize("what", ["lest", "lagret"])
def test_a_switch_is_on_or_off(what, article, as_member):
    assert send(as_member, article, what, on="kanskje").status_code == 400


def test_a_place_that_is_not_in_the_text_changes_nothing(article, as_member):
    send(as_member, article, "sted", place=LOCKED, share=50)
    send(as_member, article, "sted", place="b-finnes-ikke-1", share=10)
    assert (row(article).place, row(article).share) == (LOCKED, 50)


def test_the_forms_are_taken_from_our_own_pages_only(article, member):
    as_member = Client()
    as_member.force_login(member)
    for path in (f"{article.pk}/sted/", f"{article.pk}/lest/", f"{article.pk}/lagret/", "slett/"):
        assert as_member.post(f"/konto/lesing/{path}").status_code == 403


def test_what_readers_may_not_know_can_be_neither_read_nor_listed(article, as_member):
    send(as_member, article, "lagret", on="1")
    article.unpublish()
    assert article.title not in body_of(as_member, "/konto/lesing/")
    assert send(as_member, article, "lagret", on="1").status_code == 404


def test_a_visitor_is_asked_to_log_in(article, visitor):
    assert "/konto/logg-inn/" in visitor.get("/konto/lesing/").url
    assert "/konto/logg-inn/" in send(visitor, article, "lagret", on="1").url


def test_the_lists_cost_the_same_however_long_they_are(series, member):
    def read(n: int) -> None:
        for _ in range(n):
            article = factories.make_article(series, slug=f"del-{Article.objects.count()}")
            reading = Reading.of(member, article)
            reading.finish(True)
            reading.keep(True)
            other = factories.make_article(series, slug=f"del-{Article.objects.count()}")
            Reading.of(member, other).keep_position(FREE, 10)

    client = logged_in(member)
    read(1)
    paths = ["/konto/lesing/", "/", "/serien/", "/serien/del-0/"]
    before = [len(queries(client, path)) for path in paths]
    read(4)
    assert [len(queries(client, path)) for path in paths] == before


def test_the_place_of_an_older_reading_is_looked_up_in_the_present_text(article, member):
    reading = Reading.of(member, article)
    reading.keep_position(LOCKED, 50)
    Reading.objects.update(read_at=timezone.now() - timedelta(days=2))
    assert f'href="#{LOCKED}"' in body_of(logged_in(member), article.get_absolute_url())


def test_a_log_in_in_between_leads_back_to_the_article(article, as_member):
    for what in ("sted", "lest", "lagret"):
        assert as_member.get(f"/konto/lesing/{article.pk}/{what}/").url == "/serien/delen/"
    for path in ("historikk/", "slett/"):
        assert as_member.get(f"/konto/lesing/{path}").url == "/konto/lesing/"


def test_a_history_wiped_in_another_window_is_not_written_again(article, member):
    reading = Reading.of(member, article)
    Reading.objects.all().delete()
    reading.keep_position(FREE, 50)
    reading.finish(True)
    reading.keep(True)
    assert not Reading.objects.exists()
    member.refresh_from_db()
    assert member.last_read_at is None


def test_an_article_of_no_possible_number_is_not_there(as_member):
    assert send(as_member, Article(pk=2**63), "lest").status_code == 404


def test_a_button_leads_back_to_where_it_stood(article, as_member):
    path = article.get_absolute_url()
    places = {"top": f"{path}#lagring", "list": "/konto/lesing/#rad-1", "": f"{path}#lesingen"}
    for back, place in places.items():
        assert send(as_member, article, "lagret", on="1", back=back).url == place


def many_readings(member, number: int, **fields) -> None:
    parts = many_series(number)
    insert(Reading, (Reading(user=member, article=part, **fields) for part in parts))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("pabegynt", {"read_at": NOW, "share": 40}),
        ("lagret", {"saved_at": NOW}),
        ("lest", {"read_at": NOW, "finished_at": NOW}),
    ],
)
def test_a_long_list_goes_on_on_pages_of_its_own(series, member, name, fields):
    client, address = logged_in(member), f"/konto/lesing/{name}/"
    assert address not in body_of(client, "/konto/lesing/")
    many_readings(member, 31, **fields)
    overview = body_of(client, "/konto/lesing/")
    assert overview.count("<h3>") == 12
    assert f'href="{address}"' in overview
    first, second = body_of(client, address), body_of(client, f"{address}?side=2")
    assert [page.count("<h2>") for page in (first, second)] == [30, 1]
    assert 'aria-current="true">Min lesing' in first
    assert client.get(f"{address}?side=3").url == address


def test_a_list_of_nothing_says_so_and_one_unknown_is_not_there(series, as_member):
    assert "Trykk «Lagre til senere»" in body_of(as_member, "/konto/lesing/lagret/")
    assert as_member.get("/konto/lesing/ulest/").status_code == 404


def test_taken_off_a_page_of_the_list_one_stays_on_it(series, member):
    many_readings(member, 31, saved_at=NOW)
    client = logged_in(member)
    page = body_of(client, "/konto/lesing/lagret/?side=2")
    assert page.count('name="side" value="2"') == 1
    last = Article.objects.get(readings__in=Reading.objects.saved()[30:])
    assert page.count('name="row" value="1"') == page.count('id="rad-1"') == 1
    answer = send(client, last, "lagret", on="0", back="shelf", side="2", row="1")
    assert answer.url == "/konto/lesing/lagret/?side=2#rad-1"
    assert client.get(answer.url).url == "/konto/lesing/lagret/"
    assert send(client, last, "lagret", on="0", side="0").status_code == 400


def test_unread_again_is_as_if_never_opened(article, as_member):
    send(as_member, article, "lest", on="1")
    send(as_member, article, "lest", on="0")
    assert article.title not in body_of(as_member, "/konto/lesing/")


def test_a_place_without_a_share_has_the_share_it_lies_at(article, as_member):
    send(as_member, article, "sted", place=LOCKED)
    assert row(article).share == 50
    assert "50 % lest" in body_of(as_member, "/konto/lesing/")


def test_who_keeps_no_history_is_offered_none(article, as_member):
    as_member.post("/konto/lesing/historikk/", {"on": "0"}, **OURS)
    page = body_of(as_member, article.get_absolute_url())
    assert "Lagre til senere" in page
    for offer in ("Merk som lest", "<reading-place", "Husk stedet"):
        assert offer not in page


def test_a_place_behind_the_gate_is_not_pointed_at_for_who_may_not_read_it(article, member):
    send(logged_in(member), article, "sted", place=LOCKED, share=60)
    member.suspend()
    page = body_of(logged_in(member), article.get_absolute_url())
    assert LOCKED not in page
    assert f'href="#{FREE}"' in page


def test_saving_in_one_window_and_reading_in_another_lose_nothing(article, member):
    here, there = Reading.of(member, article), Reading.of(member, article)
    here.keep(True)
    there.keep_position(LOCKED, 60)
    assert row(article).saved_at
    assert row(article).place == LOCKED


def test_reading_in_one_window_does_not_undo_read_in_another(article, member):
    here, there = Reading.of(member, article), Reading.of(member, article)
    here.finish(True)
    there.keep_position(LOCKED, 60)
    assert row(article).finished_at


def test_the_day_of_the_last_reading_is_one_of_ours(member, monkeypatch):
    """Half past midnight in Oslo is still the day before in UTC."""
    for moment in (
        datetime(2026, 12, 31, 11, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
    ):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        note_day(member)
    member.refresh_from_db()
    assert str(timezone.localdate(member.last_read_at)) == "2027-01-01"


def test_what_is_read_shows_the_day_and_what_is_saved_can_be_taken_off(series, as_member):
    read, kept = (factories.make_article(series, slug=slug, title=slug) for slug in ("a", "b"))
    send(as_member, read, "lest", on="1")
    send(as_member, kept, "lagret", on="1")
    page = body_of(as_member, "/konto/lesing/")
    assert page.count("Lagret – ta bort") == 1
    assert "Lagre til senere" not in page
    today = date_format(timezone.localdate(), "j. F Y")
    assert today in page[page.index('id="lest"') :]


def test_who_may_not_read_on_can_not_read_to_the_end(series, suspended):
    paragraphs = "".join(f"<p>Avsnitt {n}.</p>" for n in range(60))
    free = factories.text(f"{paragraphs}<h2>Sist</h2>")
    locked = factories.text("<h2>Låst</h2><p>b</p>")
    body = [free, factories.gate(), locked]
    article = factories.make_article(series, body, shows_contents=True)
    client = logged_in(suspended)
    page = body_of(client, article.get_absolute_url())
    assert '<option value="les-videre"' not in page
    assert f'<option value="b-{free["id"]}-61"' in page
    send(client, article, "sted", place=f"b-{free['id']}-61")
    assert row(article).finished_at is None
