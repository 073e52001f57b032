"""The readers whom an editor may see a page as."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from accounts.access import AnyUser
from accounts.backends import USERS
from accounts.impersonation import request_as, someone
from accounts.models import Grant, State, User

SALT = "desk.readers"
#: Seconds that the address of a page as a certain member works, for the one who looked them up.
MAX_AGE = 8 * 60 * 60
#: The most grants of one page that are listed, the newest first.
MOST_GRANTS = 20

KINDS: dict[str, tuple[Any, State | None]] = {
    "besokende": (gettext_lazy("A visitor"), None),
    "medlem": (gettext_lazy("A member"), State.ACTIVE),
    "ubekreftet": (gettext_lazy("Somebody with an unconfirmed address"), State.UNCONFIRMED),
    "utestengt": (gettext_lazy("A suspended member"), State.SUSPENDED),
}


@dataclass(frozen=True)
class Choice:
    #: In the panel's address.
    key: str
    label: str
    user: AnyUser
    grant_token: str = ""

    def request(self, path: str) -> HttpRequest:
        return request_as(self.user, path, grant_token=self.grant_token)


def may_look_up(editor: AnyUser) -> bool:
    """Members' addresses, and what they may read, are for those who manage members."""
    return editor.has_perm("accounts.manage_members")


def kinds() -> list[Choice]:
    return [
        Choice(key, str(label), someone(state) if state else AnonymousUser())
        for key, (label, state) in KINDS.items()
    ]


def grants_at(page: Page) -> "list[Grant]":
    """The grants that now open `page`, by themselves or by a page above it."""
    above = Q(page=None) | Q(page__in=page.get_ancestors(inclusive=True))
    held = Grant.objects.held_now().filter(above).select_related("user", "page")
    return list(held.order_by("-starts_at", "-pk")[:MOST_GRANTS])


def guests(page: Page, editor: AnyUser) -> Iterator[Choice]:
    """Those with a grant. One of a member is shown to those who manage members alone."""
    for grant in grants_at(page):
        until = grant.ends_at and date_format(localtime(grant.ends_at), "j. F")
        what = _("%(source)s, until %(date)s") if until else _("%(source)s")
        what %= {"source": grant.source, "date": until}
        if grant.user is None:
            label = _("A guest (%(what)s)") % {"what": what}
            yield Choice(f"gave-{grant.pk}", label, AnonymousUser(), grant.token)
        elif may_look_up(editor):
            label = f"{grant.user} ({what})"
            yield Choice(member_key(grant.user, editor), label, loaded(grant.user.pk))


def member_key(member: User, editor: AnyUser) -> str:
    return "som-" + signing.dumps([member.pk, editor.pk], salt=SALT)


def loaded(pk: int) -> User:
    """The member as a request of theirs would load them."""
    user = USERS.first(pk)
    if user is None:
        raise Http404
    return user


def choice_of(key: str, page: Page, editor: AnyUser) -> Choice:
    """Raises Http404 for a reader whom the editor may not see the page as."""
    if key.startswith("som-") and may_look_up(editor):
        try:
            pk, by = signing.loads(key.removeprefix("som-"), salt=SALT, max_age=MAX_AGE)
        except signing.BadSignature:
            raise Http404 from None
        if by != editor.pk:
            raise Http404
        member = loaded(pk)
        return Choice(key, str(member), member)
    known = [*kinds(), *guests(page, editor)]
    for choice in known:
        if choice.key == key:
            return choice
    raise Http404
