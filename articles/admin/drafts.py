"""A draft saves itself whatever is wrong with the form.

Wagtail refuses a whole automatic save for one field that is not right, such as an address that is
taken, and then the text is not saved either. Here such a field keeps its last value, and the answer
names it. An explicit «Publish» or «Save draft» is still refused, so that nothing is left out there
without the editor's knowledge.
"""

import json
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from wagtail.blocks.base import BlockField

from articles.admin.extent import DraftIndicator, extent_of


class LeftOut(NamedTuple):
    """A value that a save did not take."""

    #: The name of the field in the form.
    name: str
    label: str
    message: str


def leave_out_faults(form: Any) -> list[LeftOut]:
    """Makes a form that was refused fit to be saved as a draft. What is refused keeps its last
    value, and a new row that is refused is not added."""
    left_out = []
    for name, errors in form.errors.items():
        if name == NON_FIELD_ERRORS or take_unchecked(form, name):
            continue
        field = form.fields[name]
        keep_last_value(form, name)
        value = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        if value or form.initial.get(name):
            label = str(field.label or name)
            left_out.append(LeftOut(form.add_prefix(name), label, " ".join(errors)))
    form._errors = ErrorDict()
    for formset in getattr(form, "formsets", {}).values():
        left_out += leave_out_rows(formset)
    return left_out


def leave_out_rows(formset: Any) -> list[LeftOut]:
    left_out = []
    faults = formset.total_error_count()
    for row in formset.forms if faults else ():
        if not row.errors and not any(f.total_error_count() for f in row.formsets.values()):
            continue
        is_twice = NON_FIELD_ERRORS in row.errors
        if is_twice:
            first = next(iter(row.visible_fields() or row.hidden_fields()))
            told = " ".join(row.errors[NON_FIELD_ERRORS])
            left_out.append(LeftOut(first.html_name, str(first.label), told))
        left_out += leave_out_faults(row)
        if row.instance.pk is None or is_twice:
            row.cleaned_data[DELETION_FIELD_NAME] = True
    if faults:
        formset._errors = [{} for _row in formset.forms]
        formset._non_form_errors = formset.error_class()
        vars(formset).pop("_deleted_form_indexes", None)  # it was counted before
    return left_out


def keep_last_value(form: Any, name: str) -> None:
    """The form may have set the value before the model refused it."""
    field = form.instance._meta.get_field(name) if hasattr(form.instance, name) else None
    if field is not None and field.concrete and not field.many_to_many:
        setattr(form.instance, field.attname, form.initial.get(name))
    form.cleaned_data.pop(name, None)


def take_unchecked(form: Any, name: str) -> bool:
    """Saves a text as it was written, with the block that is not right. Publishing checks it."""
    field = form.fields[name]
    if not isinstance(field, BlockField):
        return False
    value = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    try:
        stored = json.loads(json.dumps(field.block.get_prep_value(value)))
        value = field.block.to_python(stored)
        list(value)
    except (AttributeError, LookupError, TypeError, ValueError):
        return False
    setattr(form.instance, name, value)
    form.cleaned_data[name] = value
    return True


class DraftForm(forms.BaseForm):
    """A page's form that may save a draft with faults in it."""

    def __init__(self, *args: Any, is_automatic: bool = False, **kwargs: Any) -> None:
        self.is_automatic = is_automatic
        self.left_out: list[LeftOut] = []
        super().__init__(*args, **kwargs)
        instance = self.instance  # type: ignore[attr-defined]
        if not self.is_bound and instance.pk and instance.title == _("Untitled"):
            # The name that a nameless draft was saved under. It can't be published with that.
            self.initial.update(title="", slug="")

    def is_valid(self) -> bool:
        if super().is_valid():
            return True
        # Only a draft is saved with required fields deferred.
        if not (self.is_automatic and getattr(self, "is_deferred_validation", False)):
            return False
        self.left_out = leave_out_faults(self)
        instance = self.instance  # type: ignore[attr-defined]
        instance.title = instance.title or _("Untitled")
        return True


class SavesItself:
    """For the views that create and edit a page: an automatic save is a save of what holds."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.expects_json_response:  # type: ignore[attr-defined]
            return super().post(request, *args, **kwargs)  # type: ignore[misc, no-any-return]
        self.form_class = partial(self.form_class, is_automatic=True)  # type: ignore[has-type]
        answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        if answer.status_code != HTTPStatus.OK:
            return answer
        left_out = [fault._asdict() for fault in self.form.left_out]  # type: ignore[attr-defined]
        more: dict[str, Any] = {"left_out": left_out} if left_out else {}
        more["extent"] = extent_of(self.page)  # type: ignore[attr-defined]
        return JsonResponse(json.loads(answer.content) | more)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {"autosave_indicator": DraftIndicator(self.page)}  # type: ignore[attr-defined]
