"""«Who may read this?» says what the gate says, and why."""

import random
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.access import Access, Reader
from accounts.impersonation import request_as
from accounts.models import Grant, State, User
from articles.models import Article, Passage
from desk import answers as desk_answers
from desk.answers import Rule, answers, parts_of
from tests import factories
from tests.conftest import person
from tests.factories import gate, text
from tests.leaks.world import ABOVE_MEMBERS

pytestmark = pytest.mark.django_db
PAIRS = 1_000


def articles() -> list[Article]:
    """Articles of every kind: open, locked, with gates of two levels, unpublished, scheduled, and
    in series that are published or not."""
    found = []
    higher = factories.block("gate", {"teaser": "", "level": ABOVE_MEMBERS})
    bodies = {
        "uten": [text("<p>En tekst.</p>")],
        "port": [text("<p>Åpen.</p>"), gate(), text("<p>Lukket.</p>")],
        "to": [text("<p>En.</p>"), gate(), text("<p>To.</p>"), higher, text("<p>Tre.</p>")],
    }
    for number in range(3):
        series = factories.make_series(f"serie-{number}", f"Serie {number}")
        for name, body in bodies.items():
            for access in Access:
                slug = f"{name}-{access.value}"
                found.append(factories.make_article(series, body, slug=slug, access=access))
        gone = factories.make_article(series, bodies["port"], slug="borte")
        gone.unpublish()
        later = factories.draft_article(series, bodies["to"], slug="siden")
        later.go_live_at = timezone.now() + timedelta(days=1)
        later.save_revision().publish()
        found += [gone, later]
        if number == 2:
            series.unpublish()
            Article.objects.filter(path__startswith=series.path).exclude(slug="borte").update(
                live=True
            )
    return [Article.objects.get(pk=article.pk) for article in found]


def readers(chance: random.Random) -> list[tuple[object, str]]:
    """(user, token of a session) of every state, with and without rights to the panel."""
    found: list[tuple[object, str]] = [(AnonymousUser(), "")]
    for state in State:
        for group in (None, "Editors", "Writers"):
            found.append((person(f"{state}-{group}@example.no", state, group), ""))
    closed = person("stengt@example.no")
    closed.is_active = False
    closed.save()
    leaver = person("utestengt-og-ute@example.no", State.SUSPENDED)
    leaver.leave()
    found += [(closed, ""), (leaver, "")]
    found += [(person(f"medlem-{number}@example.no"), "") for number in range(12)]
    found += [(AnonymousUser(), f"gjest-{number}") for number in range(12)]
    found += [(person("medlem-og-gjest@example.no"), "gjest-1")]
    return found


def grant_some(chance: random.Random, pages: list[Article], people: list) -> None:
    now = timezone.now()
    for user, token in people:
        for _number in range(chance.randrange(4)):
            article = chance.choice(pages)
            where = chance.choice([article, article.get_parent(), None, article, article])
            starts = now + timedelta(days=chance.choice([-9, -9, -9, 2]))
            ends = chance.choice([None, now + timedelta(days=3), now - timedelta(days=1)])
            Grant.objects.create(
                user=user if user.pk else None,
                token="" if user.pk else token or "uten",
                level=chance.choice([Access.MEMBERS, ABOVE_MEMBERS]),
                page=where,
                starts_at=starts,
                ends_at=ends,
                source="prøve",
            )


def test_the_answers_agree_with_the_gate():
    chance = random.Random(22)  # noqa: S311
    pages, people = articles(), readers(chance)
    grant_some(chance, pages, people)
    rules, seen = set(), set()
    for _number in range(PAIRS):
        article, (user, token) = chance.choice(pages), chance.choice(people)
        user = User.objects.get(pk=user.pk) if user.pk else user
        request = request_as(user, article.get_absolute_url(), grant_token=token)
        open_to_them = Passage.objects.readable_by(Reader.of(request)).filter(page=article.pk)
        readable = set(open_to_them.values_list("position", flat=True))
        found = answers(article, request, parts_of(article))
        for answer in found:
            assert answer.may_read == (answer.part.number - 1 in readable)
            assert answer.rule.opens == answer.may_read, (article.slug, user, token, answer)
        rules |= {answer.rule for answer in found}
        seen.add((article.pk, user.pk, token))
    assert rules == set(Rule)
    assert len(seen) > 500


@pytest.mark.parametrize("broken", ["closed", "rule"])
def test_a_rule_that_disagrees_with_the_gate_is_told_of(
    broken, article, member, monkeypatch, caplog
):
    if broken == "rule":
        monkeypatch.setattr(desk_answers.Facts, "rule", lambda facts, access: (Rule.OPEN, None))
        user = AnonymousUser()
    else:
        monkeypatch.setattr(desk_answers, "readable_parts", lambda page, reader: set())
        user = member
    answers(article, request_as(user, article.get_absolute_url()), parts_of(article))
    assert "disagrees with the gate" in caplog.text


def test_a_state_that_is_proven_changes_the_answer(article, pending):
    def told() -> list[Rule]:
        user = User.objects.get(pk=pending.pk)
        request = request_as(user, article.get_absolute_url())
        return [answer.rule for answer in answers(article, request, parts_of(article))]

    assert told() == [Rule.OPEN, Rule.UNCONFIRMED]
    EmailAddress.objects.filter(user=pending).update(verified=True)
    pending.confirm()
    assert told() == [Rule.OPEN, Rule.MEMBER]
    pending.suspend()
    assert told() == [Rule.OPEN, Rule.SUSPENDED]
