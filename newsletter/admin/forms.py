from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.models import Follow
from newsletter.models.sendings import title_of
from newsletter.things import LETTERS, MODELS, Thing

#: A letter can be ordered this long ahead.
AHEAD = timedelta(days=365)


def audiences() -> list[tuple[str, Any]]:
    """The choices of whom a letter is for: what readers know of and somebody follows, by kind."""
    names = {
        "serie": _("Those who follow a series"),
        "forfatter": _("Those who follow an author"),
        "tema": _("Those who follow a subject"),
    }
    found: list[tuple[str, Any]] = [(LETTERS.key, title_of(LETTERS))]
    rows = {
        "serie": Follow.objects.filter(page__isnull=False, is_author=False).values("page"),
        "forfatter": Follow.objects.filter(page__isnull=False, is_author=True).values("page"),
        "tema": Follow.objects.filter(subject__isnull=False).values("subject"),
    }
    for kind, name in names.items():
        things = MODELS[kind]._default_manager.for_readers().filter(pk__in=rows[kind])  # type: ignore[attr-defined]
        titles = things.order_by("title").values_list("pk", "title")
        if group := [(Thing(kind, pk).key, title) for pk, title in titles]:
            found.append((name, group))
    return found


class SendForm(forms.Form):
    audience = forms.ChoiceField(label=gettext_lazy("To whom"))
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[("now", gettext_lazy("Now")), ("later", gettext_lazy("At a time"))],
        initial="now",
        widget=forms.RadioSelect,
    )
    starts_at = forms.DateTimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = audiences()  # type: ignore[attr-defined]

    def clean_starts_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["starts_at"]
        if self.cleaned_data.get("when") != "later":
            return None
        if moment is None or not timezone.now() < moment < timezone.now() + AHEAD:
            raise ValidationError(_("Give a time within a year from now."))
        return moment

    @property
    def thing(self) -> Thing:
        return Thing.parse(self.cleaned_data["audience"]) or LETTERS

    @property
    def audience_title(self) -> str:
        return title_of(self.thing)
