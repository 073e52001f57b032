"""How the room's mails are written: HTML and plain text, and the ways out of them."""

import re
from collections.abc import Sequence
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from mail.rendering import site
from newsletter.models import Recipient
from newsletter.things import ALL_MAIL, Thing

#: The most things that the foot names. The link in the header ends mail about all of them.
MOST_WAYS = 8

INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def way_out(recipient: Recipient, *things: Thing, batch: str = "") -> str:
    """The address that ends mail about `things`, by one POST without a log-in (RFC 8058)."""
    keys = "+".join(thing.key for thing in things)
    path = reverse("newsletter:unsubscribe", args=[recipient.token, keys])
    return absolute(f"{path}?fra={batch}" if batch else path)


def written(
    template: str,
    recipient: Recipient,
    subject: str,
    context: dict[str, Any],
    *,
    thing: Thing,
    also: Sequence[Thing] = (),
    batch: str,
) -> EmailMultiAlternatives:
    """A mail to `recipient` about `thing`, from newsletter/mail/<template>.html and .txt.

    It may come because of other things, too (`also`): one click ends mail about each of them.
    """
    out = way_out(recipient, thing, *also, batch=batch)
    things = (thing, *also)
    ways = {
        "thing_title": thing.title,
        "titles": listed([title for each in things[:MOST_WAYS] if (title := each.title)]),
        "ways_out": [
            (each.title, way_out(recipient, each, batch=batch)) for each in things[:MOST_WAYS]
        ],
        "way_out": out,
        "way_out_of_all": way_out(recipient, ALL_MAIL, batch=batch),
        "batch": batch,
    }
    mail = written_plainly(template, recipient, subject, {**ways, **context})
    mail.extra_headers["List-Unsubscribe"] = f"<{out}>"
    mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def listed(titles: list[str]) -> str:
    """«One», «two» and «three»."""
    return get_text_list([_("“%(title)s”") % {"title": title} for title in titles], _("and"))


def written_plainly(
    template: str, recipient: Recipient, subject: str, context: dict[str, Any]
) -> EmailMultiAlternatives:
    """A mail without a way out: one that a member gets because they are a member."""
    subject = " ".join(subject.split())  # no header goes over several lines
    with translation.override(settings.LANGUAGE_CODE):
        choices = absolute(reverse("newsletter:overview"))
        whole = {**site(), "subject": subject, "choices": choices, **context}
        plain = render_to_string(f"newsletter/mail/{template}.txt", whole)
        text = re.sub(r"\n{3,}", "\n\n", plain).strip() + "\n"
        html = INLINER.inline(render_to_string(f"newsletter/mail/{template}.html", whole))
    mail = EmailMultiAlternatives(
        subject, text, settings.DEFAULT_FROM_EMAIL, [recipient.user.email]
    )
    mail.attach_alternative(html, "text/html")
    return mail
