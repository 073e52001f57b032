"""«Slik gjør du» in the panel is docs/editors.md, with its pictures."""

import re

import pytest

from desk.guide import GUIDE, PICTURES, Entry, anchor_of, guide
from tests.conftest import logged_in
from tests.test_translations import ROOT

pytestmark = pytest.mark.django_db
PAGE = "/admin/hjelp/"


def anchors() -> set[str]:
    def of(entries: list[Entry]) -> set[str]:
        return {entry.anchor for entry in entries}.union(*(of(each.below) for each in entries))

    return of(guide().contents)


@pytest.mark.parametrize("who", ["editor", "writer", "manager"])
def test_all_who_enter_the_panel_can_read_it(who, request):
    client = logged_in(request.getfixturevalue(who))
    page = client.get(PAGE).content.decode()
    assert '<h2 id="sett-sperren">Sett sperren</h2>' in page
    assert 'href="#sett-sperren"' in page
    assert PAGE in client.get("/admin/").content.decode()


def test_nobody_else_can(visitor, member):
    assert visitor.get(PAGE).status_code == 302
    assert logged_in(member).get(PAGE, follow=True).status_code == 403
    assert logged_in(member).get(f"{PAGE}bilder/medlem.webp").status_code in (302, 403)


def test_every_link_into_the_guide_leads_to_a_heading():
    places = re.compile(r'guide_link.html" with anchor="([^"]+)"')
    used = {
        anchor
        for path in (ROOT / "templates").rglob("*.html")
        for anchor in places.findall(path.read_text())
    }
    assert used
    assert used <= anchors()
    assert set(re.findall(r"\]\(#([^)]+)\)", GUIDE.read_text())) <= anchors()


def test_an_anchor_is_the_one_that_github_makes():
    assert anchor_of("Finn en artikkel, og se hva leserne søker etter") == (
        "finn-en-artikkel-og-se-hva-leserne-søker-etter"
    )
    assert anchor_of("«/»-menyen") == "-menyen"


def test_its_pictures_exist_are_small_and_have_words(editor):
    client = logged_in(editor)
    used = re.findall(r"!\[([^\]]*)\]\(screenshots/([\w-]+\.webp)\)", GUIDE.read_text())
    assert {name for _alt, name in used} == {path.name for path in PICTURES.glob("*")}
    for alt, name in used:
        assert len(alt) > 10, name
        assert (PICTURES / name).stat().st_size <= 60_000, name
        answer = client.get(f"{PAGE}bilder/{name}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        assert "private" in answer["Cache-Control"]
        assert f"{PAGE}bilder/{name}" in guide().html
    # Their size is known before they come, so nothing moves when they do.
    assert re.findall(r"<img [^>]*>", guide().html) == re.findall(
        r'<img (?=[^>]*width="\d+")(?=[^>]*height="\d+")[^>]*>', guide().html
    )


@pytest.mark.parametrize("name", ["finnes-ikke.webp", "..%2Feditors.md", "%2e%2e"])
def test_no_other_file_is_served(editor, name):
    assert logged_in(editor).get(f"{PAGE}bilder/{name}").status_code in (301, 302, 404)


def test_nothing_but_text_gets_through(tmp_path, monkeypatch):
    from desk import guide as module

    file = tmp_path / "editors.md"
    file.write_text(
        "## Hei\n\n<script>x()</script>\n\n[a](javascript:x) ![y](https://e.no/y.png)\n"
    )
    monkeypatch.setattr(module, "GUIDE", file)
    html = guide().html
    assert "<script" not in html
    assert "href" not in html
