"""The webhook of the ESP that sends our mail. Without a secret for it there is none."""

from django.conf import settings
from django.urls import URLPattern, path
from django.utils.module_loading import import_string

app_name = "mail"
#: By ESP, anymail's view. One is imported if it is needed.
VIEWS = {
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridTrackingWebhookView",
    "amazon-ses": "anymail.webhooks.amazon_ses.AmazonSESTrackingWebhookView",
}


def webhooks(esp: str, secret: str) -> list[URLPattern]:
    """The one address that `esp` posts to. anymail asks for the secret, and opens it without a
    log-in and without a CSRF token."""
    if not secret or esp not in VIEWS:
        return []
    return [path(f"hendelser/{esp}/", import_string(VIEWS[esp]).as_view(), name="webhook")]


urlpatterns = webhooks(settings.ESP, settings.ESP_WEBHOOK_SECRET)
