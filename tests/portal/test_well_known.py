"""Files at fixed addresses, and what crawlers are told: the same everywhere."""

import itertools
import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from urllib.robotparser import RobotFileParser

import pytest
from PIL import Image

from portal import checks, crawlers
from tests.separate import ROOT

pytestmark = pytest.mark.django_db
USES = ["search", "answers", "training"]
NAMES = {"search": "search", "answers": "ai-input", "training": "ai-train"}
AGENTS = {"search": "Googlebot", "answers": "OAI-SearchBot", "training": "GPTBot"}
ALL = [set(some) for n in range(4) for some in itertools.combinations(USES, n)]


@pytest.mark.parametrize("may", ALL, ids=lambda may: "+".join(sorted(may)) or "none")
def test_robots_signals_licence_and_header_agree(may, settings, visitor, article):
    settings.CRAWLERS_MAY = may
    lines = visitor.get("/robots.txt").content.decode().splitlines()
    robots = RobotFileParser()
    robots.parse(lines)
    signal = next(line for line in lines if line.startswith("Content-Signal: "))
    signals = dict(part.split("=") for part in signal.split(": ")[1].split(", "))
    answer = visitor.get("/license.xml")
    assert answer["Content-Type"].startswith("application/rsl+xml")
    space = {"rsl": "https://rslstandard.org/rsl"}
    licence = ET.fromstring(answer.content)  # noqa: S314
    told = {
        name: (licence.findtext(f".//rsl:{name}[@type='usage']", "", space) or "").split()
        for name in ("permits", "prohibits")
    }
    for use in USES:
        allowed = use in may
        assert robots.can_fetch(AGENTS[use], article.get_absolute_url()) is allowed, use
        assert robots.can_fetch(AGENTS[use], "/konto/bli-medlem/") is allowed, use
        assert signals[NAMES[use]] == ("yes" if allowed else "no")
        assert (NAMES[use] in told["permits"]) is allowed
        assert (NAMES[use] in told["prohibits"]) is not allowed
    for path in (article.get_absolute_url(), "/feed/", "/konto/logg-inn/"):
        assert visitor.get(path)["tdm-reservation"] == ("0" if "training" in may else "1")
    for agent in AGENTS.values():
        assert not robots.can_fetch(agent, "/konto/logg-inn/")
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines
    assert f"License: {settings.SITE_URL}/license.xml" in lines
    page = visitor.get(article.get_absolute_url()).content.decode()
    assert 'rel="license" type="application/rsl+xml" href="/license.xml"' in page


def test_no_crawler_is_named_for_two_uses():
    named = [agent for agents in crawlers.AGENTS.values() for agent in agents]
    assert len(named) == len(set(named))


def test_a_use_that_nobody_knows_is_an_error(settings):
    assert checks.crawlers_are_told_what_they_know() == []
    settings.CRAWLERS_MAY = {"search", "traning"}
    [error] = checks.crawlers_are_told_what_they_know()
    assert "traning" in error.msg


def test_the_manifest_names_icons_of_their_sizes(visitor, settings):
    answer = visitor.get("/manifest.webmanifest")
    manifest = json.loads(answer.content)
    assert answer["Content-Type"].startswith("application/manifest+json")
    assert (manifest["name"], manifest["lang"]) == (settings.SITE_NAME, "nb")
    for icon in manifest["icons"]:
        with Image.open(ROOT / icon["src"].strip("/")) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
    assert 'rel="manifest" href="/manifest.webmanifest"' in visitor.get("/").content.decode()


def test_a_hole_is_reported_to_the_owner_s_address(visitor, settings):
    assert visitor.get("/.well-known/security.txt").status_code == 404
    settings.CONTACT_EMAIL = "post@fagserien.example"
    lines = visitor.get("/.well-known/security.txt").content.decode().splitlines()
    told = dict(line.split(": ", 1) for line in lines)
    assert told["Contact"] == "mailto:post@fagserien.example"
    until = datetime.fromisoformat(told["Expires"])
    assert timedelta(days=30) < until - datetime.now(UTC) < timedelta(days=365)
    assert told["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"


def test_a_password_manager_finds_the_page(visitor, as_member):
    answer = as_member.get("/.well-known/change-password")
    assert (answer.status_code, answer.url) == (302, "/konto/passord/")
