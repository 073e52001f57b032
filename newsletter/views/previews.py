"""The panel's previews of a letter: the page, and the mail, as two kinds of reader get them."""

from typing import Any, cast

from csp.constants import NONE, UNSAFE_INLINE
from django.core.mail import EmailMultiAlternatives
from django.http import HttpResponse

from accounts.models import User
from articles.models.articles import PublishedMetadata
from articles.models.passages import readable_among
from articles.publishing.previews import Viewing, preview_of
from newsletter.letter_mails import draft_to
from newsletter.models import Letter, Recipient
from newsletter.views.letters import letter_page

#: A mail has its styles in itself, and nothing else.
FETCHED = ("default-src", "script-src", "img-src", "font-src", "connect-src", "media-src")
POLICY = {**{kind: [NONE] for kind in FETCHED}, "style-src": [UNSAFE_INLINE]}


def in_frame(mail: EmailMultiAlternatives) -> HttpResponse:
    response = HttpResponse(str(mail.alternatives[0][0]))
    response._csp_replace = POLICY  # type: ignore[attr-defined]
    return response


@preview_of(Letter)
def letter(letter: Letter, viewing: Viewing) -> tuple[str, dict[str, Any]] | HttpResponse:
    reader = viewing.reader
    if viewing.mode.startswith("mail"):
        # Its token is nobody's: a click on «No more letters» must not end the editor's own.
        recipient = Recipient(user=cast(User, viewing.editor), token="forhandsvisning")  # noqa: S106
        return in_frame(draft_to(recipient, letter, reader))
    rendered = letter.rendered()
    letter.metadata = PublishedMetadata.outline(rendered)
    passages = readable_among(rendered, letter, reader)
    return "newsletter/letter.html", letter_page(letter, letter.metadata, passages, reader)
