from typing import Any

from django import forms
from django.core.validators import RegexValidator


class PositionForm(forms.Form):
    """The reading position. Sent by the page itself, or from its list of headings."""

    place = forms.CharField(max_length=80, validators=[RegexValidator(r"\Ab-[\w-]+\Z")])
    share = forms.IntegerField(min_value=0, max_value=100, required=False)


class SwitchForm(forms.Form):
    """On or off, as the button that sends the form says."""

    on = forms.TypedChoiceField(choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1")

    #: Where the button is: at the top of the article, in the overview, or on a page of the saved
    #: articles. If left out, it is at the article's end.
    back = forms.ChoiceField(
        choices=[("top", "top"), ("list", "list"), ("shelf", "shelf")], required=False
    )
    side = forms.IntegerField(min_value=1, required=False)
    #: The button's row on that page, from 1.
    row = forms.IntegerField(min_value=1, required=False)

    @property
    def is_on(self) -> bool:
        value: Any = self.cleaned_data["on"]
        return bool(value)
