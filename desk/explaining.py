"""The rule behind an answer in words, and the line of the log that set it."""

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from accounts.models import Grant, User
from desk.answers import Answer, Rule

WORDS: dict[Rule, Any] = {
    Rule.OPEN: gettext_lazy("Open to everyone"),
    Rule.MEMBER: gettext_lazy("For members"),
    Rule.NOT_PUBLISHED: gettext_lazy("The page isn't published"),
    Rule.PARENT_NOT_PUBLISHED: gettext_lazy("What it belongs to isn't published"),
    Rule.VISITOR: gettext_lazy("Only for those who log in"),
    Rule.UNCONFIRMED: gettext_lazy("The address isn't confirmed"),
    Rule.SUSPENDED: gettext_lazy("Suspended, and so reads as a visitor"),
    Rule.LEAVING: gettext_lazy("Has asked for the account to be deleted, and reads as a visitor"),
    Rule.CLOSED: gettext_lazy("The account is closed"),
    Rule.ABOVE: gettext_lazy("Needs more than a membership"),
}
#: The entries of a page's log that can have set each rule.
ACCESS: tuple[str, ...] = ("articles.change_access",)
PUBLISHED: tuple[str, ...] = (
    "wagtail.publish",
    "wagtail.unpublish",
    "wagtail.publish.schedule",
    "wagtail.create",
)
OF_PAGE: dict[Rule, tuple[str, ...]] = {
    Rule.OPEN: ACCESS,
    Rule.MEMBER: ACCESS,
    Rule.VISITOR: ACCESS,
    Rule.ABOVE: ACCESS,
    Rule.NOT_PUBLISHED: PUBLISHED,
}
OF_MEMBER = {Rule.SUSPENDED: "accounts.suspend", Rule.LEAVING: "accounts.leave"}


def day(moment: datetime) -> str:
    return date_format(localtime(moment), "j. F Y")


def reason(answer: Answer, user: Any) -> str:
    if answer.grant:
        return given(answer.grant)
    if answer.rule == Rule.MEMBER and user.pk:
        return _("A member since %(date)s") % {"date": day(user.joined_at)}
    return str(WORDS[answer.rule])


def given(grant: Grant) -> str:
    if grant.ends_at:
        return _("Has been given it until %(date)s") % {"date": day(grant.ends_at)}
    return _("Has been given it for good")


def log_line(answer: Answer, page: Page, user: Any) -> str:
    """What set the rule, as in «Access changed …: Kari, 12. mars 2026 kl. 10.04». "" for what
    nobody has set."""
    if grant := answer.grant:
        return _("%(source)s, since %(date)s") % {
            "source": grant.source,
            "date": moment_of(grant.starts_at),
        }
    if verb := OF_MEMBER.get(answer.rule):
        of_user = ContentType.objects.get_for_model(User)
        entries = ModelLogEntry.objects.filter(content_type=of_user, object_id=str(user.pk or 0))
        return line(entries.filter(action=verb).order_by("-timestamp").first())
    about, actions = page, OF_PAGE.get(answer.rule, ())
    if answer.rule == Rule.PARENT_NOT_PUBLISHED:
        about, actions = page.get_parent(), PUBLISHED
    of_page = PageLogEntry.objects.filter(page=about.pk, action__in=actions)
    entry = of_page.order_by("-timestamp").first()
    return _("As it was made") if entry is None and actions == ACCESS else line(entry)


def line(entry: Any) -> str:
    if entry is None:
        return ""
    return f"{entry.message}: {entry.user_display_name}, {moment_of(entry.timestamp)}"


def moment_of(moment: datetime) -> str:
    return date_format(localtime(moment), r"j. F Y \k\l. H.i")
