"""Importing files as pages, importing them again, and importing changes."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backend

from accounts.access import Access
from articles.jobs import index_pages, publish_due
from articles.models import Article, Author, Passage, Picture, Series
from articles.models.by_lines import ArticleAuthor
from sponsors.models import Sponsorship
from tests import factories
from tests.transfer.conftest import FIRST_PART, SECOND_PART, everything, files_in
from transfer import importing
from transfer.faults import Faults
from transfer.management.commands import import_series as command
from transfer.pages import _longest_rising
from transfer.running_text import GATE
from transfer.series import read_folders
from worker.models import QueuedTask

OSLO = ZoneInfo("Europe/Oslo")


def index_changed() -> None:
    """Does what the worker does for the new editions of articles."""
    for row in QueuedTask.objects.filter(path=index_pages.module_path):
        row.run()


def ids(article: Article) -> list[str]:
    return [block["id"] for block in Article.objects.get(pk=article.pk).body.raw_data]


def test_a_folder_becomes_a_series_with_its_parts(first):
    series = Series.objects.get()
    assert (series.title, series.picture.title) == ("Kaffe på kontoret", "kanne")
    assert [part.slug for part in Article.objects.parts_of(series)] == [
        "den-forste-koppen",
        "andre-kopp",
    ]
    assert first.live
    assert first.access == Access.PUBLIC
    assert first.first_published_at == datetime(2026, 2, 3, tzinfo=OSLO)
    assert [block.block_type for block in first.body] == ["text", "picture", "footnote", "text"]
    assert first.body[0].value.source == (
        "<p>Det begynner ved <i>maskinen</i>, ikke i møterommet.[^1]</p>"
    )
    assert first.body[1].value["caption"] == "Koppene står klare."
    assert first.body[1].value["picture"].title == "kopper"


def test_gate_table_and_definition_become_blocks(first):
    second = Article.objects.get(slug="andre-kopp")
    assert second.access == Access.MEMBERS
    assert second.first_published_at == datetime(2026, 2, 10, 6, 30, tzinfo=OSLO)
    blocks = {block.block_type: block.value for block in second.body}
    assert blocks["gate"]["teaser"] == "Hva koster koppen?"
    assert blocks["definition"]["term"] == "Møtekaffe"
    assert blocks["definition"]["text"].source == (
        "<p>Kaffe som drikkes <i>fordi</i> man møtes.</p><ul><li>én</li><li>to</li></ul>"
    )
    table = blocks["table"]
    assert table.caption == "Priser i kroner"
    assert [(c["block"].name, c["heading"]) for c in table.columns] == [
        ("text", "Kopp"),
        ("number", "Pris"),
    ]
    assert [cell.value.source for row in table.rows for cell in row] == [
        "<p>Svart</p>",
        "<p>12</p>",
        "<p>Melk | sukker</p>",
        "<p><b>14</b></p>",
    ]
    assert Passage.objects.filter(page=second).count() == 2


def test_front_matter_is_text_and_nothing_else(on_disk, first):
    assert Article.objects.get(slug="andre-kopp").title == "12"
    author = Author.objects.get(slug="ase-lunde")
    assert author.born == 1968
    assert author.portrait.title == "ase"
    assert [(link.label, link.url) for link in author.links.all()] == [
        ("Nettsted", "https://example.no/ase")
    ]
    assert author.bio == (
        '<p>Skriver om <b>møter</b>.</p><p>Bor i <a href="https://example.no/bodo">Bodø</a>.</p>'
    )
    on_disk.change("serie.md", "title: Kaffe på kontoret", "title: no")
    on_disk.change("serie.md", "lead: To deler om kaffe og møter.", "lead: 1.50")
    on_disk.load()
    series = Series.objects.get()
    assert (series.title, series.lead) == ("no", "1.50")


def test_authors_stand_in_the_order_of_the_file(on_disk, first):
    second = Article.objects.get(slug="andre-kopp")
    assert [row.author.slug for row in second.by_line.all()] == ["ase-lunde", "bo-tangen"]
    on_disk.change(SECOND_PART, "- ase-lunde\n- bo-tangen\n", "- bo-tangen\n- ase-lunde\n")
    on_disk.load()
    rows = ArticleAuthor.objects.filter(article=second).order_by("sort_order")
    assert [row.author.slug for row in rows] == ["bo-tangen", "ase-lunde"]


def test_twice_over_changes_nothing(on_disk, first, media, capsys):
    before = everything(), Revision.objects.count(), files_in(media)
    capsys.readouterr()
    on_disk.load()
    assert (everything(), Revision.objects.count(), files_in(media)) == before
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_changed_paragraph_leaves_the_other_blocks_alone(on_disk, first):
    before, revisions = ids(first), Revision.objects.count()
    on_disk.change(FIRST_PART, "Siste avsnitt.", "Et annet siste avsnitt.")
    on_disk.load()
    assert ids(first) == before
    assert Revision.objects.count() == revisions + 1
    assert "Et annet siste" in Passage.objects.get(page=first).text


def test_a_new_block_gets_an_id_of_its_own_and_the_others_keep_theirs(on_disk, first):
    before = ids(first)
    on_disk.change(FIRST_PART, "![To", ":::definition Kopp\nNoe å drikke av.\n:::\n\n![To")
    on_disk.load()
    after = ids(first)
    assert [each for each in after if each in before] == before
    assert len(after) == len(before) + 1


def test_what_the_panel_stored_is_kept_where_the_text_is_the_same(on_disk, first):
    second = Article.objects.get(slug="andre-kopp")
    raw = list(second.body.raw_data)
    raw[-1]["value"] = raw[-1]["value"].replace(
        '<a href="/kaffe-pa-kontoret/den-forste-koppen/">', f'<a linktype="page" id="{first.pk}">'
    ).replace("<p>", '<p data-block-key="k1">')  # fmt: skip
    second.body = raw
    second.save()
    on_disk.load()
    stored = Article.objects.get(pk=second.pk).body.raw_data[-1]["value"]
    assert "data-block-key" in stored
    on_disk.change(SECOND_PART, "Se [første", "Les [første")
    on_disk.load()
    stored = Article.objects.get(pk=second.pk).body.raw_data[-1]["value"]
    assert f'Les <a linktype="page" id="{first.pk}">' in stored


def test_two_texts_in_a_row_count_as_the_one_they_are_in_markdown(on_disk, first):
    raw = list(first.body.raw_data)
    raw.append({"type": "text", "value": "<p>Enda et avsnitt.</p>", "id": "x"})
    first.body = raw
    first.save()
    on_disk.change(FIRST_PART, "Siste avsnitt.", "Siste avsnitt.\n\nEnda et avsnitt.")
    before = ids(first)
    on_disk.load()
    assert ids(first) == before


def test_a_dry_run_tells_and_writes_nothing(on_disk, db, media, capsys):
    on_disk.load("--dry-run")
    assert not Series.objects.exists()
    assert not Picture.objects.exists()
    assert files_in(media) == {}
    told = capsys.readouterr().out
    assert told.splitlines()[0].startswith("Kaffe på kontoret: 2 ")
    assert FIRST_PART in told
    assert "forfattere/ase-lunde.md" in told


def test_a_dry_run_names_just_the_files_that_differ(on_disk, first, capsys):
    on_disk.change(SECOND_PART, "lead: Hva", "lead: Alt")
    before = everything(), Revision.objects.count()
    capsys.readouterr()
    on_disk.load("--dry-run")
    assert (everything(), Revision.objects.count()) == before
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 2
    assert SECOND_PART in told[1]


def test_a_failure_halfway_takes_pages_and_files_with_it(on_disk, db, media, monkeypatch, at_once):
    def fail(*args: object) -> None:
        raise RuntimeError("strømmen gikk")

    monkeypatch.setattr(importing, "change_unversioned", fail)
    with pytest.raises(RuntimeError), at_once():
        on_disk.load()
    assert not Series.objects.exists()
    assert not Picture.objects.exists()
    assert files_in(media) == {}


def test_access_changes_at_once_and_without_a_revision(on_disk, first):
    revisions = Revision.objects.count()
    on_disk.change(FIRST_PART, "access: open", "access: members")
    on_disk.load()
    assert Revision.objects.count() == revisions
    assert Passage.objects.get(page=first).access == Access.MEMBERS


def test_a_sponsor_line_is_updated_and_removed_with_the_file(on_disk, first):
    line = Sponsorship.objects.get()
    assert (line.text, line.url) == ("Mølla: ferskt hver uke", "https://example.no/molla")
    assert line.page_id == first.pk
    revisions = Revision.objects.count()
    old = "sponsor: '[Mølla: ferskt hver uke](https://example.no/molla)'"
    new = "sponsor:\n  text: Brenneriet\n  starts: 2026-01-01\n  ends: 2026-12-31T12:00"
    on_disk.change(FIRST_PART, old, new)
    on_disk.load()
    again = Sponsorship.objects.get()
    assert (again.pk, again.text, again.url) == (line.pk, "Brenneriet", "")
    assert again.starts_at == datetime(2026, 1, 1, tzinfo=OSLO)
    assert again.ends_at == datetime(2026, 12, 31, 12, tzinfo=OSLO)
    on_disk.change(FIRST_PART, new + "\n", "")
    on_disk.load()
    assert not Sponsorship.objects.exists()
    assert Revision.objects.count() == revisions


def test_a_date_to_come_schedules_and_draft_withdraws(on_disk, first):
    tomorrow = (timezone.now() + timedelta(days=1)).astimezone(OSLO).replace(microsecond=0)
    on_disk.change(FIRST_PART, "published: 2026-02-03", f"published: {tomorrow.isoformat()}")
    on_disk.load()
    first = Article.objects.get(pk=first.pk)
    assert not first.live
    assert first.go_live_at == tomorrow
    assert first.scheduled_revision.approved_go_live_at == tomorrow
    revisions = Revision.objects.count()
    on_disk.load()
    assert Revision.objects.count() == revisions
    on_disk.change(FIRST_PART, f"published: {tomorrow.isoformat()}", "published: draft")
    on_disk.load()
    first = Article.objects.get(pk=first.pk)
    assert not first.live
    assert first.scheduled_revision is None
    assert not Passage.objects.filter(page=first).exists()
    on_disk.change(FIRST_PART, "published: draft", "published: 2026-02-04")
    on_disk.load()
    first = Article.objects.get(pk=first.pk)
    assert first.live
    assert first.first_published_at == datetime(2026, 2, 4, tzinfo=OSLO)


def test_a_new_scheduled_part_is_published_by_the_worker_on_its_date(on_disk, db):
    soon = (timezone.now() + timedelta(hours=1)).astimezone(OSLO).replace(microsecond=0)
    on_disk.change(FIRST_PART, "published: 2026-02-03", f"published: {soon.isoformat()}")
    on_disk.load()
    Revision.objects.filter(approved_go_live_at=soon).update(
        approved_go_live_at=timezone.now() - timedelta(hours=1)
    )
    publish_due()
    assert Article.objects.get(slug="den-forste-koppen").first_published_at == soon


def test_without_a_date_it_is_published_now_and_keeps_its_date(on_disk, db):
    on_disk.change(FIRST_PART, "published: 2026-02-03\n", "")
    on_disk.load()
    moment = Article.objects.get(slug="den-forste-koppen").first_published_at
    assert timezone.now() - moment < timedelta(minutes=1)
    on_disk.change(FIRST_PART, "Siste", "Aller siste")
    on_disk.load()
    assert Article.objects.get(slug="den-forste-koppen").first_published_at == moment


def test_the_order_of_the_files_is_the_order_of_the_parts(on_disk, first):
    extra = Article(title="Bare her", slug="bare-her", lead="x")
    Series.objects.get().add_child(instance=extra)
    extra.save_revision().publish()
    (on_disk.path / FIRST_PART).rename(on_disk.path / "10-den-forste-koppen.md")
    revisions = Revision.objects.count()
    on_disk.load()
    parts = Article.objects.parts_of(Series.objects.get())
    assert [part.slug for part in parts] == ["andre-kopp", "den-forste-koppen", "bare-her"]
    assert Page.find_problems() == ([], [], [], [], [])
    assert PageLogEntry.objects.filter(action="wagtail.reorder").count() == 1
    assert Revision.objects.count() == revisions


def test_a_picture_is_known_again_by_what_was_handed_in_or_by_the_file_itself(on_disk, first):
    kept = Picture.objects.get(title="kanne")
    with default_storage.open(kept.file.name) as file:
        stored = file.read()
    assert (on_disk.path / "bilder/kanne.jpg").read_bytes() != stored
    count = Picture.objects.count()
    on_disk.write("bilder/ny.jpg", stored)
    on_disk.change("serie.md", "bilder/kanne.jpg", "bilder/ny.jpg")
    on_disk.load()
    assert Picture.objects.count() == count
    assert Series.objects.get().picture == kept


def test_a_draft_in_the_panel_is_left_alone_by_files_that_say_what_is_live(on_disk, first):
    first.title = "Et utkast"
    first.save_revision()
    on_disk.load()
    first = Article.objects.get(pk=first.pk)
    assert first.title == "Den første koppen"
    assert first.get_latest_revision_as_object().title == "Et utkast"


def test_a_series_taken_down_by_an_editor_stays_down(on_disk, first):
    Series.objects.get().unpublish()
    on_disk.change("serie.md", "To deler", "Tre deler")
    on_disk.load()
    assert not Series.objects.get().live
    revisions = Revision.objects.count()
    on_disk.load()
    assert Revision.objects.count() == revisions


def test_an_import_says_how_far_it_has_come(on_disk, db, capsys, monkeypatch):
    monkeypatch.setattr(command, "EVERY", 0)
    on_disk.load()
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [f"{n} av 2 artikler er kontrollert" for n in (1, 2)]
    assert lines[2:4] == [f"{n} av 2 artikler er ferdige" for n in (1, 2)]


def test_imported_parts_enter_the_search_of_the_panel_together(on_disk, db, monkeypatch):
    index = get_search_backend().index_class
    added: dict[str, int] = Counter()
    add_items = index.add_items
    monkeypatch.setattr(
        index,
        "add_items",
        lambda self, model, items: added.update([model.__name__]) or add_items(self, model, items),
    )
    on_disk.load()
    assert added == {"Author": 1, "Series": 1, "Article": 1, "Picture": 1}
    assert [found.slug for found in Page.objects.search("koppen")] == ["den-forste-koppen"]
    on_disk.change(FIRST_PART, "Den første koppen", "Den første kannen")
    on_disk.load()
    index_changed()
    assert not Page.objects.search("koppen").count()
    assert Page.objects.search("kannen").count() == 1


def test_the_tree_is_whole_after_an_import(on_disk, first):
    assert Page.find_problems() == ([], [], [], [], [])
    assert Series.objects.get().numchild == 2


def test_a_file_that_goes_wrong_after_the_check_takes_everything_back(on_disk, db):
    folder = read_folders([on_disk.path])[0]
    on_disk.change(SECOND_PART, "slug: andre-kopp", "slug: Andre kopp")
    with pytest.raises(Faults, match=r"02-andre-kopp\.md:3: "):
        importing.import_series(folder)
    assert not Series.objects.exists()
    # Pages that are saved afterwards are indexed as usual.
    factories.make_series(title="Kopper og kar")
    assert Page.objects.search("kopper").count() == 1


def test_a_part_is_read_when_its_turn_comes(on_disk, db):
    folder = read_folders([on_disk.path])[0]
    on_disk.change(SECOND_PART, "title: 12", "title: Den andre koppen")
    importing.import_series(folder)
    assert Article.objects.get(slug="andre-kopp").title == "Den andre koppen"


def test_what_an_imported_article_refers_to_is_known(on_disk, first):
    picture = Picture.objects.get(title="kopper")
    assert ReferenceIndex.get_references_to(picture).filter(object_id=str(first.pk)).exists()


@pytest.mark.parametrize(
    ("numbers", "longest"),
    [([], 0), ([3, 1, 2], 2), ([0, 1, 2], 3), ([2, 1, 0], 1), ([5, 0, 1, 6, 2, 3], 4)],
)
def test_as_many_parts_as_possible_stay_where_they_are(numbers, longest):
    stay = _longest_rising(numbers)
    assert len(stay) == longest
    assert [n for n in numbers if n in stay] == sorted(stay)


def test_a_sponsor_line_that_an_import_takes_away_is_no_longer_referred_to(on_disk, first):
    line = Sponsorship.objects.get(page=first)
    assert ReferenceIndex.get_references_to(first).filter(object_id=str(line.pk)).exists()
    on_disk.change(
        FIRST_PART, "sponsor: '[Mølla: ferskt hver uke](https://example.no/molla)'\n", ""
    )
    on_disk.load()
    assert not Sponsorship.objects.filter(pk=line.pk).exists()
    assert not ReferenceIndex.get_references_to(first).filter(object_id=str(line.pk)).exists()


def test_spaces_in_a_gate_that_never_ends_cost_no_more_than_their_number():
    assert GATE.fullmatch("<!--more level=1" + " " * 100_000 + "x") is None
