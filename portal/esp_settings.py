"""Mail by the API of an ESP instead of SMTP: anymail's settings, from the environment."""

from typing import Any, NamedTuple

import environ


class Esp(NamedTuple):
    """An ESP that anymail knows."""

    backend: str
    #: The names of anymail's settings for the key of its API, and for that of its signatures.
    key: str = ""
    signing_key: str = ""
    #: Whether a mail can say that nobody counts opened mails and clicks. Elsewhere the owner turns
    #: that off in the ESP's own panel.
    can_say_no: bool = False


ESPS = {
    "postmark": Esp("postmark", "POSTMARK_SERVER_TOKEN", can_say_no=True),
    "brevo": Esp("brevo", "BREVO_API_KEY"),
    "mailgun": Esp("mailgun", "MAILGUN_API_KEY", "MAILGUN_WEBHOOK_SIGNING_KEY", can_say_no=True),
    "sendgrid": Esp(
        "sendgrid", "SENDGRID_API_KEY", "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY", True
    ),
    # boto3 reads its keys from the environment or the machine's role.
    "amazon-ses": Esp("amazon_ses"),
}


def anymail(env: environ.Env, timeout: int) -> dict[str, Any]:
    """anymail's ANYMAIL. `timeout` is in seconds. Empty without an ESP that is known."""
    name = env("ESP", default="")
    if name not in ESPS:
        return {}
    esp = ESPS[name]
    no_tracking = {"track_opens": False, "track_clicks": False} if esp.can_say_no else {}
    found = {
        "WEBHOOK_SECRET": env("ESP_WEBHOOK_SECRET", default=""),
        "REQUESTS_TIMEOUT": timeout,
        "SEND_DEFAULTS": no_tracking,
        esp.key: env("ESP_API_KEY", default=""),
        esp.signing_key: env("ESP_SIGNING_KEY", default=""),
        f"{esp.backend.upper()}_API_URL": env("ESP_API_URL", default=""),
        "MAILGUN_SENDER_DOMAIN": env("ESP_DOMAIN", default=""),
        # boto3 would wait for minutes, and a mail is held for 90 s (mail.models.Message.CLAIM).
        "AMAZON_SES_CLIENT_PARAMS": {
            "config": {
                "connect_timeout": timeout,
                "read_timeout": timeout,
                "retries": {"total_max_attempts": 2},
            }
        },
    }
    return {setting: value for setting, value in found.items() if setting and value != ""}
