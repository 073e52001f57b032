"""A visitor's searches tell nothing of locked texts: no hit, order, count or suggestion."""

import random
from dataclasses import replace
from urllib.parse import quote_plus

import pytest
from django.db.models import Q
from django.test import Client

from accounts.access import MEMBER, VISITOR, Access
from search import candidates, finding, mending, views
from search.models import Document
from search.models.documents import DocumentQuerySet
from tests import factories
from tests.conftest import logged_in
from tests.factories import gate, text

pytestmark = pytest.mark.django_db

PUBLIC = [
    ("Salg om våren", "Salg er ledelse. Vi måler salget hver uke.", "Båten ligger ved brygga."),
    ("Ledelse om høsten", "Ledelse er salg av planer.", "Skogen er full av bær og sopp."),
    ("Kokebok", "En sild i melk. Silda stekes.", "Kaffen drikkes etterpå, uten salg."),
    ("Regnskap", "Ledelsen leser regnskapet.", "Fjorten sider om bær."),
]
LOCKED = ["provisjon", "kvabbelurken", "forhandlinger", "nøtteskrika", "kokosnøtt"]
SEARCHES = ["salg", "ledelse", "salg ledelse", "bær", "sild", "silda kaffe", "regnskap bær",
            '"er ledelse"', "salg -bær", "sallg", "kafen", "led", "brygge", "uke salg"]  # fmt: skip


@pytest.fixture
def library(series):
    for number, (title, *paragraphs) in enumerate(PUBLIC):
        lines = "".join(f"<p>{line}</p>" for line in paragraphs)
        locked = " ".join(LOCKED[number::4]) + " og mer"
        body = [text(lines), gate(), text(f"<h2>{locked}</h2><p>{locked}</p>")]
        slug = f"del-{number}"
        factories.make_article(series, body, title=title, slug=slug)
    return series


def pages(client, asked):
    """Everything that a search answers with, apart from the word itself."""
    for path in (f"/sok/?q={asked}", f"/sok/?q={asked}&sorter=dato", f"/sok/forslag/?q={asked}"):
        response = client.get(path)
        assert response.status_code == 200
        body = response.content.decode()
        for spelled in (asked, quote_plus(asked), quote_plus(quote_plus(asked))):
            body = body.replace(spelled, "§")
        headers = {name: value for name, value in response.items() if name != "Content-Length"}
        yield body, headers


def nonsense(word):
    """A word of the same length that stands nowhere, and that no word is like."""
    letters = random.Random(word)  # noqa: S311
    return "".join(letters.choice("qxzwj") for _ in word)


def telling(client=None):
    """The locked words that are answered differently from a word that stands nowhere."""
    client = client or Client()
    return [
        word for word in LOCKED if list(pages(client, word)) != list(pages(client, nonsense(word)))
    ]


def test_a_locked_word_is_answered_like_nonsense(library):
    assert telling() == []


def test_members_find_them_all(library, member):
    assert telling(logged_in(member)) == LOCKED
    for word in LOCKED:
        assert finding.find(word, MEMBER, mend=False).count == 1


def lock_more(series):
    """Locked texts full of the words that visitors search for."""
    for number in range(20):
        words = " ".join(["salg", "ledelse", "bær", "sild", "kaffe", "brygge"][number % 5 :] * 9)
        body = [text(f"<h2>{words}</h2><p>{words}. {' '.join(SEARCHES)}</p>")]
        factories.make_article(series, body, title=f"Nummer {number}", slug=f"nummer-{number}")


def test_locked_texts_change_no_byte_of_a_visitors_searches(library):
    before = [list(pages(Client(), asked)) for asked in SEARCHES]
    lock_more(library)
    assert [list(pages(Client(), asked)) for asked in SEARCHES] == before


# --- Planted leaks: each must be noticed by one of the tests above ------------------------------


def everyone_s(rows, reader):
    return rows.live().filter(Q(low__lte=reader.level) | Q(low__gt=reader.level))


def a_shared_index(patch):
    honest = candidates.spans_at
    patch.setattr(candidates, "spans_at", lambda level: honest(int(MEMBER.level)))
    patch.setattr(DocumentQuerySet, "for_reader", everyone_s)


def a_count_of_all_hits(patch):
    def find(asked, reader, **how):
        return replace(honest(asked, reader, **how), count=honest(asked, MEMBER, **how).count)

    honest = finding.find
    patch.setattr(views, "find", find)


@pytest.mark.parametrize("plant", [a_shared_index, a_count_of_all_hits])
def test_a_planted_leak_is_noticed(library, plant, monkeypatch):
    plant(monkeypatch)
    told = telling()
    before = [list(pages(Client(), asked)) for asked in SEARCHES]
    lock_more(library)
    after = [list(pages(Client(), asked)) for asked in SEARCHES]
    assert told or before != after


def test_the_speller_knows_only_words_of_the_reader(library):
    assert mending.corrections("provisjn", MEMBER) == ["provisjon"]
    assert mending.corrections("provisjn", VISITOR) == []


def test_documents_of_a_higher_level_are_not_for_a_visitor(library):
    assert {d.low for d in Document.objects.for_reader(VISITOR)} == {int(Access.PUBLIC)}
    assert {d.low for d in Document.objects.for_reader(MEMBER)} == {int(Access.MEMBERS)}
