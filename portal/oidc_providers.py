"""Log-in at other providers: Google, Microsoft, or any provider of OpenID Connect."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

#: What each entry of OIDC_PROVIDERS must have.
NEEDED = ("id", "name", "server_url", "client_id", "secret")


def providers(env: environ.Env) -> dict[str, Any]:
    """allauth's SOCIALACCOUNT_PROVIDERS, from the environment: only the providers that are set.

    OIDC_PROVIDERS is a list in JSON. Each entry has NEEDED, and may have `scope` (a list) and
    `token_auth_method`. Raises ImproperlyConfigured for an entry that lacks something.
    """
    found: dict[str, Any] = {}
    if client := env("GOOGLE_CLIENT_ID", default=""):
        app = {"client_id": client, "secret": env("GOOGLE_SECRET", default="")}
        found["google"] = {"APPS": [app], "SCOPE": ["openid", "email"], "OAUTH_PKCE_ENABLED": True}
    if client := env("MICROSOFT_CLIENT_ID", default=""):
        tenant = env("MICROSOFT_TENANT", default="common")
        app = {"client_id": client, "secret": env("MICROSOFT_SECRET", default="")}
        found["microsoft"] = {
            "APPS": [{**app, "settings": {"tenant": tenant}}],
            "OAUTH_PKCE_ENABLED": True,
        }
    apps = [_app(entry) for entry in env.json("OIDC_PROVIDERS", default=[])]
    if apps:
        found["openid_connect"] = {"APPS": apps, "OAUTH_PKCE_ENABLED": True}
    return found


def _app(entry: dict[str, Any]) -> dict[str, Any]:
    missing = [name for name in NEEDED if not entry.get(name)]
    if missing:
        raise ImproperlyConfigured(
            f"OIDC_PROVIDERS: the entry {entry.get('id', '?')} lacks {', '.join(missing)}."
        )
    rest = {name: entry[name] for name in ("scope", "token_auth_method") if name in entry}
    return {
        "provider_id": entry["id"],
        "name": entry["name"],
        "client_id": entry["client_id"],
        "secret": entry["secret"],
        "settings": {"server_url": entry["server_url"], **rest},
    }
