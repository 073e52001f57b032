from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import RequestLoginCodeForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent, User
from accounts.models.consents import words_of


class DoorForm(RequestLoginCodeForm):
    """One field both to log in and to join.

    Who is not known yet is made an unconfirmed member first, so that the answer, the mail and the
    work are the same for everyone.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.validators.append(MaxLengthValidator(254))  # a mail address, by RFC 5321

    def clean_email(self) -> str:
        email = self.cleaned_data["email"] = self.cleaned_data["email"].lower()
        User.objects.join(email, source="code")
        return super().clean_email()


class LoginForm(AllauthLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)


class PasskeySignupForm(AllauthSignupForm):
    """An address alone: the passkey is made when it is confirmed."""


class NameForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["name"]


class TermsForm(forms.Form):
    """What a new member is asked for, each by a box of its own that nobody has ticked for them."""

    terms = forms.BooleanField(
        error_messages={"required": _("Tick the box to become a member.")},
    )
    news = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terms"].label = words_of(Consent.Kind.TERMS)
        self.fields["terms"].help_text = format_html(
            '<a href="{}" target="_blank">{}</a>', settings.TERMS_PATH, _("Read the terms")
        )
        self.fields["news"].label = words_of(Consent.Kind.NEWS)
        self.fields["news"].help_text = _("As you like. You can say no again at any time.")

    def keep(self, user: User, source: str) -> None:
        Consent.give(user, Consent.Kind.TERMS, source)
        if self.cleaned_data["news"]:
            Consent.give(user, Consent.Kind.NEWS, source)
