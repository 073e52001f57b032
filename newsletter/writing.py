"""How the room's mails are written: HTML and plain text, and the ways out of them."""

from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from mail.rendering import site
from newsletter.models import Recipient
from newsletter.things import ALL_MAIL, Thing

INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def way_out(recipient: Recipient, thing: Thing, batch: str = "") -> str:
    """The address that ends mail about `thing`, by one POST without a log-in (RFC 8058)."""
    path = reverse("newsletter:unsubscribe", args=[recipient.token, thing.key])
    return absolute(f"{path}?fra={batch}" if batch else path)


def written(
    template: str,
    recipient: Recipient,
    subject: str,
    context: dict[str, Any],
    *,
    thing: Thing,
    batch: str,
) -> EmailMultiAlternatives:
    """A mail to `recipient` about `thing`, from newsletter/mail/<template>.html and .txt."""
    with translation.override(settings.LANGUAGE_CODE):
        out = way_out(recipient, thing, batch)
        whole = {
            **site(),
            "subject": subject,
            "thing_title": thing.title,
            "way_out": out,
            "way_out_of_all": way_out(recipient, ALL_MAIL, batch),
            "choices": absolute(reverse("newsletter:overview")),
            "batch": batch,
            **context,
        }
        text = render_to_string(f"newsletter/mail/{template}.txt", whole).strip() + "\n"
        html = INLINER.inline(render_to_string(f"newsletter/mail/{template}.html", whole))
    to = recipient.user.email
    mail = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
    mail.attach_alternative(html, "text/html")
    mail.extra_headers["List-Unsubscribe"] = f"<{out}>"
    mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail
