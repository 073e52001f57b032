"""The account's addresses, in Norwegian. Only what is mounted here is open."""

from allauth.account import views as allauth
from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [path("", views.overview, name="overview")]

# allauth looks its own views up by these names, outside any namespace.
allauth_patterns = [
    path("logg-inn/", allauth.login, name="account_login"),
    path("logg-ut/", allauth.logout, name="account_logout"),
    path("bli-medlem/", allauth.signup, name="account_signup"),
    path("bekreft/", allauth.email_verification_sent, name="account_email_verification_sent"),
    path("identitet/", allauth.reauthenticate, name="account_reauthenticate"),
    path("epost/", allauth.email, name="account_email"),
    path("passord/", allauth.password_change, name="account_change_password"),
    path("passord/velg/", allauth.password_set, name="account_set_password"),
    path("passord/glemt/", allauth.password_reset, name="account_reset_password"),
    path(
        "passord/glemt/kode/",
        allauth.confirm_password_reset_code,
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
    path("sperret/", allauth.account_inactive, name="account_inactive"),
]
