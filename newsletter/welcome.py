"""The welcome: one mail to each new member, in the editors' words. It carries no news."""

import re
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.access import Reader
from accounts.models import Consent, Kind, State, User
from articles.models import Article, Passage
from articles.models.articles import anchor_of
from articles.structured_data import absolute
from mail.making import Planned, maker, plan
from mail.models import Message, Priority
from newsletter.models import NewsletterSettings
from newsletter.models.recipients import Recipient
from newsletter.models.settings import FIELD
from newsletter.writing import written_plainly
from reading.models import Reading, with_articles

#: From joining until the welcome leaves. Until then they read.
WAIT = timedelta(minutes=30)


class LeftOff(NamedTuple):
    """Where a member was reading, with the whole address of the paragraph."""

    article: str
    series: str
    url: str


def plan_welcome(user: User) -> None:
    subject = NewsletterSettings.load().welcome_subject
    planned = Planned(
        user.email, f"velkommen-{user.pk}", {"user": user.pk}, filled(subject, user, None)
    )
    due_at = timezone.now() + WAIT
    plan("welcome", [planned], batch="velkommen", priority=Priority.NOTICE, due_at=due_at)


@maker("welcome")
def make_welcome(stored: Message) -> EmailMessage | None:
    """None for a member who is suspended, leaving or not confirmed by now."""
    user = User.objects.filter(pk=stored.arguments["user"], is_active=True).first()
    if user is None or user.state != State.ACTIVE:
        return None
    words, left_off = NewsletterSettings.load(), left_off_at(user)
    subject = filled(words.welcome_subject, user, left_off).strip() or settings.SITE_NAME
    paragraphs = [
        filled(each.strip(), user, left_off)
        for each in re.split(r"\r?\n\s*\n", words.welcome_words)
    ]
    context = {"paragraphs": [each for each in paragraphs if each], "left_off": left_off}
    return written_plainly("welcome", Recipient.of(user), subject, context)


def filled(text: str, user: User, left_off: LeftOff | None) -> str:
    """`text` with its fields filled in. "" if it names what the member doesn't have. A member
    without a name is greeted without one."""
    values = {
        "portal": settings.SITE_NAME,
        "artikkel": left_off.article if left_off else "",
        "serie": left_off.series if left_off else "",
    }
    if any(f"{{{name}}}" in text and not value for name, value in values.items()):
        return ""
    if not user.name:
        text = re.sub(r"[ ,]*\{navn\}", "", text)
    values["navn"] = user.name
    return FIELD.sub(lambda field: values.get(field[1], field[0]), text)


def left_off_at(user: User) -> LeftOff | None:
    """The paragraph where the member stopped; else the gate of the article where they joined,
    unless they have read that to its end since."""
    reader = Reader.of_user(user)
    for row in with_articles(Reading.objects.of(user).begun()[:1]):
        place = row.resume_at(row.article, Passage.objects.of_page(row.article, reader))
        return told(row.article, place)
    terms = Consent.objects.standing().filter(user=user, kind=Kind.TERMS).order_by("-given_at")
    source = terms.values_list("source", flat=True).first() or ""
    match source.strip("/").split("/"):
        case [series, slug]:
            article = Article.objects.at(series, slug).first()
            if article and not Reading.objects.of(user).finished().filter(article=article).exists():
                return told(article, anchor_of(0, 0) if article.metadata.is_locked else "")
    return None


def told(article: Article, place: str) -> LeftOff:
    url = absolute(article.get_absolute_url())
    series: str = article.series_title  # type: ignore[attr-defined]
    return LeftOff(article.title, series, f"{url}#{place}" if place else url)
