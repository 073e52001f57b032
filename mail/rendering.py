"""How a mail looks: plain text, and the same text in HTML."""

from django.conf import settings
from django.template.loader import render_to_string


def in_html(subject: str, text: str) -> str:
    """The same mail in HTML: one text, so that the two can't differ."""
    paragraphs = [each.strip() for each in text.split("\n\n")]
    context = {"subject": subject, "paragraphs": [each for each in paragraphs if each]}
    return render_to_string("mail/message.html", {**context, "SITE_NAME": settings.SITE_NAME})
