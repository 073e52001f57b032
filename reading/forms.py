from typing import Any

from django import forms
from django.core.validators import RegexValidator


class PositionForm(forms.Form):
    """Where the reader is. Sent by the page itself, or from its list of headings."""

    place = forms.CharField(max_length=80, validators=[RegexValidator(r"\Ab-[\w-]+\Z")])
    share = forms.IntegerField(min_value=0, max_value=100, required=False)


class SwitchForm(forms.Form):
    """On or off, by the button that sent it."""

    on = forms.TypedChoiceField(choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1")

    #: Where the button stands: at the top of the article, in the overview, on a page of what is
    #: saved, or at the article's end.
    back = forms.ChoiceField(
        choices=[("top", "top"), ("list", "list"), ("shelf", "shelf")], required=False
    )
    side = forms.IntegerField(min_value=1, required=False)
    #: Its row on that page, from 1.
    row = forms.IntegerField(min_value=1, required=False)

    @property
    def is_on(self) -> bool:
        value: Any = self.cleaned_data["on"]
        return bool(value)
