"""The mail about an article, and a letter's own mail, for the panel's «See as»."""

from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from articles.models import Article, Passage
from desk.ways import Sight, told, way
from newsletter.letter_mails import draft_to, letter_to
from newsletter.models import Letter, Recipient
from newsletter.news import news_of_one
from newsletter.things import LETTERS
from newsletter.views.previews import in_frame


@way("e-post", _("E-mail"), models=(Article, Letter), order=60)
def mail(sight: Sight) -> HttpResponse:
    user = sight.request.user
    if isinstance(sight.page, Article) and sight.is_draft:
        return told("desk/no_mail.html", {"is_draft": True})
    if not isinstance(user, User) or not user.is_active_member:
        return told("desk/no_mail.html", {"is_draft": False})
    return in_frame(mail_to(recipient_as(user), sight))


def recipient_as(user: User) -> Recipient:
    """A recipient who isn't stored. A click on the mail's links ends nobody's mail."""
    return Recipient(user=user, token="forhandsvisning")  # noqa: S106


def mail_to(recipient: Recipient, sight: Sight) -> EmailMultiAlternatives:
    reader = sight.reader
    if isinstance(sight.page, Article):
        article = Article.objects.for_readers().filter(pk=sight.page.pk).first()
        if article is None:
            raise Http404
        return news_of_one(article, recipient, reader)
    if sight.is_draft:
        return draft_to(recipient, sight.page, reader)
    letter = Letter.objects.for_readers().filter(pk=sight.page.pk).first()
    if letter is None:
        raise Http404
    passages = Passage.objects.of_page(letter, reader)
    known = letter.published_metadata()
    return letter_to(recipient, letter, passages, known, reader, thing=LETTERS)
