"""The mails of a letter, each made for its recipient when it leaves."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.access import Reader
from accounts.models import State, User
from articles.models import Passage
from articles.models.articles import PublishedMetadata
from articles.models.passages import readable_among
from articles.publishing.rendering import RenderedPassage
from delivery.cache import cached_rows
from delivery.prepared_sql import Prepared
from mail.making import maker
from mail.models import Message
from newsletter.mail_text import mail_text, tracked
from newsletter.models import Letter, Recipient, Sending, recipient_at
from newsletter.models.sendings import CHOOSING
from newsletter.things import LETTERS, Thing
from newsletter.writing import absolute, written

#: Bytes for the text in both forms. A whole mail, with its frame and headers, is 60 kB at most.
MOST = 46_000


#: A sending that wasn't stopped, of a letter that readers may know of, with the letter.
SENDINGS: Prepared[Sending] = Prepared(
    lambda pk: (
        Sending.objects.filter(
            pk=pk, stopped_at=None, letter__in=Letter.objects.for_readers().values("pk")
        )
        .select_related("letter")
        .defer("letter__body")
    )
)


@maker("letter")
def letter_mail(stored: Message) -> EmailMultiAlternatives | None:
    """The letter to one recipient, with what they may read of it now. None if the sending was
    stopped, the letter was withdrawn, or the member no longer wants it or may not have it."""
    sending = SENDINGS.first(stored.arguments["sending"])
    if sending is None:
        return None
    letter, thing = sending.letter, sending.thing
    pk, about = stored.arguments["user"], (thing.pk,) if thing.pk else ()
    recipient = recipient_at(pk)
    if recipient is None or not CHOOSING[thing.kind].first(pk, *about):
        return None
    reader = Reader.of_user(recipient.user)
    passages = Passage.objects.of_page(letter, reader)
    (known,) = cached_rows(("letter", letter.pk), lambda: [letter.published_metadata()])
    return letter_to(recipient, letter, passages, known, reader, thing=thing, batch=sending.batch)


@maker("letter_test")
def test_mail(stored: Message) -> EmailMultiAlternatives | None:
    """The draft as it stands, to the editor who wants to see it. None for one who is none now."""
    letter = Letter.objects.filter(pk=stored.arguments["letter"]).first()
    user = User.objects.filter(pk=stored.arguments["user"], is_active=True).first()
    if letter is None or user is None or user.state != State.ACTIVE:
        return None
    if not letter.may_be_sent_by(user):
        return None
    draft, reader = letter.get_latest_revision_as_object(), Reader.of_user(user)
    return draft_to(Recipient.of(user), draft, reader, test=True)


def draft_to(
    recipient: Recipient, draft: Letter, reader: Reader, *, test: bool = False
) -> EmailMultiAlternatives:
    """The mail that `reader` would get if the letter were published as `draft` has it."""
    rendered = draft.rendered()
    known = PublishedMetadata.outline(rendered)
    passages = readable_among(rendered, draft, reader)
    return letter_to(recipient, draft, passages, known, reader, thing=LETTERS, test=test)


def letter_to(
    recipient: Recipient,
    letter: Letter,
    passages: Sequence[Passage | RenderedPassage],
    known: PublishedMetadata,
    reader: Reader,
    *,
    thing: Thing,
    batch: str = "",
    test: bool = False,
) -> EmailMultiAlternatives:
    """The mail with `passages`, which are what `reader` may read. A gate if they aren't all."""
    address = absolute(letter.get_absolute_url())
    gate = known.gate_for(reader, letter.path)
    with override(settings.LANGUAGE_CODE):
        text = mail_text(passages, address, most_bytes=MOST, batch=batch)
        subject = _("[Test] %s") % letter.title if test else letter.title
    goes_on_at = text.goes_on_at or (gate.anchor if gate else "")
    context = {
        "letter": letter,
        "text": text,
        "gate": None if text.goes_on_at else gate,
        "address": tracked(address, batch),
        "goes_on": tracked(f"{address}#{goes_on_at}", batch) if goes_on_at else "",
        "thing": thing,
    }
    return written("letter", recipient, subject, context, thing=thing, batch=batch)
