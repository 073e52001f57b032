"""The account's URLs, in Norwegian. No other view of allauth's is reachable."""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from django.urls import path

from accounts.views import account, identity, invitations, own_data, providers, sign_in

app_name = "accounts"
urlpatterns = [
    path("", account.overview, name="overview"),
    path("epost/virker/", account.address_works, name="address_works"),
    path("vilkar/", sign_in.terms, name="terms"),
    path("to-trinn/pakrevd/", account.second_factor, name="second_factor"),
    path("passnokler/ikke-na/", account.no_passkey, name="no_passkey"),
    path("mine-data/", own_data.overview, name="own_data"),
    path("mine-data/fil.<slug:format>", own_data.download, name="download"),
    path("mine-data/slett/", own_data.leave, name="leave"),
    path("mine-data/bli/", own_data.stay, name="stay"),
    path("invitasjon/", invitations.invitations, name="invitations"),
    path("innlogginger/overalt/", account.log_out_everywhere, name="log_out_everywhere"),
]

# allauth looks up its own views by these names, outside any namespace.
allauth_patterns = [
    path("logg-inn/", sign_in.sign_in, name="account_request_login_code"),
    path("bli-medlem/", sign_in.sign_in, {"is_joining": True}, name="account_signup"),
    path("logg-inn/kode/", sign_in.code, name="account_confirm_login_code"),
    path("logg-inn/passord/", sign_in.password, name="account_login"),
    path("logg-inn/passnokkel/", sign_in.by_passkey, name="mfa_login_webauthn"),
    path("logg-inn/to-trinn/", mfa.authenticate, name="mfa_authenticate"),
    path("bli-medlem/passnokkel/", allauth.signup_by_passkey, name="account_signup_by_passkey"),
    path("bli-medlem/passnokkel/ny/", passkeys.signup_webauthn, name="mfa_signup_webauthn"),
    path("logg-ut/", allauth.logout, name="account_logout"),
    path("bekreft/", sign_in.confirm_address, name="account_email_verification_sent"),
    path("identitet/", allauth.reauthenticate, name="account_reauthenticate"),
    path("identitet/kode/", identity.ask_for_code, name="account_request_reauthentication_code"),
    path("identitet/kode/skriv/", identity.code, name="account_confirm_reauthentication_code"),
    path("identitet/to-trinn/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "identitet/passnokkel/",
        identity.by_passkey,
        name="mfa_reauthenticate_webauthn",
    ),
    path("epost/", account.address, name="account_email"),
    path("passord/", allauth.password_change, name="account_change_password"),
    path("passord/velg/", allauth.password_set, name="account_set_password"),
    path("passord/glemt/", allauth.password_reset, name="account_reset_password"),
    path(
        "passord/glemt/kode/",
        sign_in.confirm_reset,
        name="account_confirm_password_reset_code",
    ),
    path(
        "passord/glemt/nytt/",
        allauth.complete_password_reset,
        name="account_complete_password_reset",
    ),
    path(
        "passord/glemt/ferdig/",
        allauth.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
    path("passnokler/", account.passkeys, name="mfa_list_webauthn"),
    path("passnokler/ny/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passnokler/<int:pk>/navn/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passnokler/<int:pk>/fjern/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    # Replaces allauth's index of second factors: one page shows every way to log in.
    path("innlogging/", account.security, name="mfa_index"),
    path("to-trinn/app/", account.activate_totp, name="mfa_activate_totp"),
    path("to-trinn/app/fjern/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("innlogginger/", account.sessions, name="usersessions_list"),
    path("tilkoblinger/", account.connections, name="socialaccount_connections"),
    path("inn/avbrutt/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("inn/adresse/", social.signup, name="socialaccount_signup"),
    path("inn/google/", providers.google_login, name="google_login"),
    path("inn/google/tilbake/", providers.google_callback, name="google_callback"),
    path("inn/microsoft/", providers.microsoft_login, name="microsoft_login"),
    path("inn/microsoft/tilbake/", providers.microsoft_callback, name="microsoft_callback"),
    path("inn/<slug:provider_id>/", providers.login, name="openid_connect_login"),
    path("inn/<slug:provider_id>/tilbake/", providers.callback, name="openid_connect_callback"),
    path("sperret/", allauth.account_inactive, name="account_inactive"),
]
