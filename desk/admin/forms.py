"""What the series board sends."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Access
from articles.models import Article, PlannedPart, Series
from articles.models.tree import below


class NumbersField(forms.Field):
    """Primary keys: «3,1,2», or the field once for each."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        parts = [part for text in value or [] for part in str(text).split(",") if part]
        if not all(part.isdecimal() and len(part) < 19 for part in parts):  # noqa: PLR2004
            raise forms.ValidationError(_("These are no pages."))
        return list(dict.fromkeys(int(part) for part in parts))


class OrderForm(forms.Form):
    #: The order on the screen, and the one that it was read in.
    order = NumbersField()
    read = NumbersField()
    opens_first = forms.BooleanField(required=False)
    #: The part that the board said would be opened.
    opens = forms.IntegerField(required=False)
    #: The part that was first, if it is to be for members again.
    locks = forms.IntegerField(required=False)


class PartsForm(forms.Form):
    """What is done with the ticked parts."""

    BULK = ("publish", "unpublish", "delete")

    id = NumbersField()
    do = forms.ChoiceField(choices=[(name, name) for name in ("open", "lock", "move", *BULK)])

    def clean_id(self) -> list[int]:
        if not self.cleaned_data["id"]:
            raise forms.ValidationError(_("Tick the parts first."))
        return cast(list[int], self.cleaned_data["id"])

    ACCESS = {"open": Access.PUBLIC, "lock": Access.MEMBERS}


class MoveForm(forms.Form):
    id = NumbersField()
    to = forms.ModelChoiceField(
        Series.objects.none(), label=_("To which series?"), empty_label=_("Choose a series")
    )

    def __init__(self, *args: Any, parts: "QuerySet[Article]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts

    def offer(self, series: "QuerySet[Series]") -> "MoveForm":
        cast("forms.ModelChoiceField[Series]", self.fields["to"]).queryset = series
        return self

    def clean(self) -> dict[str, Any]:
        """Tells of addresses that are taken before anything is moved."""
        found = super().clean() or {}
        if target := found.get("to"):
            taken = Article.objects.filter(below(target.path), depth=target.depth + 1)
            slugs = set(taken.values_list("slug", flat=True))
            for part in self.parts:
                if part.slug in slugs:
                    self.add_error(
                        "to",
                        _(
                            "«%(title)s» has the address «%(slug)s», which a part of «%(series)s»"
                            " has already. Give one of them another address first."
                        )
                        % {"title": part.title, "slug": part.slug, "series": target.title},
                    )
                slugs.add(part.slug)
        return found


class PlanForm(forms.ModelForm[PlannedPart]):
    title = forms.CharField(label=_("Title"), max_length=255)

    class Meta:
        model = PlannedPart
        fields = ["title", "planned_on"]
        widgets = {"planned_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
