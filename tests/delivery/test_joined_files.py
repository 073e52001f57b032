"""A page asks for few files: its stylesheets and its scripts are joined when they are collected."""

import json
import re
import shutil

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage

from delivery.joined_files import IMPORT, LIST, JoinedFilesStorage, joined
from tests import factories

SOURCES = settings.BASE_DIR / "static"
NAMES = [str(p.relative_to(SOURCES)) for p in sorted(SOURCES.rglob("*")) if p.is_file()]
LISTS = [name for name in NAMES if LIST.fullmatch(name)]


def sources(**changed: str) -> dict:
    """The portal's static files, as collectstatic hands them on."""
    here, other = FileSystemStorage(SOURCES), InMemoryStorage()
    found = {name: (here, name) for name in NAMES}
    for name, text in changed.items():
        other.save(name, ContentFile(text.encode()))
        found[name] = (other, name)
    return found


def parts_of(name: str) -> list[str]:
    kind = name.split("/", maxsplit=1)[0]
    found = IMPORT[kind].findall((SOURCES / name).read_text())
    return [(SOURCES / kind / part).read_text() for part, _medium in found]


@pytest.fixture
def collect(tmp_path, monkeypatch):
    def collect(paths: dict) -> dict[str, str]:
        """The names of the collected files by those of their sources."""
        shutil.copytree(SOURCES, tmp_path, dirs_exist_ok=True)
        storage = JoinedFilesStorage(location=tmp_path, base_url="/static/")
        for _name, _hashed, done in storage.post_process(paths):
            assert not isinstance(done, Exception), done
        return json.loads((tmp_path / "staticfiles.json").read_text())["paths"]

    return collect


def test_there_is_a_list_for_each_kind_of_page():
    assert {"css/page-text.css", "css/page-list.css", "js/page-article.js"} <= set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_a_collected_list_holds_its_files_in_their_order(name, collect, tmp_path):
    text = (tmp_path / collect(sources())[name]).read_text()
    places = [text.index(part.strip()) for part in parts_of(name)]
    assert places == sorted(places)
    assert len(places) > 1
    assert not re.search(r"^\s*(@?import)\b", text, re.MULTILINE)
    assert text.count("{") == text.count("}")


def test_what_is_for_print_stays_for_print(collect, tmp_path):
    text = (tmp_path / collect(sources())["css/page-text.css"]).read_text()
    assert "@media print {\n/* On paper" in text


def test_scripts_share_no_names():
    changed = {"js/gate.js": "const it = 1;\n", "js/term-card.js": "const it = 2;\n"}
    text = joined("js/page-article.js", sources(**changed))
    assert "{\nconst it = 1;\n}" in text
    assert "{\nconst it = 2;\n}" in text


def test_a_change_in_a_file_changes_the_address_of_its_list(collect):
    before = collect(sources())
    changed = (SOURCES / "css/gate.css").read_text() + ".gate { color: red; }\n"
    after = collect(sources(**{"css/gate.css": changed}))
    moved = {name for name in NAMES if before[name] != after[name]}
    assert moved == {"css/gate.css", "css/page-text.css"}
    assert collect(sources()) == before


def test_a_file_that_is_not_there_is_named():
    changed = {"css/page-text.css": '@import url("borte.css");'}
    with pytest.raises(FileNotFoundError, match=r"css/page-text\.css imports css/borte\.css"):
        joined("css/page-text.css", sources(**changed))


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith((".css", ".js"))])
def test_only_a_list_imports(name):
    text = (SOURCES / name).read_text()
    found = re.findall(r"^\s*(?:@import|import\b(?!\()|export\b).*$", text, re.MULTILINE)
    assert len(found) == (len(parts_of(name)) if name in LISTS else 0), found


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/serien/", "/serien/delen/", "/ordbok/", "/om/"])
def test_a_visitor_s_page_asks_for_eight_files_at_most(path, series, visitor):
    factories.make_article(series)
    factories.make_page()
    page = visitor.get(path).content.decode()
    sheets = re.findall(r'<link rel="stylesheet" href="[^"]*/(css/[^"]+)"', page)
    scripts = re.findall(r'<script [^>]*src="[^"]*/(js/[^"]+)"', page)
    fonts = re.findall(r'<link rel="preload" [^>]*as="font"', page)
    assert sheets[0] == "css/base.css"
    assert len(sheets) <= 2
    assert 1 + len(sheets) + len(scripts) + len(fonts) <= 8
