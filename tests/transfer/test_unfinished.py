"""What an import has added stays out of sight until its end, and is removed if there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision

from accounts.access import Access, Reader
from articles.models import Article, Author, Definition, Passage, Picture, Series
from articles.publishing.events import article_published
from delivery.models import ContentVersion
from tests.transfer.conftest import FIRST_PART, SECOND_PART, everything
from transfer.importing import import_series
from transfer.models import Unfinished
from transfer.series import read_folders
from transfer.unfinished import Additions, Overtaken, additions

pytestmark = pytest.mark.django_db
EDITOR = Reader(Access.MEMBERS)


@contextmanager
def before_the_end(monkeypatch, look) -> Iterator[None]:
    """Calls `look` when all is added, and nothing is published."""
    publish = Additions.publish
    with monkeypatch.context() as patch:

        def looked(self: Additions) -> None:
            patch.setattr(Additions, "publish", publish)
            look()
            publish(self)

        patch.setattr(Additions, "publish", looked)
        yield


class Killed(BaseException):
    pass


def killed(on_disk, monkeypatch) -> None:
    """An import that is killed before its end: nothing tidies up after it."""

    def kill() -> None:
        raise Killed

    tidy = Additions.remove
    with before_the_end(monkeypatch, kill), monkeypatch.context() as patch:
        patch.setattr(Additions, "remove", lambda self: None if self.count else tidy(self))
        with pytest.raises(Killed):
            on_disk.load()


def test_no_reader_sees_a_new_series_before_it_is_whole(on_disk, monkeypatch, visitor, as_member):
    seen = []

    def look() -> None:
        assert Article.objects.count() == 2
        for client in (visitor, as_member):
            for address in ("", "den-forste-koppen/", "andre-kopp/"):
                seen.append(client.get(f"/kaffe-pa-kontoret/{address}").status_code)
            seen.append(b"Kaffe" in client.get("/").content)
            seen.append(b"Tangen" in client.get("/forfattere/").content)
        seen.append(Passage.objects.readable_by(EDITOR).exists())
        seen.append(Definition.objects.live().exists())
        seen.append(Picture.objects.readable_by(EDITOR).exists())

    with before_the_end(monkeypatch, look):
        on_disk.load()
    assert seen == [404, 404, 404, False, False] * 2 + [False, False, False]
    assert visitor.get("/kaffe-pa-kontoret/andre-kopp/").status_code == 200
    assert not Unfinished.objects.exists()


def test_readers_have_the_old_edition_until_all_of_the_new_one_is_there(on_disk, monkeypatch):
    on_disk.load()
    on_disk.change(FIRST_PART, "Siste avsnitt.", "Aller siste avsnitt.")
    on_disk.change(SECOND_PART, "title: 12", "title: Tolv")
    third = (on_disk.path / SECOND_PART).read_text().replace("slug: andre-kopp", "slug: tredje")
    on_disk.write("00-tredje.md", third)

    def shown() -> list[object]:
        return list(Passage.objects.live().order_by("pk").values())

    before, seen = shown(), []

    def look() -> None:
        assert Article.objects.count() == 3
        seen.append(shown() == before)
        seen.append(list(Article.objects.live().values_list("title", flat=True)))

    with before_the_end(monkeypatch, look):
        on_disk.load()
    assert seen == [True, ["Den første koppen", "12"]]
    parts = Article.objects.parts_of(Series.objects.get())
    assert [part.title for part in parts] == ["Tolv", "Den første koppen", "Tolv"]


def test_a_new_page_is_as_wagtail_would_have_published_it(on_disk, monkeypatch):
    on_disk.load()
    for page in (*Article.objects.all(), *Series.objects.all(), *Author.objects.all()):
        assert page.live
        assert not page.has_unpublished_changes
        assert page.live_revision == page.latest_revision == page.revisions.get()
        assert page.first_published_at
        assert page.last_published_at
        actions = PageLogEntry.objects.filter(page=page).values_list("action", flat=True)
        assert sorted(actions) == ["wagtail.create", "wagtail.publish"]
        assert not getattr(page, "update_passages", bool)()
        assert page.get_latest_revision_as_object().title == page.title


def test_a_new_edition_is_as_wagtail_would_have_published_it(on_disk, monkeypatch):
    on_disk.load()
    on_disk.change(SECOND_PART, "title: 12", "title: Tolv")
    on_disk.change(SECOND_PART, "Åpent avsnitt.", "Helt åpent avsnitt.")
    on_disk.change(SECOND_PART, "Kaffe som drikkes", "Te som drikkes")
    on_disk.change(SECOND_PART, "- ase-lunde\n", "")
    on_disk.change(SECOND_PART, "authors:", "contents: open\nauthors:")
    on_disk.load()
    page = Article.objects.get(slug="andre-kopp")
    assert (page.title, page.draft_title, page.shows_contents) == ("Tolv", "Tolv", True)
    assert page.live
    assert not page.has_unpublished_changes
    assert page.live_revision == page.latest_revision == page.revisions.order_by("pk").last()
    assert page.last_published_at > page.first_published_at
    assert [row.author.slug for row in page.by_line.all()] == ["bo-tangen"]
    assert not page.update_passages()
    assert "Te som" in Definition.objects.get().html
    assert page.metadata.contents
    draft = page.get_latest_revision_as_object()
    assert (draft.title, draft.body.raw_data[0]) == ("Tolv", page.body.raw_data[0])
    actions = list(PageLogEntry.objects.filter(page=page).values_list("action", flat=True))
    assert sorted(actions[:2]) == ["wagtail.edit", "wagtail.publish"]


@pytest.mark.parametrize("times", [1, 2])
def test_what_a_killed_import_left_is_removed_by_the_next(on_disk, monkeypatch, times):
    for _ in range(times):
        killed(on_disk, monkeypatch)
        assert Unfinished.objects.exists()
    (on_disk.path / SECOND_PART).unlink()
    on_disk.load()
    assert not Unfinished.objects.exists()
    assert [part.slug for part in Article.objects.parts_of(Series.objects.get())] == [
        "den-forste-koppen"
    ]
    assert Article.objects.count() == 1
    assert Picture.objects.count() == 3
    assert Revision.objects.filter(object_str="12").count() == 0
    pages = set(Page.objects.values_list("pk", flat=True))
    assert set(PageLogEntry.objects.values_list("page", flat=True)) <= pages
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_killed_import_has_changed_nothing_that_was_there(on_disk, monkeypatch):
    on_disk.load()
    before = everything(), Revision.objects.count()
    on_disk.change(FIRST_PART, "Siste avsnitt.", "Aller siste avsnitt.")
    on_disk.change(SECOND_PART, "title: 12", "title: Tolv")
    killed(on_disk, monkeypatch)
    assert (everything(), Revision.objects.count()) == before


def test_what_an_editor_has_made_of_it_is_kept(on_disk, monkeypatch):
    killed(on_disk, monkeypatch)
    page = Article.objects.get(slug="andre-kopp")
    page.title = "Redaktørens"
    page.save_revision()
    with additions():
        pass
    assert not Unfinished.objects.exists()
    assert [a.get_latest_revision_as_object().title for a in Article.objects.all()] == [
        "Redaktørens"
    ]
    assert Series.objects.exists()  # the page stands below it


def test_the_older_of_two_imports_gives_way(on_disk, monkeypatch, tmp_path):
    other = type(on_disk)(tmp_path / "annen")
    other.change("serie.md", "slug: kaffe-pa-kontoret", "slug: annen")
    other.change("02-andre-kopp.md", "/kaffe-pa-kontoret/", "/annen/")
    folder = read_folders([on_disk.path])[0]
    with pytest.raises(Overtaken):
        import_series(folder, tell=lambda done, total: other.load() if done == total else None)
    assert [series.slug for series in Series.objects.all()] == ["annen"]
    assert Article.objects.count() == 2
    assert Author.objects.live().count() == 2
    assert not Unfinished.objects.exists()


def test_a_page_that_was_rendered_again_while_hidden_is_published_whole(on_disk, monkeypatch):
    def strip() -> None:
        call_command("republish")
        for article in Article.objects.all():
            article.update_passages()
        assert not Passage.objects.filter(page__in=Article.objects.all()).exists()

    with before_the_end(monkeypatch, strip):
        on_disk.load()
    for article in Article.objects.all():
        assert article.live
        assert Passage.objects.filter(page=article).exists()
        assert not article.update_passages()


def test_an_article_that_an_editor_saves_meanwhile_keeps_their_draft_in_its_history(
    on_disk, monkeypatch
):
    on_disk.load()
    on_disk.change(SECOND_PART, "title: 12", "title: Tolv")

    def save() -> None:
        draft = Article.objects.get(slug="andre-kopp")
        draft.title = "Redaktørens"
        draft.save_revision()

    with before_the_end(monkeypatch, save):
        on_disk.load()
    article = Article.objects.get(slug="andre-kopp")
    assert (article.title, article.live_revision.content["title"]) == ("Tolv", "Tolv")
    assert article.revisions.filter(content__title="Redaktørens").exists()
    assert ReferenceIndex.objects.filter(object_id=str(article.pk)).exists()


def test_a_scheduled_part_waits_for_the_end_of_the_import(on_disk, monkeypatch):
    soon = (timezone.now() + timedelta(hours=1)).replace(microsecond=0)
    on_disk.change(FIRST_PART, "published: 2026-02-03", f"published: {soon.isoformat()}")
    seen = []
    with before_the_end(
        monkeypatch, lambda: seen.extend(Revision.objects.exclude(approved_go_live_at=None))
    ):
        on_disk.load()
    assert not seen
    revision = Revision.objects.exclude(approved_go_live_at=None).get()
    assert (revision.content["title"], revision.approved_go_live_at) == ("Den første koppen", soon)
    assert "wagtail.publish.schedule" in set(PageLogEntry.objects.values_list("action", flat=True))


def test_caches_are_emptied_once_for_all_that_is_new(on_disk, monkeypatch, at_once):
    raised = []
    monkeypatch.setattr(ContentVersion, "rise", classmethod(lambda cls: raised.append(1)))
    with at_once():
        on_disk.load()
    assert len(raised) == 1


def test_each_new_article_is_told_of_once(on_disk, at_once):
    told = []

    def receive(article: Article, is_first: bool, **kwargs: object) -> None:
        told.append((article.slug, is_first, article.live))

    on_disk.change(SECOND_PART, "published: 2026-02-10T06:30\n", "")
    article_published.connect(receive, sender=Article)
    try:
        with at_once():
            on_disk.load()
        on_disk.change(SECOND_PART, "title: 12", "title: Tolv")
        with at_once():
            on_disk.load()
    finally:
        article_published.disconnect(receive, sender=Article)
    # The first has a date in its file: it was published before, elsewhere.
    assert told == [
        ("den-forste-koppen", False, True),
        ("andre-kopp", True, True),
        ("andre-kopp", False, True),
    ]


def longest(queries: CaptureQueriesContext) -> int:
    """The statements of the longest transaction. Within a test's own, each is a savepoint."""
    depth = count = most = 0
    for sql in (query["sql"] for query in queries):
        depth += sql.startswith("SAVEPOINT") - sql.startswith("RELEASE SAVEPOINT")
        count = count + 1 if depth else 0
        most = max(most, count)
    return most


def import_and_count(on_disk) -> int:
    with CaptureQueriesContext(connection) as queries:
        on_disk.load()
    return longest(queries)


def test_no_transaction_grows_with_the_number_of_articles(on_disk):
    """SQLite lets nobody else write while one lasts."""

    def write(names, word) -> None:
        source = (on_disk.path / FIRST_PART).read_text().replace("Siste", word)
        for name in names:
            on_disk.write(f"{name}.md", source.replace("slug: den-forste-koppen", f"slug: {name}"))

    on_disk.load()
    few, many = ["11-a", "12-b", "13-c"], [f"{n}-e" for n in range(20, 32)]
    write(few, "Nest siste")
    new = import_and_count(on_disk)
    write(many, "Nest siste")
    assert import_and_count(on_disk) <= new + 2
    write(few, "Aller siste")
    changed = import_and_count(on_disk)
    write([*few, *many], "Tredje siste")
    assert import_and_count(on_disk) <= changed + 2
    assert max(new, changed) < 130


def test_a_new_article_that_is_locked_while_hidden_is_published_locked(on_disk, monkeypatch):
    def lock() -> None:
        Article.objects.get(slug="den-forste-koppen").change_access(Access.MEMBERS)

    with before_the_end(monkeypatch, lock):
        on_disk.load()
    article = Article.objects.get(slug="den-forste-koppen")
    assert article.live
    assert [p.access for p in Passage.objects.filter(page=article)] == [Access.MEMBERS]
    assert not Passage.objects.readable_by(Reader(Access.PUBLIC)).filter(page=article).exists()
