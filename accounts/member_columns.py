"""What the columns of a member file mean: in our own files, in Ghost's and in Substack's.

Ghost's headings are those of its export of members:
https://github.com/TryGhost/Ghost/blob/main/ghost/core/core/server/services/members/exporter/.
Substack has two files of subscribers: `email_list.….csv` in its export, and the one that its
dashboard makes of the columns on the screen.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Values = dict[str, str]

#: Our own columns in order: the name in the file, and the field.
COLUMNS = {
    "epost": "email",
    "navn": "name",
    "tilstand": "state",
    "medlem_siden": "joined_at",
    "kom_via": "source",
    "merkelapper": "labels",
    "grunn": "reason",
}
#: What a field is called, for the one who brings a file in.
FIELDS: dict[str, str | Promise] = {
    "email": _("address"),
    "name": _("name"),
    "joined_at": _("joined"),
    "note": _("note"),
    "more_labels": _("labels"),
    "news": _("consent to news"),
    "deleted": _("deleted there"),
}

PAYMENT = _("payment doesn't come along")
LEVEL = _("every member here reads everything")
THEIRS = _("means something only there")
WATCHED = _("what somebody opened and read isn't stored here")
UNKNOWN = _("not known")


def _yes(cell: str) -> str:
    return "1" if cell.strip().lower() in ("true", "1", "yes") else ""


def _no(cell: str) -> str:
    return "1" if cell.strip().lower() in ("false", "0", "no") else ""


class Format(NamedTuple):
    name: str
    #: Headings that together tell the format, in lower case.
    told_by: frozenset[str]
    #: By heading: the field.
    columns: dict[str, str]
    #: By heading, or its beginning: why it is left out.
    left_out: dict[str, str | Promise]
    #: By field: how a cell becomes ours.
    read: dict[str, Callable[[str], str]]

    def why_left_out(self, heading: str) -> str | Promise:
        for start, why in self.left_out.items():
            if heading.startswith(start):
                return why
        return UNKNOWN


GHOST = Format(
    "Ghost",
    frozenset({"email", "subscribed_to_emails"}),
    {
        "email": "email",
        "name": "name",
        "note": "note",
        "subscribed_to_emails": "news",
        "created_at": "joined_at",
        "deleted_at": "deleted",
        "labels": "more_labels",
    },
    {
        "complimentary_plan": LEVEL,
        "tiers": LEVEL,
        "products": LEVEL,
        "gift_id": LEVEL,
        "stripe_": PAYMENT,
        "id": THEIRS,
        "custom_fields": THEIRS,
    },
    {"news": _yes},
)
SUBSTACK = Format(
    "Substack",
    frozenset({"email", "active_subscription"}),
    {"email": "email", "name": "name", "email_disabled": "news", "created_at": "joined_at"},
    {
        "active_subscription": LEVEL,
        "plan": LEVEL,
        "expiry": PAYMENT,
        "first_payment_at": PAYMENT,
        "prefer_digests": THEIRS,
    },
    {"news": _no},
)
#: It doesn't say who has turned mail off, so it carries no consent.
SUBSTACK_DASHBOARD = Format(
    "Substack",
    frozenset({"email", "start date"}),
    {"email": "email", "name": "name", "start date": "joined_at"},
    {
        **dict.fromkeys(("stripe", "paid upgrade", "first paid", "revenue", "cancel"), PAYMENT),
        **dict.fromkeys(("expiration", "subscription interval"), PAYMENT),
        **dict.fromkeys(("type", "subscription type", "can see paid", "subscriptions g"), LEVEL),
        **dict.fromkeys(("emails", "num_", "last ", "links", "unique", "post views"), WATCHED),
        **dict.fromkeys(("comments", "shares", "days active", "activity"), WATCHED),
        **dict.fromkeys(("country", "state/"), WATCHED),
        **dict.fromkeys(("subscription source", "sections", "bestseller", "bundle"), THEIRS),
        "group": THEIRS,
    },
    {},
)
#: By what `MemberImport.format` says. Our own files have "".
FORMATS = {"ghost": GHOST, "substack": SUBSTACK, "substack2": SUBSTACK_DASHBOARD}


def format_of(heading: list[str]) -> str:
    """The key of the format that `heading` is of, or "" for our own and for all others."""
    found = (key for key, known in FORMATS.items() if known.told_by <= set(heading))
    return "" if "epost" in heading else next(found, "")


class Column(NamedTuple):
    heading: str
    #: What it became here, or "" if it was left out.
    field: str | Promise
    why: str | Promise = ""


def explained(format: str, heading: list[str]) -> list[Column]:
    """What became of each column of a file of another program."""
    known = FORMATS[format]
    return [
        Column(name, FIELDS[known.columns[name]])
        if name in known.columns
        else Column(name, "", known.why_left_out(name))
        for name in heading
    ]


def read(format: str, values: Values) -> Values:
    """A row of another program's file, as one of ours. An empty cell changes nothing here."""
    ways = FORMATS[format].read
    found = {field: ways[field](cell) if field in ways else cell for field, cell in values.items()}
    told = {field: cell for field, cell in found.items() if cell.strip()}
    return {"email": "", **told, "source": FORMATS[format].name.lower()}
