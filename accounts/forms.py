from typing import Any

from allauth.account.forms import (
    BaseConfirmCodeForm,
    ConfirmEmailVerificationCodeForm,
    RequestLoginCodeForm,
)
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import context
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
    SignupWebAuthnForm,
)
from allauth.socialaccount.forms import DisconnectForm as AllauthDisconnectForm
from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.addresses import check_address
from accounts.models import Consent, Kind, State, User
from accounts.models.consents import words_of
from accounts.receivers import keep_session
from accounts.sign_in.credentials import CredentialField
from accounts.sign_in.limits import check_sender
from accounts.sign_in.malformed import malformed_as


class SignInForm(RequestLoginCodeForm):
    """One field, both to log in and to join.

    An unknown address first gets an unconfirmed member, so that the answer, the mail and the work
    are the same for everyone.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.validators.append(MaxLengthValidator(254))  # characters: RFC 5321

    def clean_email(self) -> str:
        email = self.cleaned_data["email"] = self.cleaned_data["email"].lower()
        check_address(email)
        check_sender(context.request, email)
        User.objects.join(email, source="code")
        return super().clean_email()


class LoginForm(AllauthLoginForm):
    """allauth's form, with our session age and a reset link that keeps `next`.

    allauth's sets an age on the session at the end of a log-in, so ours is set once more after it.
    """

    def _setup_password_field(self) -> None:
        super()._setup_password_field()
        url = reverse("account_reset_password")
        on = passthrough_next_redirect_url(context.request, url, "next")
        link = format_html('<a href="{}">{}</a>', on, _("Forgotten your password?"))
        self.fields["password"].help_text = link

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, redirect_url)
        if request.user.is_authenticated:
            keep_session(request, request.user)
        return response


class PasskeySignupForm(AllauthSignupForm):
    """Asks for an address only. The member makes the passkey after confirming it."""


class ProvenAddressForm(ConfirmEmailVerificationCodeForm):
    def clean_code(self) -> str:
        """Check the code, and delete accounts that it makes obsolete.

        Somebody may have typed the address at sign-in before, and gone no further.
        """
        code = BaseConfirmCodeForm.clean_code(self)
        if code:
            stubs = User.objects.members().filter(
                email=self.email, state=State.UNCONFIRMED, last_login=None
            )
            stubs.exclude(pk=self.user.pk if self.user else None).delete()
        return super().clean_code()


class UsedPasskeyForm(forms.Form):
    """Refuses malformed credentials, which make allauth's passkey forms crash."""

    credential = CredentialField(widget=forms.HiddenInput)

    def clean_credential(self) -> Any:
        with malformed_as(forms.ValidationError(_("This is no passkey."))):
            return super().clean_credential()  # type: ignore[misc]


class LoginPasskeyForm(UsedPasskeyForm, LoginWebAuthnForm): ...


class AuthenticatePasskeyForm(UsedPasskeyForm, AuthenticateWebAuthnForm): ...


class ReauthenticatePasskeyForm(UsedPasskeyForm, ReauthenticateWebAuthnForm): ...


class NamedPasskeyForm(forms.Form):
    """Labels and limits a passkey's name. In allauth's forms it has no label, and any length."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["name"]
        field.label = _("What you call it")
        field.validators.append(MaxLengthValidator(100))


class MadePasskeyForm(NamedPasskeyForm):
    credential = CredentialField(widget=forms.HiddenInput)

    def clean(self) -> Any:
        with malformed_as(forms.ValidationError(_("This is no passkey."))):
            return super().clean()


class AddPasskeyForm(MadePasskeyForm, AddWebAuthnForm):
    MOST = 20  # each log-in parses all of them

    def clean(self) -> Any:
        if self.user.authenticator_set.count() >= self.MOST:
            raise forms.ValidationError(_("You have many passkeys already. Remove one first."))
        return super().clean()


class SignupPasskeyForm(MadePasskeyForm, SignupWebAuthnForm): ...


class RenamePasskeyForm(NamedPasskeyForm, EditWebAuthnForm): ...


class DisconnectForm(AllauthDisconnectForm):
    def clean(self) -> dict[str, Any] | None:
        """Skip allauth's rule that a member needs a password to remove the last provider.

        Here every member can log in with a code by mail.
        """
        return forms.Form.clean(self)


class NameForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["name"]


class TermsForm(forms.Form):
    """What a new member is asked to agree to. The box starts unticked."""

    terms = forms.BooleanField(
        error_messages={"required": _("Tick the box to become a member.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terms"].label = words_of(Kind.TERMS)
        self.fields["terms"].help_text = format_html(
            '<a href="{}" target="_blank">{}</a>', settings.TERMS_PATH, _("Read the terms")
        )

    def keep(self, user: User, source: str) -> None:
        Consent.give(user, Kind.TERMS, source)


class LeaveForm(forms.Form):
    is_sure = forms.BooleanField(
        label=_("I want everything about me deleted"),
        error_messages={"required": _("Tick the box if you are sure.")},
    )
