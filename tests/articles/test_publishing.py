"""Passages match the published text, whatever the panel does."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from accounts.access import MEMBER, VISITOR, Access, Opened, Reader
from articles.jobs import publish_due
from articles.models import Article, Definition, Passage, PictureUse
from articles.models.passages import readable_among
from articles.publishing.editions import Editions
from articles.publishing.events import passages_changed
from articles.publishing.rendering import RenderError
from tests import factories
from tests.conftest import logged_in, person
from tests.factories import text

pytestmark = pytest.mark.django_db


def stored(article):
    return list(Passage.objects.filter(page=article.pk).values_list("access", "text", "teaser"))


def all_agree(capsys) -> bool:
    """Returns whether `republish` finds nothing to change."""
    capsys.readouterr()
    call_command("republish")
    return capsys.readouterr().out == "0 sider ble endret.\n"


def test_the_gate_cuts_the_text_in_two(article):
    assert stored(article) == [
        (Access.PUBLIC, "Det åpne avsnittet.", ""),
        (Access.MEMBERS, "Det låste avsnittet.", "Hva resten svarer på."),
    ]


def test_without_a_gate_all_of_a_members_article_is_locked(series):
    article = factories.make_article(series, [text("<p>Alt.</p>")])
    assert stored(article) == [(Access.MEMBERS, "Alt.", "")]


def test_an_open_article_is_one_public_passage_and_ignores_its_gate(series):
    article = factories.make_article(series, access=Access.PUBLIC)
    assert stored(article) == [(Access.PUBLIC, "Det åpne avsnittet. Det låste avsnittet.", "")]


def test_a_gate_at_the_very_top_locks_everything(series):
    article = factories.make_article(series, factories.BODY[1:])
    assert [access for access, *_ in stored(article)] == [Access.MEMBERS]


def test_a_second_gate_opens_nothing(series):
    body = [*factories.BODY, factories.gate(), text("<p>Enda mer.</p>")]
    assert [a for a, *_ in stored(factories.make_article(series, body))] == [0, 10]


def test_a_draft_of_a_live_article_changes_nothing_for_readers(article, capsys):
    before = stored(article)
    article.body = [("text", "<p>Utkast.</p>")]
    article.save_revision()
    article.save(update_fields=["latest_revision", "has_unpublished_changes"])
    assert stored(article) == before
    assert all_agree(capsys)


def test_publishing_again_keeps_the_rows_and_their_numbers(article):
    rows = list(Passage.objects.values_list("pk", flat=True))
    article.title = "Nytt navn"
    article.save_revision().publish()
    assert list(Passage.objects.values_list("pk", flat=True)) == rows


def test_a_scheduled_article_has_no_passages_until_its_time(series, capsys):
    article = factories.draft_article(series)
    article.go_live_at = timezone.now() + timedelta(days=1)
    article.save_revision().publish()
    assert stored(article) == []
    Page.objects.filter(pk=article.pk).update(go_live_at=timezone.now())
    article.refresh_from_db()
    revision = article.latest_revision
    revision.approved_go_live_at = timezone.now()
    revision.content["go_live_at"] = timezone.now().isoformat()
    revision.save()
    publish_due()
    assert len(stored(article)) == 2
    assert all_agree(capsys)


def planned(article: Article, minutes: int) -> Article:
    """Plans the article's present text to have gone out `minutes` ago."""
    article.go_live_at = timezone.now() + timedelta(days=1)
    article.save_revision().publish()
    revision = Revision.page_revisions.get(
        object_id=str(article.pk), approved_go_live_at__gt=timezone.now()
    )
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=minutes)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    return article


def test_a_plan_outlives_a_fault(caplog, monkeypatch):
    series = factories.make_series()
    first = planned(factories.draft_article(series), minutes=2)
    second = planned(factories.draft_article(series, slug="andre"), minutes=1)
    save = Article.save

    def fails(page, *args, **kwargs):
        if page.pk == first.pk:
            raise OperationalError("database is locked")
        save(page, *args, **kwargs)

    monkeypatch.setattr(Article, "save", fails)
    publish_due()
    publish_due()
    assert set(Article.objects.live()) == {second}
    assert caplog.text.count(f"What was planned for page {first.pk} failed") == 1
    monkeypatch.setattr(Article, "save", save)
    publish_due()
    assert set(Article.objects.live()) == {first, second}


def test_an_edition_whose_address_is_taken_waits_and_is_told_of(editor):
    series = factories.make_series()
    article = factories.make_article(series)
    article.slug, article.title = "ny", "Ny utgave"
    planned(article, minutes=5)
    factories.make_article(series, slug="ny", title="En annen")
    publish_due()
    assert Article.objects.get(pk=article.pk).slug == "delen"
    start = logged_in(editor).get("/admin/").content.decode()
    assert "«Delen» skulle ut" in start
    assert f"/admin/pages/{article.pk}/edit/" in start
    writer = logged_in(person("skribent@example.no", group="Writers"))
    assert "skulle ut" not in writer.get("/admin/").content.decode()
    Article.objects.get(slug="ny").delete()
    publish_due()
    assert Article.objects.get(pk=article.pk).slug == "ny"


def test_an_expired_article_is_withdrawn(article, capsys):
    Page.objects.filter(pk=article.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    publish_due()
    assert stored(article) == []
    assert all_agree(capsys)


def test_an_unpublished_article_is_withdrawn(article, capsys):
    article.unpublish()
    assert stored(article) == []
    assert all_agree(capsys)


def test_an_article_unpublished_as_a_plain_page_is_withdrawn(article, capsys):
    Page.objects.get(pk=article.pk).unpublish()
    assert stored(article) == []
    assert all_agree(capsys)


def test_the_parts_of_an_unpublished_series_are_read_by_nobody(article, series, member):
    series.unpublish()
    assert not Passage.objects.readable_by(MEMBER).exists()


def test_a_reverted_article_shows_its_old_text_and_keeps_its_access(article, capsys):
    old = article.latest_revision
    article.change_access(Access.PUBLIC)
    article.body = [("text", "<p>Ny utgave.</p>")]
    article.save_revision().publish()
    article.refresh_from_db()
    article.change_access(Access.MEMBERS)
    old.publish()
    assert stored(article)[1][0] == Access.MEMBERS
    assert all_agree(capsys)


def test_an_old_open_edition_published_again_does_not_open_a_locked_article(series, capsys):
    article = factories.make_article(series, access=Access.PUBLIC)
    open_edition = article.latest_revision
    article.change_access(Access.MEMBERS)
    open_edition.publish()
    article.refresh_from_db()
    assert article.access == Access.MEMBERS
    assert [a for a, *_ in stored(article)] == [Access.PUBLIC, Access.MEMBERS]
    assert all_agree(capsys)


def test_a_save_by_somebody_who_read_the_article_earlier_does_not_undo_a_lock(series):
    article = factories.make_article(series, access=Access.PUBLIC)
    earlier = Article.objects.get(pk=article.pk)
    article.change_access(Access.MEMBERS)
    earlier.title = "Rettet"
    earlier.save()
    article.refresh_from_db()
    assert article.access == Access.MEMBERS


def test_a_live_alias_has_passages_of_its_own_and_loses_them_with_the_original(article, capsys):
    other = factories.make_series("annen", "Annen")
    alias = article.create_alias(parent=other)
    assert stored(alias) == stored(article)
    article.body = [("text", "<p>Ny.</p>")]
    article.save_revision().publish()
    assert stored(alias) == [(Access.MEMBERS, "Ny.", "")]
    article.unpublish()
    assert stored(alias) == []
    assert all_agree(capsys)


def test_a_copy_is_a_draft_until_published_and_locked_like_its_original(article, series, capsys):
    copy = article.copy(update_attrs={"slug": "kopi"}, keep_live=False)
    assert stored(copy) == []
    live = article.copy(update_attrs={"slug": "kopi-2"}, keep_live=True)
    assert stored(live) == stored(article)
    assert all_agree(capsys)


def test_a_moved_article_keeps_its_passages(article, capsys):
    before = stored(article)
    article.move(factories.make_series("annen", "Annen"), pos="last-child")
    assert stored(article) == before
    assert all_agree(capsys)


def test_a_deleted_article_leaves_nothing_behind(article):
    article.delete()
    assert not Passage.objects.exists()


def test_a_text_nested_too_deeply_is_refused_and_nothing_changes(article):
    before = stored(article)
    article.body = [("text", "<ul><li>" * 40 + "x" + "</li></ul>" * 40)]
    with pytest.raises(RenderError):
        article.save_revision().publish()
    assert stored(Article.objects.get(pk=article.pk)) == before


def test_definitions_and_pictures_follow_their_passage(series, capsys):
    picture = factories.make_picture()
    article = factories.make_article(
        series, [factories.gate(), *factories.every_block(lambda place: place, picture)]
    )
    assert Definition.objects.get().passage.access == Access.MEMBERS
    assert PictureUse.objects.get().picture == picture
    article.body = factories.Article._meta.get_field("body").to_python(factories.BODY)
    article.save_revision().publish()
    assert not Definition.objects.exists()
    assert not PictureUse.objects.exists()
    assert all_agree(capsys)


def test_a_new_file_for_a_picture_gives_it_a_new_address_in_the_text(series, capsys):
    picture = factories.make_picture()
    article = factories.make_article(
        series, [factories.block("picture", {"picture": picture.pk, "alt": "", "caption": ""})]
    )
    old = picture.file_hash
    picture.take(factories.picture_bytes(colour="red"), "ny.png")
    picture.save()
    html = Passage.objects.get(page=article).html
    assert picture.file_hash in html
    assert old not in html
    assert all_agree(capsys)


def test_a_deleted_picture_leaves_the_text_standing(series, capsys):
    picture = factories.make_picture()
    article = factories.make_article(series, factories.every_block(lambda place: place, picture))
    picture.delete()
    article.save()
    assert "<img" not in Passage.objects.get(page=article).html
    assert all_agree(capsys)


def test_a_link_follows_a_page_that_changes_its_address(
    series, capsys, django_capture_on_commit_callbacks
):
    target = factories.make_article(series, slug="malet")
    link = f'<p><a linktype="page" id="{target.pk}">se</a></p>'
    article = factories.make_article(series, [text(link)])
    assert "/serien/malet/" in Passage.objects.get(page=article).html
    with django_capture_on_commit_callbacks(execute=True):
        target.slug = "nytt-mal"
        target.save_revision().publish()
    assert "/serien/nytt-mal/" in Passage.objects.get(page=article).html
    assert all_agree(capsys)


def test_a_bulk_action_of_the_panel_keeps_the_passages_in_step(series, as_editor, capsys):
    article = factories.make_article(series, authors=[factories.make_author()])
    url = f"/admin/bulk/wagtailcore/page/unpublish/?id={article.pk}&next=/admin/"
    assert as_editor.post(url).status_code == 302
    assert stored(article) == []
    url = f"/admin/bulk/wagtailcore/page/publish/?id={article.pk}&next=/admin/"
    assert as_editor.post(url).status_code == 302
    assert len(stored(article)) == 2
    assert all_agree(capsys)


def test_a_writer_s_text_is_published_by_an_editor_s_approval(series, writer, editor, capsys):
    article = factories.draft_article(series, owner=writer, authors=[factories.make_author()])
    article.save_revision(user=writer)
    article.get_workflow().start(article, writer)
    state = article.current_workflow_state.current_task_state
    state.approve(user=editor)
    assert len(stored(article)) == 2
    assert all_agree(capsys)


@pytest.mark.parametrize("meanwhile", ["lock", "edit", "nothing"])
def test_an_edition_that_waits_opens_nothing_that_was_locked_meanwhile(series, meanwhile):
    article = factories.make_article(series)
    article.change_access(Access.PUBLIC)
    article = Article.objects.get()
    article.title = "Ny utgave"
    with Editions() as editions:
        editions.add(article)
        if meanwhile == "lock":
            Article.objects.get().change_access(Access.MEMBERS)
        if meanwhile == "edit":
            Article.objects.get().save_revision().publish()
        with transaction.atomic():
            editions.publish()
    assert Article.objects.get().title == "Ny utgave"
    readable = Passage.objects.readable_by(VISITOR)
    seen = " ".join(passage.text for passage in readable.filter(page=article))
    assert ("Det låste avsnittet." in seen) is (meanwhile != "lock")
    assert Article.objects.get().update_passages() is False


def test_a_preview_asks_for_the_access_at_its_own_page(series):
    article, other = (factories.make_article(series, slug=slug) for slug in ("a", "b"))
    reader = Reader(Access.PUBLIC, (Opened(Access.MEMBERS, article.path, article.pk),))
    passages = article.rendered()
    assert readable_among(passages, article, reader) == passages
    assert readable_among(passages, other, reader) == passages[:1]


def test_receivers_get_the_stored_passages_in_order(series):
    told: list[tuple[int, list[str]]] = []

    def receive(sender, page, passages, **kwargs):
        told.append((page.pk, [passage.text for passage in passages]))

    passages_changed.connect(receive, sender=Article)
    try:
        article = factories.make_article(series)
        article.unpublish()
    finally:
        passages_changed.disconnect(receive, sender=Article)
    texts = ["Det åpne avsnittet.", "Det låste avsnittet."]
    assert told == [(article.pk, texts), (article.pk, [])]


@pytest.mark.parametrize("what", ["definition", "picture", "nothing"])
def test_an_edition_stores_definitions_and_pictures_that_differ(series, what):
    picture, other = factories.make_picture(), factories.make_picture(colour="red")
    body = [
        text("<p>Teksten.</p>"),
        factories.block("definition", {"term": "Ord", "text": "<p>Om det.</p>"}),
        factories.block("picture", {"picture": picture.pk, "alt": "Noe"}),
    ]
    article = factories.make_article(series, body)
    changed = [dict(each) for each in article.body.raw_data]
    if what == "definition":
        changed[1] = {**changed[1], "value": {"term": "Ord", "text": "<p>Noe nytt.</p>"}}
    if what == "picture":
        changed[2] = {**changed[2], "value": {**changed[2]["value"], "picture": other.pk}}
    article.body = Article._meta.get_field("body").to_python(changed)
    with Editions() as editions:
        editions.add(article)
        with transaction.atomic():
            editions.publish()
    assert ("Noe nytt" in Definition.objects.get().html) is (what == "definition")
    shown = other if what == "picture" else picture
    assert PictureUse.objects.get().picture == shown
    assert Article.objects.get().update_passages() is False
