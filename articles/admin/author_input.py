"""An author is chosen by typing some of the name. See static/js/panel-author.js."""

from typing import Any

from django import forms
from django.urls import reverse_lazy


class AuthorInput(forms.Widget):
    """A text field with suggestions, and the author's primary key in a hidden field."""

    template_name = "wagtailadmin/widgets/author_input.html"
    #: Django sets it on the widget of a ModelChoiceField.
    choices: Any = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        queryset = getattr(self.choices, "queryset", None)
        context["author"] = None
        if queryset is not None and str(value).isdigit():
            context["author"] = queryset.filter(pk=value).first()
        context["source"] = reverse_lazy("author_suggestions")
        return context
