"""Settings, from the environment. Without any variables they are safe.

docs/deploy.md has the table of variables. tests/portal/test_environment.py compares the two.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE

from portal.database_limits import limits_of
from portal.esp_settings import ESPS, anymail
from portal.oidc_providers import providers
from portal.secret import secret_key


class Env(environ.Env):
    def list(self, name: str, default: Sequence[str]) -> Any:
        """A list with commas, and with spaces around them or not."""
        items = (item.strip() for item in super().list(name, default=default))
        return [item for item in items if item]


# An empty variable counts as not set: compose and make pass on a missing one as an empty one.
env = Env()
env.ENVIRON = {name: value for name, value in os.environ.items() if value}

BASE_DIR = Path(__file__).resolve().parent.parent
PORTAL_DATA = Path(env("PORTAL_DATA", default=str(BASE_DIR / "var"))).resolve()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
PORT = env.int("PORT", default=8000)
SITE_URL = env("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
SITE_NAME = env("SITE_NAME", default="Fagserien")
SITE = urlsplit(SITE_URL)
# What crawlers may do with the public text: see portal/crawlers.py. An empty variable counts as not
# set, so there is a word for nothing.
CRAWLERS_MAY = set(env.list("CRAWLERS_MAY", default=["search"])) - {"none"}
# A WebSub hub, which is told of every published article. Without one, nobody is.
WEBSUB_HUB = env("WEBSUB_HUB", default="")
# The sites whose videos and sound articles may show as cards (articles/publishing/embed_hosts.py).
# The worker asks them for a title and a picture, once. «none» turns it off.
EMBED_HOSTS = env.list(
    "EMBED_HOSTS", default=["youtube", "vimeo", "spotify", "soundcloud", "ted", "nrk"]
)
SITE_HOST = SITE.hostname or "localhost"
IS_HTTPS = SITE.scheme == "https"

SECRET_KEY = env("SECRET_KEY", default="") or secret_key(PORTAL_DATA / "secret_key")
ALLOWED_HOSTS = [SITE_HOST, "localhost", "127.0.0.1", *env.list("ALLOWED_HOSTS", default=[])]

INSTALLED_APPS = [
    "portal",
    "transfer",
    "analytics",
    "search",
    "narration",
    "newsletter",
    "reading",
    "sponsors",
    "desk",
    "articles",
    "accounts",
    "mail",
    "delivery",
    "worker",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.apps.PanelUsersConfig",  # our views of members replace Wagtail's of users
    "wagtail.contrib.settings",
    "wagtail.snippets",
    "wagtail.images",
    "wagtail.documents",  # the panel's frame needs it; no group has rights to it
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.microsoft",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.content_security_policy",
    "portal.middleware.unavailable",
    "portal.middleware.plain_http",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.private_to_members",
    "portal.middleware.second_factor_for_staff",
    "portal.middleware.small_forms",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # closed by default
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.panel_guard.panel_guard",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.redirects",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": LOADERS if DEBUG else [("delivery.template_precompilation.Loader", LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
        },
    }
]


# --- Storage -------------------------------------------------------------------------------

DATABASES: dict[str, Any] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{PORTAL_DATA / 'portal.sqlite3'}")
}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: under WAL a transaction that reads first and writes later can fail at once,
    # whatever the timeout. Never use ATOMIC_REQUESTS with it: every GET would take the write lock.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        " PRAGMA journal_size_limit=67108864;",
    }
else:
    # The health check hides a restart of the server from nearly all requests.
    _database["ENGINE"] = "portal.postgresql"
    _database["CONN_HEALTH_CHECKS"] = True
    # From the third time that a connection runs a query, the server keeps it prepared. Planning
    # took longer than any other part of a page.
    # A server that stops answering is given up after ten seconds.
    _database["OPTIONS"] = {
        "options": limits_of(sys.argv),
        **_database.get("OPTIONS", {}),
        "connect_timeout": 5,
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 60,
        "server_side_binding": True,
        "prepare_threshold": 2,
    }
# Each thread of a web worker keeps its connection: to open one costs more than most pages.
_database["CONN_MAX_AGE"] = None

# In the database, as several machines share it: allauth keeps its limits there, and the worker its
# heartbeat. It has no greatest size: the worker deletes what has expired. Renditions are looked up
# in their own table.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "accounts.sign_in.limits_cache.LimitsCache",
        "LOCATION": "portal_cache",
    },
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

MEDIA_ROOT = PORTAL_DATA / "media"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(PORTAL_DATA / "static")))
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    # Every file is private. Readers get pictures from /bilde/…, which asks the gate. The panel
    # gets them from a URL that requires the right to enter the panel.
    "default": {
        "BACKEND": "portal.media_storage.MediaStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT), "base_url": "/admin/filer/"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "delivery.joined_files.JoinedFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = False


# --- Language ------------------------------------------------------------------------------

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Norsk bokmål"), ("en", "English")]
FORMAT_MODULE_PATH = "portal.formats"
# `libraries` has better translations of some texts in allauth's and Django's own catalogues.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "libraries"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True


# --- Security ------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.MemberBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    # Only 1,780 passwords of Django's list are as long as ours must be. ASVS 6.2.4 wants 3,000.
    {"NAME": "accounts.sign_in.passwords.GuessableValidator"},
]

SESSION_ENGINE = "accounts.sessions"
# Under https, the prefix keeps other hosts of the domain from setting or receiving these cookies.
# Over http browsers refuse it. deploy/nginx.conf uses the name of the session cookie.
COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}medlem"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
# accounts/sign_in/devices.py. It is for the account's pages only, which `__Host-` doesn't allow.
DEVICE_COOKIE_NAME = "__Secure-enhet" if IS_HTTPS else "enhet"
# Seconds. A session that has only asked for a code expires soon. The pairs hold after a log-in: how
# long a session lasts unused, and how long at all. The staff log in every working day.
SESSION_COOKIE_AGE = 60 * 15
MEMBER_SESSION = (60 * 60 * 24 * 60, 60 * 60 * 24 * 180)
STAFF_SESSION = (60 * 60 * 12, 60 * 60 * 12)
# A message in a cookie would still be there on the reading pages after a log-out.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_REFERRER_POLICY = "same-origin"
# A long article with a table or two has more form fields than the 1,000 that Django allows.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True  # the panel's scripts read the token from the page
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"

# Over https all of this is on. Over http (only on loopback, see portal/checks.py) it can't be.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# The panel's policy. portal/middleware.py puts it on the URLs below /admin/, and on nothing else.
# The panel's scripts are files too: templates/wagtailadmin/ and articles/wagtail_hooks.py replace
# Wagtail's inline ones. Some of its styles are in attributes.
PANEL_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "object-src": [NONE],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
    "frame-src": [SELF],
}


# --- Members (django-allauth) --------------------------------------------------------------

LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "accounts:overview"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.sign_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # sign-in asks for no password
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.SignInForm",
    "signup": "accounts.forms.PasskeySignupForm",
    "confirm_email_verification_code": "accounts.forms.ProvenAddressForm",
}
# One field, both to log in and to join, and then a typed code. Always a code, never a link: mail
# scanners open links, and a link logs in anyone who has it.
CODE_TIMEOUT = 600  # seconds: ASVS 6.5.5
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = CODE_TIMEOUT
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = CODE_TIMEOUT
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# The address can't be changed during the check: a proven account could get an unproven address.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = CODE_TIMEOUT
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}

# Passkeys for everyone, one-time codes for the staff. No recovery codes: allauth would hand them to
# every member who makes a passkey, and a member can use a typed code instead. For the staff there
# is the command `forget_second_factor`.
MFA_ADAPTER = "accounts.sign_in.adapter.SecondFactorAdapter"
MFA_TOTP_ISSUER = SITE_NAME
# One period: a code may change while it is being typed (RFC 6238, section 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["webauthn", "totp"]
MFA_FORMS = {
    "login_webauthn": "accounts.forms.LoginPasskeyForm",
    "authenticate_webauthn": "accounts.forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.ReauthenticatePasskeyForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "signup_webauthn": "accounts.forms.SignupPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": ""}  # replaced by begin_login, below, which knows devices
MFA_PASSKEY_LOGIN_ENABLED = MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS  # on loopback, see portal/checks.py
# Without this, a member who has a passkey could not change their address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
TWO_FACTOR = env.bool("TWO_FACTOR", default=not DEMO)

# A provider's account is joined to a member's by address only if the provider has verified it.
SOCIALACCOUNT_ADAPTER = "accounts.sign_in.social_adapter.SocialAdapter"
SOCIALACCOUNT_FORMS = {"disconnect": "accounts.forms.DisconnectForm"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = providers(env)

TERMS_VERSION = env("TERMS_VERSION", default="1")
TERMS_PATH = "/vilkar/"

# How many mails may be requested: for the whole site, for one domain, and by one visitor. The first
# two count only addresses that nobody has confirmed: a sign-up form mails any address that somebody
# types, and one portal sent 2,249 unwanted mails that way.
MAILS_PER_HOUR = env.int("MAILS_PER_HOUR", default=500)
MAILS_PER_DOMAIN = env.int("MAILS_PER_DOMAIN", default=30)  # in an hour
MAILS_PER_VISITOR = env.int("MAILS_PER_VISITOR", default=60)  # in ten minutes
KNOWN_DOMAINS = set(env.list("KNOWN_DOMAINS", default=[]))  # no limit per domain
ACCOUNT_RATE_LIMITS = {
    "mail_from_ip": f"{MAILS_PER_VISITOR}/10m/key",
    "mail_from_ip_to_address": "3/10m/key,8/d/key",
    "mail_from_device": "3/10m/key,8/d/key",
    "mail_to_address": "6/10m/key,20/d/key",
    "mail_to_domain": f"{MAILS_PER_DOMAIN}/h/key,{4 * MAILS_PER_DOMAIN}/d/key",
    "mail_to_unconfirmed": f"{MAILS_PER_HOUR}/h/key",
    # Holds for many guesses at once too: allauth reads and writes its own count in two steps.
    "type_code": "3/10m/key",
    # All passwords, and wrong ones: by account and network together, by network, by account, and on
    # a device that the member has logged in on.
    "password_asked": "30/m/key",
    "login_failed": "5/5m/key,20/h/key",
    "password_from_ip": "10/m/key,100/h/key",
    "password_of_account": "100/h/key",
    "password_on_device": "5/5m/key,20/h/key",
    # Log-ins at another provider and by passkey, which send no mail.
    "begin_login": f"{2 * MAILS_PER_VISITOR}/10m/key",
    # allauth's own limits, which those above replace.
    "login": "",
    "request_login_code": "",
    "confirm_email": "",
    "reset_password": "",
}


# --- Mail ----------------------------------------------------------------------------------

# Every mail goes to the outbox in the database; the worker delivers it by EMAIL_URL, or by the API
# of an ESP.
_mail = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = "mail.outbox.OutboxBackend"
OUTBOX_DELIVERY_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = _mail.get("EMAIL_FILE_PATH") or None
EMAIL_TIMEOUT = 10  # seconds: a server that hangs holds up only the worker
CONTACT_EMAIL = env("CONTACT_EMAIL", default="")
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default=f"{SITE_NAME} <ikke-svar@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ESP = env("ESP", default="")
ESP_API_KEY = env("ESP_API_KEY", default="")
ESP_WEBHOOK_SECRET = env("ESP_WEBHOOK_SECRET", default="")  # name:password
ESP_NEWS_STREAM = env("ESP_NEWS_STREAM", default="")
ANYMAIL = anymail(env, EMAIL_TIMEOUT)
if ESP in ESPS:
    OUTBOX_DELIVERY_BACKEND = f"anymail.backends.{ESPS[ESP].backend}.EmailBackend"
# Where mails come back to, and the mailbox to read: imaps://user:password@host/INBOX
BOUNCE_ADDRESS = env("BOUNCE_ADDRESS", default="")
BOUNCES_IMAP_URL = env("BOUNCES_IMAP_URL", default="")
# How fast news leaves. Codes and notices don't count, and don't wait. 0 is no limit.
NEWS_PER_SECOND = env.float("NEWS_PER_SECOND", default=0)
NEWS_PER_DOMAIN_PER_HOUR = env.int("NEWS_PER_DOMAIN_PER_HOUR", default=0)


# --- The worker ----------------------------------------------------------------------------

TASKS = {
    # Wagtail's own tasks run at once. They keep the index of references up to date.
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    # Our own tasks are rows that the worker claims. The queues are the worker's lanes.
    "worker": {
        "BACKEND": "worker.backend.ClaimedRowsBackend",
        "QUEUES": ["mail", "soon", "slow", "sound"],
    },
}


# --- Narration -----------------------------------------------------------------------------

# The engines that read articles aloud, the first that works. An empty variable counts as not set,
# so there is a word for nothing.
NARRATION_ENGINES = [
    name for name in env.list("NARRATION_ENGINES", default=["espeak"]) if name != "none"
]
# A Python that has Piper, if the portal's own doesn't, and the voice: an .onnx file.
PIPER_PYTHON = env("PIPER_PYTHON", default="")
PIPER_VOICE = env("PIPER_VOICE", default="")
# Azure Speech sends each sentence to Microsoft. It is off without a key.
AZURE_SPEECH_KEY = env("AZURE_SPEECH_KEY", default="")
AZURE_SPEECH_REGION = env("AZURE_SPEECH_REGION", default="")
AZURE_SPEECH_VOICE = env("AZURE_SPEECH_VOICE", default="nb-NO-PernilleNeural")
# An ffmpeg to use instead of the packaged one.
FFMPEG = env("FFMPEG", default="")
# nginx hands out recordings after our answer (deploy/nginx.conf). It reads the media folder itself.
NGINX_SENDS_FILES = env.bool("NGINX_SENDS_FILES", default=False)
NGINX_FILES = "opplesing-fra-disk"
# One of Apple's: https://podcasters.apple.com/support/1691-apple-podcasts-categories
PODCAST_CATEGORY = env("PODCAST_CATEGORY", default="Education")
# The largest recording that an editor may upload. Three hours of WAV in stereo are 1,900 MB, and
# three hours of any compressed sound fit.
MAX_RECORDING_MB = env.int("MAX_RECORDING_MB", default=500)

# Months that the figures are kept: two years to compare, and the month that is going on.
FIGURES_MONTHS = env.int("FIGURES_MONTHS", default=25)


# --- The editors' panel (Wagtail) ----------------------------------------------------------

WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_DATE_FORMAT, WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y", "%d.%m.%Y %H:%M"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "articles.admin.search"}}
WAGTAILIMAGES_IMAGE_MODEL = "articles.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "articles.admin.picture_form.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024  # bytes
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 24_000_000
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {"WIDGET": "articles.admin.rich_text_area.RichTextArea"}
}
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # allauth is the only sign-in
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no call to another host
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILEMBEDS_FINDERS: list[dict[str, Any]] = []  # nothing is fetched from elsewhere


# --- Logs ----------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portal.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "filters": {"outages": {"()": "portal.outages.CountOutages"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["outages"],
        }
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "portal": {"level": "INFO"},
        "accounts": {"level": "INFO"},
        "articles": {"level": "INFO"},
        "security": {"level": "INFO"},  # accounts/security_log.py
    },
}
