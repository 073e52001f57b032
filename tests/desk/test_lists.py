"""No list, chooser or report of the panel asks the database more often for more rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Workflow

from articles.models import AuthorIndex, Definition, Home, PlannedPart, Series
from desk import jobs
from desk.columns import ArticleColumn
from newsletter.models import LetterIndex
from sponsors.models import Sponsorship
from tests import factories
from tests.conftest import logged_in, person
from tests.newsletter.letters import draft_letter

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 9


def fill(series: Series, numbers: range, editor) -> None:
    """One more row in every list, for each number."""
    for n in numbers:
        author = factories.make_author(f"forfatter-{n}", f"Forfatter {n}")
        other = factories.make_series(f"serie-{n}", f"Serie {n}", owner=editor)
        body = [*factories.BODY, factories.block("definition", definition(n))]
        article = factories.make_article(
            series, body, title=f"Del {n}", slug=f"del-{n}", authors=[author], owner=editor
        )
        factories.make_article(other, title=f"Første {n}", slug="en", authors=[author])
        draft = factories.draft_article(other, title=f"Kladd {n}", slug="to", owner=editor)
        draft.save_revision(user=editor, log_action=True)
        Workflow.objects.get().start(draft, editor)
        late = factories.draft_article(
            series, title=f"Sen {n}", slug=f"sen-{n}", owner=editor, authors=[author]
        )
        late.go_live_at = timezone.now() + timedelta(days=2)
        late.save_revision(user=editor).publish(user=editor)
        planned = factories.draft_article(series, title=f"Plan {n}", slug=f"plan-{n}", body=[])
        PlannedPart.objects.create(article=planned, planned_on=timezone.localdate())
        Page.objects.filter(pk=article.pk).update(locked=True, locked_by=editor)
        Redirect.add_redirect(f"/gammel-{n}/", article)
        factories.make_subject(f"Tema {n}")
        Sponsorship.objects.create(text=f"Annonse {n}", page=article, ends_at=late.go_live_at)
        draft_letter(factories.BODY, title=f"Brev {n}", slug=f"brev-{n}", owner=editor)
        person(f"leser-{n}@example.no")
        person(f"skribent-{n}@example.no", group="Writers")
        factories.make_picture(f"bilde-{n}.png", size=(40, 30))
        factories.make_file(f"Mal {n}", f"Mal {n}")
        link = f'<p><a href="/borte-{n}/">Lenke {n}</a></p>'
        factories.make_article(other, [factories.text(link)], slug="lenker", owner=editor)
    jobs.check_our_links()


def definition(n: int) -> dict[str, str]:
    return {"term": f"Begrep {n}", "text": "<p>Det samme.</p>"}


def addresses(series: Series) -> list[str]:
    home, authors = Home.objects.get().pk, AuthorIndex.objects.get().pk
    letters = LetterIndex.objects.get().pk
    return [
        "/admin/",
        "/admin/serier/",
        "/admin/serier/rekkefolge/",
        "/admin/serier/?state=live&access=mixed",
        "/admin/artikler/",
        "/admin/artikler/?state=scheduled&access=10",
        f"/admin/serier/{series.pk}/",
        f"/admin/pages/{home}/",
        f"/admin/pages/{home}/?ordering=ord",
        f"/admin/pages/{series.pk}/?ordering=title",
        f"/admin/pages/{series.pk}/?ordering=ord",
        f"/admin/pages/{authors}/",
        f"/admin/pages/{letters}/",
        f"/admin/choose-page/{home}/?page_type=articles.series",
        f"/admin/choose-page/{series.pk}/?page_type=articles.article",
        f"/admin/choose-page/{authors}/?page_type=articles.author",
        "/admin/choose-page/search/?q=del&page_type=articles.article",
        "/admin/choose-page/search/?q=forfatter&page_type=articles.author",
        "/admin/pages/search/?q=del",
        "/admin/reports/site-history/",
        "/admin/reports/aging-pages/",
        "/admin/reports/locked/",
        "/admin/reports/workflow_tasks/",
        "/admin/reports/lenker/",
        "/admin/reports/sok/",
        "/admin/reports/page-types-usage/",
        "/admin/redaksjonen/",
        "/admin/medlemmer/e-post/",
        "/admin/images/",
        "/admin/images/chooser/",
        "/admin/redirects/",
        "/admin/ordbok/",
        "/admin/users/",
        "/admin/brev/sendt/",
        "/admin/snippets/articles/subject/",
        "/admin/snippets/articles/file/",
        "/admin/snippets/choose/articles/file/",
        "/admin/snippets/narration/pronunciation/",
        "/admin/snippets/sponsors/sponsorship/",
        "/admin/snippets/narration/wordreport/",
    ]


def queries(client: Client, address: str) -> int:
    client.get(address)  # caches what does not depend on the rows
    with CaptureQueriesContext(connection) as found:
        answer = client.get(address, follow=True)
    assert answer.status_code == 200, (address, answer.status_code)
    return sum(not is_of_search(query["sql"]) for query in found)


def is_of_search(sql: str) -> bool:
    """Whether the articles' own search asks: as often as it has ways to read the words."""
    return "search_" in sql


@pytest.mark.usefixtures("without_mail")
def test_nine_rows_take_as_many_queries_as_three(series):
    editor = person("redaktor@example.no", group="Editors")
    editor.is_superuser = True  # also for the members' list and the reports
    editor.save()
    client = logged_in(editor)
    fill(series, range(FEW), editor)
    few = {address: queries(client, address) for address in addresses(series)}
    fill(series, range(FEW, MANY), editor)
    many = {address: queries(client, address) for address in addresses(series)}
    assert Definition.objects.count() == MANY
    more = {address: (few[address], many[address]) for address in few}
    assert {address: two for address, two in more.items() if two[1] > two[0]} == {}


@pytest.fixture
def without_mail(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


def test_a_writer_learns_nothing_of_others_drafts_from_the_list(series, writer, monkeypatch):
    now = timezone.now().replace(microsecond=0)
    other = factories.make_article(series, title="En annens", slug="annen")
    own = factories.make_article(series, title="Min egen", slug="min", owner=writer)
    newer, older = now - timedelta(days=3), now - timedelta(days=30)
    Page.objects.filter(pk=other.pk).update(
        last_published_at=older, latest_revision_created_at=now, has_unpublished_changes=True
    )
    Page.objects.filter(pk=own.pk).update(latest_revision_created_at=newer)
    asked: list[set[int]] = []

    def cells(pks):
        asked.append(set(pks))
        return {}

    for module in ("rows", "admin.lists"):
        monkeypatch.setattr(f"desk.{module}.columns", [ArticleColumn("Prøve", cells, 1)])
    page = logged_in(writer).get("/admin/artikler/").content.decode()
    mine, theirs = page.index("Min egen"), page.index("En annens")
    assert mine < page.index(date_format(localtime(newer), "DATE_FORMAT")) < theirs
    assert date_format(localtime(older), "DATE_FORMAT") in page[theirs:]
    assert asked == [{own.pk}]
