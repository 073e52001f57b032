"""The panel's previews of a letter: the page, and the mail, as two kinds of reader get them."""

from typing import Any, cast

from csp.constants import NONE, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

from accounts.access import MEMBER, VISITOR
from accounts.models import User
from articles.models.articles import PublishedMetadata
from articles.models.passages import readable_among
from articles.publishing.previews import preview_of
from newsletter.letter_mails import draft_to
from newsletter.models import Letter, Recipient
from newsletter.views.letters import letter_page

#: A mail has its styles in itself, and nothing else.
FETCHED = ("default-src", "script-src", "img-src", "font-src", "connect-src", "media-src")
POLICY = {**{kind: [NONE] for kind in FETCHED}, "style-src": [UNSAFE_INLINE]}


@preview_of(Letter)
def letter(
    letter: Letter, request: HttpRequest, mode: str
) -> tuple[str, dict[str, Any]] | HttpResponse:
    reader = MEMBER if mode.endswith("member") else VISITOR
    if mode.startswith("mail"):
        # Its token is nobody's: a click on «No more letters» must not end the editor's own.
        recipient = Recipient(user=cast(User, request.user), token="forhandsvisning")  # noqa: S106
        html = draft_to(recipient, letter, reader).alternatives[0][0]
        response = HttpResponse(str(html))
        response._csp_replace = POLICY  # type: ignore[attr-defined]
        return response
    rendered = letter.rendered()
    letter.metadata = PublishedMetadata.outline(rendered)
    passages = readable_among(rendered, letter, reader)
    return "newsletter/letter.html", letter_page(letter, letter.metadata, passages, reader)
