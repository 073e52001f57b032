"""The archive of letters on the web, behind the same gate as the articles."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.next_page import letter_at
from tests import factories
from tests.conftest import logged_in
from tests.factories import gate, text
from tests.newsletter.letters import draft_letter, make_letter

pytestmark = pytest.mark.django_db


def page_of(client, path="/brev/hosten/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_visitor_reads_the_open_part_and_meets_the_gate(visitor, suspended):
    make_letter()
    for client in (visitor, logged_in(suspended)):
        page = page_of(client)
        assert "Det åpne avsnittet." in page
        assert "Det låste avsnittet." not in page
        assert "Hva resten svarer på." in page
    assert "Resten av brevet" in page_of(visitor)
    assert 'value="/brev/hosten/#les-videre"' in page_of(visitor)


def test_a_member_reads_all_of_it(as_member):
    make_letter()
    page = page_of(as_member)
    assert "Det låste avsnittet." in page
    assert "Les videre som medlem" not in page


def test_a_letter_without_a_gate_is_the_members(visitor, as_member):
    make_letter([text("<p>Bare for oss.</p>")])
    assert "Bare for oss." not in page_of(visitor)
    assert "Les videre som medlem" in page_of(visitor)
    assert "Bare for oss." in page_of(as_member)


def test_a_draft_and_a_withdrawn_letter_are_in_no_archive(visitor, as_member):
    draft_letter(slug="kladd")
    withdrawn = make_letter(slug="trukket")
    withdrawn.unpublish()
    for client in (visitor, as_member):
        assert client.get("/brev/kladd/").status_code == 404
        assert client.get("/brev/trukket/").status_code == 404
        assert "Høsten" not in page_of(client, "/brev/")


def test_the_archive_has_the_newest_letter_first_and_is_paginated(visitor, monkeypatch):
    monkeypatch.setattr("newsletter.views.letters.A_PAGE", 2)
    for n in range(3):
        make_letter(title=f"Brev nummer {n}", slug=f"brev-{n}")
    first, second = page_of(visitor, "/brev/"), page_of(visitor, "/brev/?side=2")
    assert re.findall(r"Brev nummer \d", first) == ["Brev nummer 2", "Brev nummer 1"]
    assert re.findall(r"Brev nummer \d", second) == ["Brev nummer 0"]
    assert visitor.get("/brev/?side=3").status_code == 404


def test_the_empty_archive_says_so(visitor):
    assert "ingen brev ennå" in page_of(visitor, "/brev/")


def test_search_engines_are_told_what_is_locked(visitor):
    make_letter()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page_of(visitor))
    letter = json.loads(found[1])["@graph"][0]
    assert letter["isAccessibleForFree"] is False
    assert letter["hasPart"]["cssSelector"] == ".members-only"
    assert letter["headline"] == "Høsten på redaksjonen"
    make_letter([text("<p>x</p>")], slug="annet", lead="")
    assert "noindex" not in page_of(visitor, "/brev/annet/")


def test_a_renamed_letter_leaves_a_redirect(visitor, at_once):
    letter = make_letter()
    letter.slug = "vinter"
    with at_once():
        letter.save_revision().publish()
    assert visitor.get("/brev/hosten/")["Location"] == "/brev/vinter/"


def test_a_changed_letter_is_shown_at_once(as_member, kept, at_once):
    letter = make_letter()
    page_of(as_member)
    letter.title = "Ny tittel"
    with at_once():
        letter.save_revision().publish()
    assert "Ny tittel" in page_of(as_member)


def test_the_text_of_a_letter_is_read_through_the_gate_alone(visitor):
    make_letter([text("<p>Fritt.</p>"), gate(), text("<p>kanariqxz</p>")])
    with CaptureQueriesContext(connection) as asked:
        page_of(visitor)
    assert asked.captured_queries
    for query in asked.captured_queries:
        assert '"newsletter_letter"."body"' not in query["sql"]


def test_the_footer_leads_to_the_archive_once_there_is_a_letter(visitor):
    assert 'href="/brev/"' not in page_of(visitor, "/serier/")
    make_letter()
    assert 'href="/brev/"' in page_of(visitor, "/serier/")


def test_a_mail_with_a_code_may_name_the_letter_that_waits_if_it_is_published():
    make_letter()
    draft_letter(slug="kladd", title="Hemmelig kladd")
    assert letter_at("/brev/hosten/").url == "/brev/hosten/#les-videre"
    assert letter_at("/brev/kladd/") is None
    assert letter_at("/brev/") is None


def test_a_definition_in_a_letter_is_as_locked_in_the_glossary(visitor, as_member):
    meaning = {"term": "Brevleder", "text": "<p>kanariqxz</p>"}
    make_letter([text("<p>Fritt.</p>"), gate(), factories.block("definition", meaning)])
    assert "kanariqxz" not in page_of(visitor, "/ordbok/brevleder/")
    assert "kanariqxz" in page_of(as_member, "/ordbok/brevleder/")
