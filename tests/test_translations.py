"""Every text has a Norwegian translation, and the compiled catalogues match the written ones."""

import io
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize
from django.utils.translation.trans_real import DjangoTranslation

from quality import structure

ROOT = Path(__file__).parents[1]
CATALOGUES = sorted((ROOT / "locale").rglob("*.po"))
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def sources():
    for path in ROOT.rglob("*.py"):
        top = path.relative_to(ROOT).parts[0]
        if top in structure.ROOMS:
            yield path, path.read_text()
    for pattern in ("*.html", "*.txt", "*.xml"):
        for path in (ROOT / "templates").rglob(pattern):
            yield path, templatize(path.read_text(), origin=str(path))


def texts() -> dict[object, Path]:
    found = {}
    for path, source in sources():
        for _line, message, _comments, context in extract(
            "python", io.BytesIO(source.encode()), KEYWORDS
        ):
            key = message[0] if isinstance(message, tuple) else message
            found[(context, key)] = path
    return found


def test_every_text_has_its_norwegian():
    with (ROOT / "locale/nb/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    missing = []
    for (context, text), path in texts().items():
        found = catalogue.get(text, context)
        strings = found.string if found else ""
        if not all(strings if isinstance(strings, tuple) else (strings,)):
            missing.append((path.relative_to(ROOT), text))
        elif "fuzzy" in found.flags:
            missing.append((path.relative_to(ROOT), f"fuzzy: {text}"))
    assert missing == []


def libraries(language: str, domain: str):
    """Yields the messages of Wagtail's own catalogues, for the installed apps."""
    for app in apps.get_app_configs():
        path = Path(app.path) / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
        if app.name.startswith("wagtail") and path.exists():
            with path.open("rb") as file:
                yield from (message for message in read_po(file) if message.id)


def keys(messages) -> set[object]:
    """Returns the keys of the messages that have a translation."""
    filled = (m for m in messages if m.id and all(strings_of(m)) and not m.fuzzy)
    return {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in filled}


def strings_of(message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_panel_says_nothing_in_english(domain):
    found = keys(libraries("nb", domain))
    for path in CATALOGUES:
        if path.name == f"{domain}.po":
            with path.open("rb") as file:
                found |= keys(read_po(file))
    texts = {
        (m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in libraries("en", domain)
    }
    assert texts - found == set(), "to locale/libraries with it"


def test_no_word_of_ours_is_said_by_the_panel_in_another_sense():
    """Django merges all catalogues, so a word with two meanings needs a context."""
    theirs = {(m.context, m.id, m.string) for m in libraries("nb", "django") if all(strings_of(m))}
    with (ROOT / "locale/nb/LC_MESSAGES/django.po").open("rb") as file:
        ours = {(m.context, m.id): m.string for m in read_po(file) if m.id}
    for context, text, said in theirs:
        assert ours.get((context, text), said) == said, text


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_compiled_catalogue_is_the_written_one(path):
    def strings(catalogue):
        return {
            m.id if isinstance(m.id, str) else tuple(m.id): tuple(m.string)
            for m in catalogue
            if m.id and all(m.string)
        }

    with path.open("rb") as written, path.with_suffix(".mo").open("rb") as compiled:
        assert strings(read_mo(compiled)) == strings(read_po(written))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_placeholder_is_lost_in_translation(path):
    with path.open("rb") as file:
        for message in read_po(file):
            assert not list(message.check()), message.id


def said(language: str, domain: str) -> Iterator[tuple[str, str]]:
    """Yields (source text, translation) for each form of every text in the installed apps'
    catalogues. The translation is from the merged catalogue that the portal uses, whichever file
    won."""
    translation = DjangoTranslation(language, domain=domain)
    folders = [Path(django.__file__).parent / "conf/locale", *map(Path, settings.LOCALE_PATHS)]
    folders += [Path(app.path) / "locale" for app in apps.get_app_configs()]
    for folder in folders:
        path = folder / to_locale(language) / "LC_MESSAGES" / f"{domain}.mo"
        if not path.exists():
            continue
        with path.open("rb") as file:
            messages = [message for message in read_mo(file) if message.id]
        for message in messages:
            one, *many = [message.id] if isinstance(message.id, str) else message.id
            key = f"{message.context}\x04{one}" if message.context else one
            if many:
                yield one, translation.ngettext(key, many[0], 1).rpartition("\x04")[2]
                yield many[0], translation.ngettext(key, many[0], 2)
            else:
                yield one, translation.gettext(key).rpartition("\x04")[2]


@pytest.mark.parametrize("domain", ["django", "djangojs"])
@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_no_translation_brings_a_quote_or_a_bracket_that_its_source_has_not(language, domain):
    """Wagtail's templates put texts into attributes unescaped. A straight quote ends the attribute,
    and the page title that follows becomes attributes of its own."""
    odd = [
        (source, text)
        for source, text in said(language, domain)
        if any(text.count(sign) > source.count(sign) for sign in "\"'`<>")
    ]
    assert odd == []
