"""Renders mails: plain text, and the same text in HTML."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation


def site() -> dict[str, Any]:
    """The portal's name and URLs, for every mail."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "current_site": {"name": settings.SITE_NAME, "domain": settings.SITE.netloc},
    }


def rendered(template: str, to: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    with translation.override(settings.LANGUAGE_CODE):
        whole = {**site(), **context}
        subject = " ".join(render_to_string(f"{template}_subject.txt", whole).split())
        text = render_to_string(f"{template}_message.txt", whole).strip() + "\n"
        mail = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
        mail.attach_alternative(in_html(subject, text), "text/html")
    return mail


def in_html(subject: str, text: str) -> str:
    """The same mail in HTML. Both are made from one text, so that they can't differ."""
    paragraphs = [each.strip() for each in text.split("\n\n")]
    context = {"subject": subject, "paragraphs": [each for each in paragraphs if each]}
    return render_to_string("mail/message.html", {**context, "SITE_NAME": settings.SITE_NAME})
