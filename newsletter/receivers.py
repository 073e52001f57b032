"""Follows what is published and deleted, who joins and who logs in."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db.models import Model, Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.events import terms_accepted
from accounts.models import User
from articles.models import Article, Author, Series, Subject
from articles.publishing.events import article_published
from mail.bounces import address_complained, address_unsubscribed
from mail.models import Message
from newsletter.following import end_consents_to, follow, grant_wish, stop, want_letters
from newsletter.offers import offer_at
from newsletter.planning import NEWS_FOR, announce_once
from newsletter.things import ALL_MAIL, MODELS, Thing
from newsletter.welcome import plan_welcome


@receiver(article_published)
def announce(article: Article, is_first: bool, **kwargs: Any) -> None:
    """Not an article of an archive that was published elsewhere long ago."""
    now = timezone.now()
    published_at = article.first_published_at or now
    if is_first and now - published_at < NEWS_FOR:
        announce_once(article.pk, article.alias_of_id)


@receiver(pre_delete, sender=Series)
@receiver(pre_delete, sender=Author)
@receiver(pre_delete, sender=Subject)
def end_what_is_deleted(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Nobody could take back what stands under no choice any more."""
    kind = next(kind for kind, model in MODELS.items() if model is sender)
    end_consents_to(Thing(kind, instance.pk))


@receiver(terms_accepted)
def take_up_offers(
    request: HttpRequest, user: User, is_new: bool, source: str, **kwargs: Any
) -> None:
    """Do what a new member ticked beside the terms, and plan the welcome."""
    if not is_new:
        return
    offered = offer_at(source)
    if offered and request.POST.get("follow") == offered.thing.key:
        follow(user, offered.thing, source, words=offered.words)
    if request.POST.get("letters"):
        want_letters(user, source)
    plan_welcome(user)


@receiver(user_logged_in)
def follow_what_was_wanted(request: HttpRequest, user: User, **kwargs: Any) -> None:
    grant_wish(request, user)


@receiver([address_complained, address_unsubscribed])
def end_all_mail(address: str, message: Message | None, **kwargs: Any) -> None:
    """A complaint is a no as clear as any, and so is an ESP's own link out of a list. It may come
    from an address that the member has changed since the mail."""
    number = message.arguments.get("user") if message else None
    for user in User.objects.filter(Q(email=address) | Q(pk=number)):
        stop(user, ALL_MAIL)
