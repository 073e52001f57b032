"""What the editors choose for all members' mail."""

import re
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

#: What may stand in braces in the welcome.
FIELDS = ("navn", "portal", "artikkel", "serie")


def welcome_subject() -> str:
    return gettext("Welcome to {portal}")


def welcome_words() -> str:
    """The words until an editor changes them."""
    paragraphs = [
        gettext("Hello {navn}!"),
        gettext(
            "How nice that you have become a member of {portal}. Now you can read every article"
            " to its end, and the portal remembers how far you have come."
        ),
        gettext("You were reading “{artikkel}”. It waits for you where you left off."),
        gettext(
            "Do follow a series, and we tell you when there is something new, or when you are ready"
            " for the next part. You choose what you get by e-mail, and can stop at any time."
        ),
    ]
    return "\n\n".join(paragraphs)


class Weekday(models.IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


#: A field, as an editor writes it.
FIELD = re.compile(r"\{([^{}]*)\}")


def validate_fields(text: str) -> None:
    """Raises ValidationError for a field that the welcome doesn't know, or a stray brace."""
    known = ", ".join(f"{{{name}}}" for name in FIELDS)
    if re.search("[{}]", FIELD.sub("", text)):
        raise ValidationError(
            _("A brace stands alone. A field looks like this: %(known)s."), params={"known": known}
        )
    if unknown := sorted(set(FIELD.findall(text)) - set(FIELDS)):
        raise ValidationError(
            _("There is no field {%(field)s}. Use one of these: %(known)s."),
            params={"field": unknown[0], "known": known},
        )


@register_setting(icon="mail", order=300)
class NewsletterSettings(BaseGenericSetting):
    """There is one row. Hours are those of the portal's time zone."""

    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        choices=Weekday.choices,
        default=Weekday.THURSDAY,
        help_text=_("When those who follow something once a week get their mail."),
    )
    hour = models.PositiveSmallIntegerField(
        _("hour"),
        default=7,
        validators=[MaxValueValidator(23)],
        help_text=_("From 0 to 23. The next part for those who are ready comes at the same hour."),
    )
    welcome_subject = models.CharField(
        _("subject of the welcome"),
        max_length=120,
        default=welcome_subject,
        validators=[validate_fields],
    )
    welcome_words = models.TextField(
        _("the welcome"),
        max_length=5000,
        default=welcome_words,
        validators=[validate_fields],
        help_text=_(
            "New members get it once, half an hour after they joined. These fields are filled in:"
            " {navn}, {portal}, {artikkel} and {serie}. The two last are what the member was"
            " reading. A paragraph with one of them is left out for a member who read nothing."
        ),
    )

    panels = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("weekday"), FieldPanel("hour")])],
            heading=_("When mail is sent"),
        ),
        MultiFieldPanel(
            [FieldPanel("welcome_subject"), FieldPanel("welcome_words")],
            heading=_("Welcome to new members"),
        ),
    ]

    class Meta:
        verbose_name = _("Notices and welcome")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def at_hour(self, day: datetime) -> datetime:
        """`day` at the chosen hour."""
        local = timezone.localtime(day)
        return local.replace(hour=self.hour, minute=0, second=0, microsecond=0)

    def tomorrow(self) -> datetime:
        return self.at_hour(timezone.localtime() + timedelta(days=1))

    def this_week(self, now: datetime) -> datetime:
        """The moment of the week of `now` at which the weekly mails leave."""
        local = timezone.localtime(now)
        return self.at_hour(local + timedelta(days=self.weekday - local.isoweekday()))
