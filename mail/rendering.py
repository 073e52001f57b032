"""How a mail looks: plain text, and the same text in HTML."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation


def site() -> dict[str, Any]:
    """What every mail may say of the portal."""
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
    """The same mail in HTML: one text, so that the two can't differ."""
    paragraphs = [each.strip() for each in text.split("\n\n")]
    context = {"subject": subject, "paragraphs": [each for each in paragraphs if each]}
    return render_to_string("mail/message.html", {**context, "SITE_NAME": settings.SITE_NAME})
