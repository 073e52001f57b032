"""Consents: what a member agreed to, in which words, when and where."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.users import User

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Kind(models.TextChoices):
    TERMS = "terms", gettext_lazy("The terms of membership")
    NEWS = "news", gettext_lazy("News by e-mail")
    FOLLOW = "follow", gettext_lazy("News of something that you follow")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        """Consents that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def to_present_terms(self) -> "ConsentQuerySet":
        return self.standing().filter(kind=Kind.TERMS, version=settings.TERMS_VERSION)


class Consent(models.Model):
    """A box that a member ticked. The row outlives the account, as proof, and names nobody."""

    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="consents")
    #: A keyed hash of the address: a person who gives the address can be shown the proof.
    address_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    version = models.CharField(max_length=40, blank=True)
    #: What a consent of the kind FOLLOW is about, as in «serie-12».
    about = models.CharField(max_length=40, blank=True, default="", db_default="")
    #: The words beside the box.
    text = models.TextField()
    #: The path of the page where it was ticked.
    source = models.CharField(max_length=200)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["address_hash"], name="consent_of_address")]

    def __str__(self) -> str:
        return f"{self.kind} {self.given_at:%Y-%m-%d}"

    @classmethod
    def give(cls, user: User, kind: Kind, source: str, *, about: str = "", text: str = "") -> None:
        """Store a consent once, however often the form is sent.

        `source` is the URL of the page. Only its path is kept: a query may hold a search. `text` is
        what stood beside the box or on the button, if it isn't one of `words_of`.
        """
        version = settings.TERMS_VERSION if kind == Kind.TERMS else ""
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            standing = cls.objects.standing().filter(user=user, kind=kind, about=about)
            if standing.filter(version=version).exists():
                return
            cls.objects.create(
                user=user,
                address_hash=hash_of(user.email),
                kind=kind,
                version=version,
                about=about,
                text=text or words_of(kind),
                source=CONTROL.sub("", urlsplit(source).path)[:200],
            )

    @classmethod
    def withdraw(cls, user: User, kind: Kind, *, about: str = "") -> None:
        rows = cls.objects.standing().filter(user=user, kind=kind, about=about)
        rows.update(withdrawn_at=timezone.now())


def words_of(kind: Kind) -> str:
    """The words that now stand beside the box."""
    if kind == Kind.NEWS:
        return _("Send me news of the series by e-mail, now and then")
    return _("I accept the terms of membership")


def hash_of(address: str) -> str:
    return salted_hmac("accounts.consent", address.lower(), algorithm="sha256").hexdigest()
