"""Where a member stopped listening is where they stopped reading, on any device."""

import re
from collections.abc import Iterator

import pytest

from articles.models import Article
from narration import views
from narration.events import heard_to_the_end
from narration.making import narrate
from narration.models import Stream, WordReport
from reading.models import Reading, keep_history
from tests.factories import block, text
from tests.leaks.world import ABOVE_MEMBERS

BLOCK = "aaaaaaaa-0000-4000-8000-000000000009"


@pytest.fixture
def long(readable, article) -> Article:
    lines = "".join(f"<p>Avsnitt nummer {n}. Med en setning til.</p>" for n in range(9))
    article.body = Article._meta.get_field("body").to_python([text(lines, id=BLOCK)])
    article.save_revision().publish()
    narrate(article.pk)
    return Article.objects.get(pk=article.pk)


def start_of(address: str) -> float:
    marks = Stream.objects.get(is_cut=False).marks
    return next(mark[0] for mark in marks if mark[1] == address)


def stopped_at(client, article) -> int:
    page = client.get(article.get_absolute_url()).content.decode()
    [seconds] = re.findall(r"<narration-position [^>]*data-seconds=\"(\d+)\"", page)
    return int(seconds)


def test_a_member_goes_on_where_they_stopped(long, as_member, member):
    assert stopped_at(as_member, long) == 0
    address = f"b-{BLOCK}-5"
    url = f"/lyd/{long.pk}/sted/"
    assert as_member.post(url, {"seconds": start_of(address) + 0.4}).status_code == 204
    assert Reading.objects.get().place == address
    assert stopped_at(as_member, long) == round(start_of(address))


def test_reading_on_moves_the_listening_too(long, as_member):
    address = f"b-{BLOCK}-3"
    as_member.post(f"/konto/lesing/{long.pk}/sted/", {"place": address, "share": 30})
    assert stopped_at(as_member, long) == round(start_of(address))


def test_who_stopped_at_what_is_not_spoken_listens_on_from_what_stands_before_it(
    readable, article, as_member
):
    facts = block("facts", {"title": "Kort sagt", "text": "<p>Fakta.</p>"})
    article.body = Article._meta.get_field("body").to_python(
        [text("<p>Først.</p><p>Så.</p>", id=BLOCK), facts, text("<p>Slutt.</p>")]
    )
    article.save_revision().publish()
    narrate(article.pk)
    place = f"b-{facts['id']}-title"
    assert place not in {mark[1] for mark in Stream.objects.get(is_cut=False).marks}
    as_member.post(f"/konto/lesing/{article.pk}/sted/", {"place": place, "share": 60})
    assert Reading.objects.get().place == place
    assert stopped_at(as_member, article) == round(start_of(place.removesuffix("-title")))


@pytest.fixture
def heard() -> Iterator[list[int]]:
    found: list[int] = []

    def note(article: int, **kwargs) -> None:
        found.append(article)

    heard_to_the_end.connect(note)
    yield found
    heard_to_the_end.disconnect(note)


def test_what_was_heard_to_its_end_is_read(long, as_member, heard):
    for _time in range(2):  # the second time is no news
        as_member.post(f"/lyd/{long.pk}/sted/", {"seconds": 0, "ended": "on"})
    assert Reading.objects.get().finished_at
    assert stopped_at(as_member, long) == 0
    assert heard == [long.pk]


def test_who_heard_only_what_is_open_to_them_has_not_heard_it(article, readable, as_member, heard):
    above = block("gate", {"teaser": "", "level": ABOVE_MEMBERS})
    article.body = Article._meta.get_field("body").to_python(
        [text("<p>Åpent for medlemmer.</p>"), above, text("<p>Høyere opp.</p>")]
    )
    article.save_revision().publish()
    narrate(article.pk)
    as_member.post(f"/lyd/{article.pk}/sted/", {"seconds": 0, "ended": "on"})
    assert not Reading.objects.filter(finished_at__isnull=False).exists()
    assert heard == []


def test_who_stops_at_once_has_not_heard_it(long, as_member, heard):
    as_member.post(f"/lyd/{long.pk}/sted/", {"seconds": 0})
    assert not Reading.objects.filter(finished_at__isnull=False).exists()
    assert heard == []


def test_without_a_history_nothing_is_kept(long, as_member, member):
    keep_history(member, False)
    as_member.post(f"/lyd/{long.pk}/sted/", {"seconds": 5})
    assert not Reading.objects.exists()
    page = as_member.get(long.get_absolute_url()).content.decode()
    assert 'data-key="lytting:"' in page


@pytest.mark.parametrize("seconds", ["", "x", "-1", "1e9", "nan", "inf"])
def test_a_position_that_is_none_is_refused(long, as_member, seconds):
    assert as_member.post(f"/lyd/{long.pk}/sted/", {"seconds": seconds}).status_code == 400
    assert not Reading.objects.exists()


def test_a_visitor_keeps_it_themselves(long, visitor):
    assert visitor.post(f"/lyd/{long.pk}/sted/", {"seconds": 5}).status_code == 302
    assert not Reading.objects.exists()


def test_a_reported_word_waits_for_the_editors(long, visitor, as_editor):
    for _ in range(2):
        url = f"/lyd/{long.pk}/uttale/"
        given = {"word": "setning", "address": f"b-{BLOCK}-1"}
        assert visitor.post(url, given).status_code == 204
    page = as_editor.get(f"/admin/artikler/{long.pk}/lyd/").content.decode()
    assert "setning" in page
    assert "meldt 2 ganger" in page


@pytest.mark.parametrize("word", ["", "x" * 101])
def test_a_report_of_no_word_is_refused(long, visitor, word):
    assert visitor.post(f"/lyd/{long.pk}/uttale/", {"word": word}).status_code == 400


def test_no_flood_of_reports_fills_the_table(long, visitor, monkeypatch):
    monkeypatch.setattr(views, "MOST_WORDS", 2)
    for word in ("en", "to", "tre", "en"):
        answer = visitor.post(f"/lyd/{long.pk}/uttale/", {"word": word})
        assert answer.status_code == 204
    assert set(WordReport.objects.values_list("word", "times")) == {("en", 2), ("to", 1)}
