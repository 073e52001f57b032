"""Checks of the settings of mail."""

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from mail.urls import VIEWS


@register()
def the_esp_can_be_used(**kwargs: Any) -> list[CheckMessage]:
    esp = settings.ESP
    if not esp:
        return []
    if esp not in VIEWS:
        hint = f"Set it to one of {', '.join(VIEWS)}, or leave it out and set EMAIL_URL."
        return [Error(f"ESP is {esp}, which is unknown.", hint=hint, id="mail.E001")]
    if esp == "amazon-ses" and find_spec("boto3") is None:
        hint = "Run pip install 'django-anymail[amazon-ses]'."
        return [Error("ESP is amazon-ses, and boto3 is missing.", hint=hint, id="mail.E002")]
    if esp != "amazon-ses" and not settings.ESP_API_KEY:
        hint = "Set ESP_API_KEY to the key of its API."
        return [Error(f"ESP is {esp}, and it has no key.", hint=hint, id="mail.E003")]
    return []


@register()
def the_webhook_is_closed_to_others(**kwargs: Any) -> list[CheckMessage]:
    secret = settings.ESP_WEBHOOK_SECRET
    if settings.ESP and not secret:
        message = "ESP_WEBHOOK_SECRET is not set: no bounce and no complaint is heard of."
        hint = "Set it to name:password, and give the ESP the address with both in it."
        return [Warning(message, hint=hint, id="mail.W001")]
    if secret and not all(secret.partition(":")):
        hint = "Set it to name:password, with a long password."
        return [Error("ESP_WEBHOOK_SECRET is not name:password.", hint=hint, id="mail.E004")]
    return []


@register()
def mail_comes_back_to_an_address(**kwargs: Any) -> list[CheckMessage]:
    address = settings.BOUNCE_ADDRESS
    if not address or (all(address.rpartition("@")) and "+" not in address):
        return []
    hint = "Set it to an address without a +, such as retur@fagserien.example."
    return [Error("BOUNCE_ADDRESS is no such address.", hint=hint, id="mail.E005")]
