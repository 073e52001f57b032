"""The forms about a member: the name, the labels, the suspension, and a note."""

from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput

from accounts.models import Label, MemberNote, User, label_names


class LabelsField(forms.MultipleChoiceField):
    """The labels in use, to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, choices=_choices, **kwargs)


def _choices() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Label.objects.values_list("pk", "name")]


class NewLabelsField(forms.CharField):
    """Labels in free words, with commas between them."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("For example «VIP, course leader». At most 40 characters each.")
        super().__init__(
            label=_("New label"), required=False, max_length=400, help_text=help_text, **kwargs
        )

    def clean(self, value: Any) -> list[str]:
        return label_names(super().clean(value))


class MemberForm(forms.ModelForm[User]):
    """Saves what was changed in the form, and nothing else.

    The page tells what it showed, by hidden fields. So a page that was opened earlier doesn't undo
    what a colleague did meanwhile, such as a suspension.
    """

    label_set = LabelsField(label=_("Labels"))
    new_labels = NewLabelsField()
    is_suspended = forms.BooleanField(
        label=_("Suspended"),
        required=False,
        help_text=_("A suspended member can log in, but reads as a visitor."),
    )

    class Meta:
        model = User
        fields = ["name", "suspension_reason"]
        labels = {"suspension_reason": _("Reason of the suspension")}
        help_texts = {
            "suspension_reason": _(
                "Must be filled in to suspend. The gate doesn't show it, but the member can ask"
                " to see what you write."
            )
        }

    field_order = ["name", "label_set", "new_labels", "is_suspended", "suspension_reason"]

    def __init__(self, *args: Any, for_user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["is_suspended"] = self.instance.is_suspended
        self.initial["label_set"] = [str(label.pk) for label in self.instance.labels.all()]
        if not Label.objects.exists():
            del self.fields["label_set"]
        for field in self.fields.values():
            field.show_hidden_initial = True

    def hidden_initials(self) -> SafeString:
        return format_html_join("", "{}", ((field.as_hidden(only_initial=True),) for field in self))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        reason = values.get("suspension_reason", "").strip()
        if values.get("is_suspended") and not reason and not self.was_suspended_without_reason:
            self.add_error("suspension_reason", _("Write why the member is suspended."))
        return values

    @property
    def was_suspended_without_reason(self) -> bool:
        """Suspended before reasons were kept."""
        return self.instance.is_suspended and not self.initial.get("suspension_reason")

    def save(self, commit: bool = True) -> User:
        user, values, changed = self.instance, self.cleaned_data, self.changed_data
        row, reason = User.objects.filter(pk=user.pk), values["suspension_reason"]
        if "name" in changed:
            row.update(name=values["name"])
        is_switched = "is_suspended" in changed
        if is_switched and not values["is_suspended"]:
            user.restore()
        elif not (is_switched and user.suspend(reason)) and "suspension_reason" in changed:
            row.suspended().update(suspension_reason=reason)
        self.change_labels(user)
        return user

    def change_labels(self, user: User) -> None:
        ticked = set(self.cleaned_data.get("label_set", []))
        shown = set(self.data.getlist(self.add_initial_prefix("label_set")))  # type: ignore[attr-defined]
        user.labels.remove(*(int(key) for key in shown - ticked if key.isdecimal()))
        named = Label.objects.named(self.cleaned_data["new_labels"]).values()
        user.labels.add(*map(int, ticked - shown), *named)
        Label.objects.forget_unused()


class NoteForm(forms.ModelForm[MemberNote]):
    class Meta:
        model = MemberNote
        fields = ["text"]
        labels = {"text": _("New note")}
        error_messages = {"text": {"required": _("Write something in the note.")}}
        help_texts = {
            "text": _(
                "Write only what you need to remember. The member can ask to see what you write,"
                " and gets it with their own data."
            )
        }
        widgets = {"text": AdminAutoHeightTextInput(attrs={"rows": 2})}


class ManyLabelsForm(forms.Form):
    """For several members at once."""

    put_on = LabelsField(label=_("Put on"))
    new_labels = NewLabelsField()
    take_off = LabelsField(label=_("Take off"))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not any(values.get(name) for name in self.fields):
            raise forms.ValidationError(_("Choose a label, or write a new one."))
        if set(values.get("put_on", [])) & set(values.get("take_off", [])):
            raise forms.ValidationError(_("A label can't be both put on and taken off."))
        return values
