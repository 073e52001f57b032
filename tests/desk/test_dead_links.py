"""Links are collected at publishing, checked, and reported to those who may see the article."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from articles.models import Article
from desk import jobs
from desk.admin.dead_links import dead_links_care
from desk.links import asking, collecting
from desk.links.asking import Answer, RefusedError, Reply
from desk.links.ours import OurAddresses, check_ours
from desk.models import Link, LinkedAddress, LinkSettings
from tests import factories
from tests.conftest import logged_in
from worker.models import QueuedTask

pytestmark = pytest.mark.django_db
BLOCK = "aaaaaaaa-0000-4000-8000-000000000009"
REPORT = "/admin/reports/lenker/"


def linking(series, *hrefs: str, **fields) -> Article:
    links = "".join(f'<p>Les <a href="{href}">om <b>dette</b></a>.</p>' for href in hrefs)
    return factories.make_article(series, [factories.text(links, id=BLOCK)], **fields)


def turn_on() -> None:
    chosen = LinkSettings.load()
    chosen.checks_outward = True
    chosen.save()


def outward(series, url: str = "https://andre.example/side") -> LinkedAddress:
    linking(series, url, slug="ut")
    return LinkedAddress.objects.get(url=url)


def test_links_are_collected_with_their_block_and_words(series):
    linking(series, "https://andre.example/a#del", f"{settings.SITE_URL}/borte/", "/serien/")
    links = Link.objects.select_related("address").order_by("pk")
    assert [(link.address.url, link.address.is_ours) for link in links] == [
        ("https://andre.example/a", False),
        ("/borte/", True),
        ("/serien/", True),
    ]
    assert {(link.block_id, link.text) for link in links} == {(BLOCK, "om dette")}
    assert links[0].address.host == "andre.example"


@pytest.mark.parametrize("href", ["mailto:a@b.no", "tel:12345678", "#fotnote-1"])
def test_what_leads_to_no_page_is_not_collected(href):
    assert list(collecting.links_in(f'<p><a href="{href}">x</a> <a href="/y/">y</a></p>')) == [
        ("", "/y/", "y")
    ]


def test_a_new_edition_has_only_its_own_links(series):
    article = linking(series, "https://andre.example/gammel")
    body = [factories.text('<p><a href="https://andre.example/ny">ny</a></p>')]
    article.body = Article._meta.get_field("body").to_python(body)
    article.save_revision().publish()
    assert [link.address.url for link in Link.objects.all()] == ["https://andre.example/ny"]
    Article.objects.get(pk=article.pk).unpublish()
    assert not Link.objects.exists()
    jobs.check_our_links()
    assert not LinkedAddress.objects.exists()


def test_texts_published_before_links_were_collected_are_found_at_night(series, at_once):
    article = linking(series, "/borte/")
    kept = linking(series, "/serien/", slug="kjent")
    linking(series, "mailto:a@b.no", slug="uten-lenker")
    Link.objects.filter(page=article.pk).delete()
    QueuedTask.objects.all().delete()
    with at_once():
        jobs.check_our_links()
    assert QueuedTask.objects.arguments_of(collecting.collect_pages) == [[[article.pk]]]
    QueuedTask.objects.get(path=collecting.collect_pages.module_path).run()
    assert set(Link.objects.values_list("page", flat=True)) == {article.pk, kept.pk}
    QueuedTask.objects.all().delete()
    with at_once():
        collecting.collect_missing()
    assert not QueuedTask.objects.exists()


def test_links_of_an_import_are_collected_by_the_worker(series):
    article = linking(series, "/borte/")
    collecting.follow_texts([article.pk])
    assert not Link.objects.exists()
    collecting.collect_pages.call([article.pk])
    assert Link.objects.count() == 1


def test_ours_are_known_by_what_readers_can_open(article, series):
    factories.make_author(slug="kari")
    draft = factories.draft_article(series, title="Kladd", slug="kladd")
    Redirect.add_redirect("/gammel/adresse/", article)
    ours = OurAddresses()
    for url in ("/", "/serien/", "/serien/delen/", "/serien/delen/?utskrift", "/forfattere/kari/"):
        assert ours.fault_of(url) == "", url
    for url in ("/forfattere/kari/serier/", "/gammel/adresse/", "/feed/", "/ordbok/", "/sok/?q=x"):
        assert ours.fault_of(url) == "", url
    for url in (draft.get_absolute_url(), "/serien/borte/", "/borte/", "/ordbok/borte/"):
        assert ours.fault_of(url) == "siden er ikke publisert", url
    assert ours.fault_of("/a/b/c/d/e/") == "det finnes ingen slik side her"
    assert "redaksjonen" in ours.fault_of("/admin/pages/3/edit/")


def test_ours_are_dead_at_once_and_alive_again_when_the_page_is(series, article):
    linking(series, "/serien/delen/", slug="lenker")
    address = LinkedAddress.objects.get()
    check_ours([address])
    assert address.dead_since is None
    Article.objects.get(pk=article.pk).unpublish()
    jobs.check_our_links()
    assert [link.address.url for link in Link.objects.dead()] == ["/serien/delen/"]
    Article.objects.get(pk=article.pk).get_latest_revision().publish()
    jobs.check_our_links()
    assert not Link.objects.dead().exists()


def test_another_sites_page_is_dead_after_three_failures_over_three_days(series):
    address = outward(series)
    for hours in (0, 36):
        address.note_failure(404, "svarer 404")
        assert address.dead_since is None, hours
        wait = address.due_at - timezone.now()
        assert timedelta(hours=35) < wait < timedelta(hours=37)
    address.note_failure(404, "svarer 404")
    assert address.dead_since is None  # the three came within a moment
    address.failed_since = timezone.now() - timedelta(days=3)
    address.note_failure(404, "svarer 404")
    assert address.dead_since == address.failed_since
    address.note_answer(200)
    assert (address.dead_since, address.failures, address.failed_since) == (None, 0, None)


def test_no_other_site_is_asked_unless_the_owner_wants_it(series, monkeypatch):
    address = outward(series)
    monkeypatch.setattr(jobs, "ask", lambda url: pytest.fail("asked"))
    jobs.check_links_to_others()
    turn_on()
    monkeypatch.setattr(jobs, "ask", lambda url: Answer(True, 200))
    jobs.check_links_to_others()
    address.refresh_from_db()
    assert address.status == 200
    assert address.due_at > timezone.now() + timedelta(days=6)
    monkeypatch.setattr(jobs, "ask", lambda url: pytest.fail("asked again"))
    jobs.check_links_to_others()


def test_a_site_is_asked_for_one_page_a_round(series, monkeypatch):
    linking(series, *(f"https://en.example/{n}" for n in range(3)), "https://to.example/")
    turn_on()
    asked: list[str] = []
    monkeypatch.setattr(jobs, "ask", lambda url: asked.append(url) or Answer(True, 200))
    jobs.check_links_to_others()
    assert asked == ["https://en.example/0", "https://to.example/"]
    jobs.check_links_to_others()
    assert asked[2:] == ["https://en.example/1"]
    assert jobs.PAUSE >= 5


class Server(BaseHTTPRequestHandler):
    seen: list[tuple[str, str, str]] = []

    def answer(self) -> None:
        self.seen.append((self.command, self.path, self.headers["User-Agent"]))
        kind = self.path.strip("/").partition("?")[0]
        if kind == "treg":
            self.wfile.write(b"HTTP/1.1 2")
            self.server.wait.wait(30)  # type: ignore[attr-defined]
            return
        status = {"hode": 405 if self.command == "HEAD" else 200, "videre": 302, "ring": 301}
        self.send_response(status.get(kind, int(kind) if kind.isdigit() else 200))
        if kind == "videre":
            self.send_header("Location", "/200")
        elif kind == "ring":
            self.send_header("Location", "/ring")
        self.end_headers()

    do_HEAD = do_GET = answer  # noqa: N815

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def site(monkeypatch) -> Iterator[str]:
    """A site on this machine, which the check believes to be public."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.wait = threading.Event()  # type: ignore[attr-defined]
    Server.seen.clear()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    monkeypatch.setattr(asking, "PORTS", {"http": port, "https": 443})
    monkeypatch.setattr(asking, "public_address", lambda host, port: "127.0.0.1")
    yield f"http://andre.example:{port}"
    server.wait.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/200", (True, 200)),
        ("/videre", (True, 200)),
        ("/hode", (True, 200)),
        ("/403", (True, 403)),
        ("/429", (True, 429)),
        ("/404", (False, 404)),
        ("/410", (False, 410)),
        ("/500", (False, 500)),
        ("/ring", (False, None)),
        ("/200/blåbær?q=æ ø", (True, 200)),
    ],
)
def test_what_an_answer_means(site, path, expected):
    assert tuple(asking.ask(site + path))[:2] == expected


def test_head_comes_first_and_says_who_asks(site):
    asking.ask(f"{site}/404")
    assert [seen[:2] for seen in Server.seen] == [("HEAD", "/404"), ("GET", "/404")]
    assert settings.SITE_URL in Server.seen[0][2]


def test_a_server_that_never_ends_its_answer_is_cut_off(site, monkeypatch):
    monkeypatch.setattr(asking, "LIMIT", 0.3)
    assert asking.ask(f"{site}/treg") == Answer(False, None, "svarer ikke")


def resolving(monkeypatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104
        *("100.64.0.1", "224.0.0.1", "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1"),
    ],
)
def test_nobody_leads_us_into_our_own_network(monkeypatch, address):
    resolving(monkeypatch, "93.184.215.14", address)
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("connected"))
    assert asking.ask("http://andre.example/") == Answer(False, None, "fører inn i et lukket nett")


def test_a_redirect_into_our_own_network_is_refused_too(monkeypatch):
    real = asking.exchange

    def first_leads_in(method: str, url: str) -> Reply:
        return Reply(302, "http://127.0.0.1/") if "andre" in url else real(method, url)

    monkeypatch.setattr(asking, "exchange", first_leads_in)
    with pytest.raises(RefusedError):
        asking.followed("HEAD", "http://andre.example/")


@pytest.mark.parametrize("url", ["http://andre.example:22/", "ftp://andre.example/", "http:///x"])
def test_only_web_pages_on_the_usual_ports_are_asked_for(monkeypatch, url):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: pytest.fail("looked up"))
    assert not asking.ask(url).is_there


def dead(series, url: str = "https://borte.example/side", **fields) -> Link:
    linking(series, url, **fields)
    LinkedAddress.objects.filter(url=url).update(dead_since=timezone.now(), said="svarer 404")
    return Link.objects.get(address__url=url)


def test_the_report_leads_to_the_block(editor, series):
    link = dead(series)
    page = logged_in(editor).get(REPORT).content.decode()
    assert f"/admin/pages/{link.page_id}/edit/#block-{BLOCK}-section" in page
    assert "https://borte.example/side" in page
    assert "om dette" in page
    assert "svarer 404" in page


def test_what_is_ignored_is_gone_until_it_has_answered(editor, series):
    client, link = logged_in(editor), dead(series)
    client.post(f"{REPORT}{link.address_id}/overse/")
    assert "borte.example" not in client.get(REPORT).content.decode()
    assert "borte.example" in client.get(f"{REPORT}?vis=oversett").content.decode()
    assert cares(editor) == []
    link.address.refresh_from_db()
    link.address.note_answer(200)
    assert link.address.ignored_at is None


def cares(user) -> list[str]:
    request = RequestFactory().get("/")
    user.has_second_factor = True
    request.user = user
    return [care.text for care in dead_links_care(request)]


def test_writers_see_the_dead_links_of_their_own_articles_only(editor, writer, series):
    theirs = dead(series, "https://min.example/", slug="min", owner=writer)
    dead(series, "https://annens.example/", slug="annens", owner=editor)
    Page.objects.filter(pk=theirs.page_id).update(owner=writer)
    client = logged_in(writer)
    page = client.get(REPORT).content.decode()
    assert "min.example" in page
    assert "annens.example" not in page
    assert ">Overse<" not in page
    client.post(f"{REPORT}{theirs.address_id}/overse/")
    theirs.address.refresh_from_db()
    assert theirs.address.ignored_at is None
    assert cares(writer) == ["1 død lenke"]
    assert cares(editor) == ["2 døde lenker"]


def test_member_managers_and_members_see_no_report(manager, member, series):
    dead(series)
    for who in (manager, member):
        assert "borte.example" not in logged_in(who).get(REPORT, follow=True).content.decode()


def test_the_owner_turns_it_on_in_the_panel(editor, series):
    client = logged_in(editor)
    assert "Lenker til andre nettsteder sjekkes ikke nå" in client.get(REPORT).content.decode()
    path = "/admin/settings/desk/linksettings/"
    path = client.get(path, follow=True).redirect_chain[-1][0]
    client.post(path, {"checks_outward": "on"})
    assert LinkSettings.load().checks_outward
    assert (
        "Lenker til andre nettsteder sjekkes én gang i uka" in client.get(REPORT).content.decode()
    )
