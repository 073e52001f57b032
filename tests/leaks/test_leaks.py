"""No locked text reaches anyone who may not read it, by any road."""

import email
import email.policy
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone

from accounts.access import Access
from accounts.models import Grant
from articles.models import Article
from delivery.page_cache import PageCache
from mail.models import Message
from reading.models import Reading
from search import limits
from tests.conftest import OURS, logged_in, media_in, person
from tests.leaks.cached import through_the_page_cache
from tests.leaks.planting import planted, rooms
from tests.leaks.sweep import TURNS, examples, routes, sweep, text_of, words_in
from tests.leaks.world import ABOVE_MEMBERS, World, build

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cached")]
PLANTS = planted()
VIEWERS = [
    *("visitor", "pending", "awaiting_code", "awaiting_terms", "suspended", "leaving"),
    *("logged_out", "made_up_session", "guest_too_late"),
]
GUESTS = ["guest_of_article", "guest_of_series"]
#: These try every disguise at every address: the visitor, and one of those who are logged in. The
#: others share the disguises.
IN_WHOLE = ["visitor", "suspended"]


@pytest.fixture
def cached(kept, monkeypatch) -> PageCache:
    """Everyone in these tests comes through one page cache."""
    return through_the_page_cache(monkeypatch)


@pytest.fixture(scope="module")
def world(module_db, module_media) -> World:
    """Built once: to build it takes as long as to find a planted leak."""
    with override_settings(**media_in(module_media)):
        world = build()
        for room in rooms():
            if hasattr(room, "prepare"):
                room.prepare(world)
        return world


@pytest.fixture(autouse=True)
def outbox(world, settings) -> None:
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"


@pytest.fixture(autouse=True)
def many_searches(monkeypatch) -> None:
    """The sweep searches more than one reader may."""
    monkeypatch.setattr(limits.BY_MEMBER, "burst", 1_000_000)


@pytest.fixture
def viewer(request, outbox) -> Client:
    return client_of(request, request.param)


def client_of(request, name: str) -> Client:
    if name in ("visitor", "mail", "made_up_session"):
        # A session that doesn't exist is a way past the page cache.
        is_made_up = name == "made_up_session"
        return Client(headers={"cookie": "medlem=oppdiktet"} if is_made_up else {})
    if name.startswith("guest"):
        return guest(request.getfixturevalue("world"), name)
    if name in ("pending", "suspended"):
        return logged_in(request.getfixturevalue(name))
    if name in ("member", "leaving"):
        user = request.getfixturevalue("leaver" if name == "leaving" else name)
        if name == "leaving":
            user.leave()
        return well_read(user)
    if name.startswith("awaiting"):
        client = signed_up("nyinnmeldt@example.no")
        if name == "awaiting_terms":
            code = re.search(r"\d{6}", Message.objects.latest("pk").subject)[0]
            assert client.post("/konto/logg-inn/kode/", {"code": code}).status_code == 302
        return client
    client = logged_in(request.getfixturevalue("member"))
    cookies = client.cookies.copy()
    client.post("/konto/logg-ut/")
    client.cookies = cookies
    return client


def guest(world: World, name: str) -> Client:
    """Somebody without an account, who was given an article, a series, or something long ago."""
    now = timezone.now()
    Grant.objects.create(
        token=name,
        level=Access.MEMBERS,
        page=None if name == "guest_too_late" else getattr(world, name.removeprefix("guest_of_")),
        ends_at=now if name == "guest_too_late" else now + timedelta(days=1),
        source="tests",
    )
    client = Client(headers=OURS)
    session = client.session
    session[Grant.SESSION_KEY] = name
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@pytest.fixture
def leaver(db):
    return person("sluttende@example.no")


def well_read(user) -> Client:
    """Somebody who has saved every article there is, read half of them and begun the others, and
    may have the file of it."""
    client = logged_in(user)
    client.post("/konto/identitet/", {"password": "langt-passord"})
    now = timezone.now()
    for n, article in enumerate(Article.objects.all()):
        told = {"saved_at": now, "read_at": now, "finished_at": now if n % 2 else None}
        Reading.objects.update_or_create(user=user, article=article, defaults=told)
    return client


def signed_up(email: str, **data: str) -> Client:
    """Somebody who has not typed the code yet."""
    client = Client(headers=OURS)
    assert client.post("/konto/bli-medlem/", {"email": email, **data}).status_code == 302
    return client


def mailed(world: World) -> set[str]:
    """What the portal's own mails tell, after somebody used every form that sends one."""
    for n, article in enumerate(world.articles):
        path = article.get_absolute_url()
        signed_up(f"nokon@a{n}.example", next=path)
        form = {"email": f"nokon@b{n}.example", "next": path}
        Client(headers=OURS).post("/konto/bli-medlem/passnokkel/", form)
    signed_up("medlem@example.no", next=world.article.get_absolute_url())
    Client().post("/konto/passord/glemt/", {"email": "medlem@example.no"})
    Client().post("/konto/passord/glemt/", {"email": "ukjent@example.no"})
    mails = []
    for stored in Message.objects.all():
        parsed = email.message_from_bytes(bytes(stored.source), policy=email.policy.default)
        parts = [part for part in parsed.walk() if not part.is_multipart()]
        mails += [parsed.as_string(), *(part.get_content() for part in parts)]
    assert len(mails) >= 3 * 2 * len(world.articles)
    return words_in("\n".join(mails), world.closed)


def turn_of(name: str) -> int | None:
    shared = [name for name in [*VIEWERS, *GUESTS] if name not in IN_WHOLE]
    return None if name in IN_WHOLE else shared.index(name) % TURNS


def test_every_route_stands_in_the_sweep(world):
    missing = {name for name, route in routes() if not route.startswith("admin/")}
    assert missing - set(examples(world)) == set()


@pytest.mark.parametrize("viewer", VIEWERS, indirect=True)
def test_who_may_not_read_on_is_told_nothing(viewer, world, as_member, request):
    turn = turn_of(request.node.callspec.params["viewer"])
    assert dict(sweep(viewer, world, world.closed, first=as_member, turn=turn)) == {}


@pytest.mark.parametrize("name", GUESTS)
def test_a_grant_opens_what_it_names_and_nothing_else(name, world, as_member, request):
    client = client_of(request, name)
    opened = opened_to(name, world)
    forbidden, turn = world.closed_but(opened), turn_of(name)
    assert dict(sweep(client, world, forbidden, first=as_member, turn=turn)) == {}
    told = text_of(client.get(world.article.get_absolute_url()))
    assert words_in(told, world.locked) >= world.in_article - {"filename", "filewords"}
    assert client.get(examples(world)["articles:picture"][0]).status_code == 200


def opened_to(name: str, world: World) -> set[str]:
    return world.in_article if name == "guest_of_article" else world.in_series


def test_a_grant_to_a_member_opens_a_higher_level(world, member):
    page = world.series.get_children().get(slug="to-porter").specific
    client = logged_in(member)
    assert not words_in(text_of(client.get(page.get_absolute_url())), world.above)
    grant = Grant.objects.create(user=member, level=ABOVE_MEMBERS, page=page, source="tests")
    told = text_of(client.get(page.get_absolute_url()))
    assert words_in(told, world.above) == {"higher", "higherheading"}
    grant.delete()
    assert not words_in(text_of(client.get(page.get_absolute_url())), world.above)


def test_a_member_is_told_nothing_that_is_not_published(world, member, as_editor):
    forbidden = world.secret | world.above
    assert dict(sweep(well_read(member), world, forbidden, first=as_editor)) == {}


def test_no_mail_quotes_an_article(world, member):
    assert mailed(world) == set()


def test_the_sweep_reads_what_it_gets_visitor_member_and_editor(
    world, as_member, as_editor, cached
):
    """The positive controls: were nothing readable, nothing could leak."""
    path = world.article.get_absolute_url()
    assert "apentord" in text_of(Client().get(path))
    assert cached.cache.size > 0
    page = text_of(as_member.get(path))
    no_text_gate = text_of(as_member.get("/serien/uten-port/"))
    for path in (
        "/serien/innholdet/",
        "/serien/to-porter/",
        "/annensteds/der/",
        "/annensteds/siden/",
        "/brev/brevet/",
        "/brev/laast/",
        "/brev/uten-sperre/",
    ):
        no_text_gate += text_of(as_member.get(path))
    for path in examples(world)["articles:file"]:
        no_text_gate += text_of(as_member.get(path))
    assert words_in(page + no_text_gate, world.locked) == set(world.locked) - {"filename"}
    assert as_member.get(examples(world)["articles:picture"][0]).status_code == 200
    opened = ("/serien/innholdet/", "/varslet/", world.article.get_absolute_url())
    told = "".join(text_of(Client().get(path)) for path in opened)
    assert words_in(told, world.told) == set(world.told)
    panel = text_of(as_editor.get(f"/admin/pages/{world.article.pk}/edit/"))
    assert words_in(panel, world.secret) >= {"draft", "drafttitle", "draftlead"}


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_leak_is_caught(name, world, request, monkeypatch, as_member):
    plant, profits = PLANTS[name]
    plant(monkeypatch)
    forbidden = world.closed
    if profits == "member":
        forbidden = world.secret | world.above
    elif profits.startswith("guest_of"):
        forbidden = world.closed_but(opened_to(profits, world))
    if profits == "mail":
        assert mailed(world)
    else:
        leaks = sweep(client_of(request, profits), world, forbidden, first=as_member)
        assert next(leaks, None)
