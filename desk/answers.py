"""«Who may read this?»: the gate's answer for one reader, part by part, and the rule behind it.

The answer is the gate's own, `Passage.objects.readable_by`. The rule is found by itself, from the
page, the reader's account and their grants: tests/desk/test_answers.py holds the two together.
"""

import logging
from enum import Enum
from typing import Any, NamedTuple

from django.http import HttpRequest
from wagtail.models import Page

from accounts.access import Access, AnyUser, Reader
from accounts.models import Grant, State
from articles.models import Passage
from articles.models.passages import PassagePage

logger = logging.getLogger(__name__)


class Rule(Enum):
    """Why a reader may read, or may not."""

    OPEN = "open"
    MEMBER = "member"
    GRANT = "grant"
    NOT_PUBLISHED = "not published"
    PARENT_NOT_PUBLISHED = "parent not published"
    VISITOR = "visitor"
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"
    LEAVING = "leaving"
    CLOSED = "closed"
    ABOVE = "above"

    @property
    def opens(self) -> bool:
        return self in (Rule.OPEN, Rule.MEMBER, Rule.GRANT)


#: Of an account that opens nothing, by its state.
OF_STATE = {
    State.UNCONFIRMED: Rule.UNCONFIRMED,
    State.SUSPENDED: Rule.SUSPENDED,
    State.LEAVING: Rule.LEAVING,
}


class Part(NamedTuple):
    """A run of the text between two gates."""

    number: int
    access: int
    words: int
    teaser: str


class Answer(NamedTuple):
    part: Part
    may_read: bool
    rule: Rule
    grant: Grant | None = None


class Facts(NamedTuple):
    """What the rule depends on, looked up once for all parts of a page."""

    page: Any
    parent: Page | None
    user: AnyUser
    grants: list[Grant]

    @classmethod
    def of(cls, page: Page, request: HttpRequest) -> "Facts":
        user: Any = request.user
        token = request.session.get(Grant.SESSION_KEY, "")
        counts = not user.is_authenticated or user.is_active_member
        held = Grant.objects.of(user, token).held_now().select_related("page")
        here = [g for g in held if g.page is None or page.path.startswith(g.page.path)]
        return cls(page, page.get_parent(), user, here if counts else [])

    def rule(self, access: int) -> tuple[Rule, Grant | None]:
        """The rule for a text of the level `access`."""
        if not self.page.live:
            return Rule.NOT_PUBLISHED, None
        if self.parent is None or not self.parent.live:
            return Rule.PARENT_NOT_PUBLISHED, None
        if access <= Access.PUBLIC:
            return Rule.OPEN, None
        is_member = self.user.is_authenticated and self.user.is_active_member
        if is_member and access <= Access.MEMBERS:
            return Rule.MEMBER, None
        for grant in self.grants:
            if access <= grant.level:
                return Rule.GRANT, grant
        return self.closed(is_member=is_member), None

    def closed(self, *, is_member: bool) -> Rule:
        if is_member:
            return Rule.ABOVE
        if not self.user.is_authenticated:
            return Rule.VISITOR
        return OF_STATE.get(State(self.user.state), Rule.CLOSED)


def answers(page: Any, request: HttpRequest, parts: list[Part]) -> list[Answer]:
    """For each of the `parts` of `page`, whether the reader who sends `request` may read it, and
    why."""
    facts, readable = Facts.of(page, request), readable_parts(page, Reader.of(request))
    found = []
    for part in parts:
        rule, grant = facts.rule(part.access)
        answer = Answer(part, part.number in readable, rule, grant)
        if rule.opens != answer.may_read:
            logger.error("The rule %s disagrees with the gate on page %s", rule.name, page.pk)
        found.append(answer)
    return found


def readable_parts(page: Any, reader: Reader) -> set[int]:
    """The numbers of the parts that the gate opens, from 1. A page without passages has one."""
    if not isinstance(page, PassagePage):
        return {1} if type(page).objects.for_readers().filter(pk=page.pk).exists() else set()
    found = Passage.objects.readable_by(reader).filter(page=page.pk)
    return {position + 1 for position in found.values_list("position", flat=True)}


def parts_of(page: Any) -> list[Part]:
    """Those that are published, or else those of the draft."""
    if not isinstance(page, PassagePage):
        return [Part(1, Access.PUBLIC, 0, "")]
    stored = Passage.objects.filter(page=page.pk).order_by("position")
    passages: Any = list(stored.only("access", "words", "teaser"))
    if not passages:
        passages = page.get_latest_revision_as_object().rendered()
    return [
        Part(number, int(each.access), each.words, each.teaser)
        for number, each in enumerate(passages, 1)
    ]
