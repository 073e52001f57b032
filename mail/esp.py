"""Mail by the API of an ESP (`ESP`), through anymail: what it is given, and what it tells us."""

import email
import email.policy
import re
from typing import Any

from anymail.exceptions import AnymailError
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from mail import bounces
from mail.bounces import Kind
from mail.models import Message, Priority

#: What the parts of a mail hold already. All else goes with it as headers.
PARTS = {"from", "to", "subject", "date", "mime-version", "content-type"}
PARTS |= {"content-transfer-encoding"}

#: A row's. SQLite can't take a larger one.
NUMBER = re.compile(r"[1-9][0-9]{0,17}")
ADDRESS = re.compile(r"[^\s\0@]{1,64}@[^\s\0@]{1,189}")


def as_esp_takes_it(stored: Message) -> EmailMultiAlternatives:
    """The stored mail in the parts that an API wants, with its number, which comes back in events.

    Its headers stay: those of one-click unsubscribing, and its Message-ID.
    """
    mail = email.message_from_bytes(bytes(stored.source), policy=email.policy.default)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    headers = {name: str(value) for name, value in mail.items() if name.lower() not in PARTS}
    taken = EmailMultiAlternatives(
        str(mail["Subject"]),
        plain.get_content() if plain else "",
        str(mail["From"]),
        [stored.recipient],
        headers=headers,
    )
    if html:
        taken.attach_alternative(html.get_content(), "text/html")
    vars(taken)["metadata"] = {"mail": str(stored.pk)}
    if settings.ESP_NEWS_STREAM and stored.priority == Priority.NEWS:
        vars(taken)["esp_extra"] = {"MessageStream": settings.ESP_NEWS_STREAM}
    return taken


def status_of(error: AnymailError) -> int:
    """The status of the API's answer; 0 if it didn't answer."""
    if error.status_code:
        return int(error.status_code)
    answer = error.response if isinstance(error.response, dict) else {}  # boto3's
    return int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def answer_of(error: AnymailError) -> str:
    """What the API said, in one line: «422 …»."""
    text = getattr(error.response, "text", "") or " ".join(str(each) for each in error.args)
    code = status_of(error) or type(error.__cause__ or error).__name__
    return " ".join(f"{code} {text}".replace("\0", "").split())[:500]


def told(sender: Any, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """Receive anymail's `tracking`: one event of a webhook whose secret was right."""
    message = message_of(event)
    address = message.recipient if message else str(event.recipient or "")
    if not ADDRESS.fullmatch(address):
        return
    said = " ".join(str(event.mta_response or event.description or "").split())
    match event.event_type:
        case EventType.DELIVERED:
            bounces.delivered(address, message)
        case EventType.COMPLAINED if word_of(event) is Kind.OURS:  # by a filter, not by the reader
            bounces.bounced(address, Kind.OURS, said, message)
        case EventType.COMPLAINED:
            bounces.complained(address, said, message)
        case EventType.UNSUBSCRIBED:
            bounces.unsubscribed(address, message)
        case EventType.REJECTED if event.reject_reason == RejectReason.SPAM:
            bounces.complained(address, said, message)
        case EventType.REJECTED if event.reject_reason == RejectReason.UNSUBSCRIBED:
            bounces.unsubscribed(address, message)
        case EventType.BOUNCED | EventType.REJECTED:
            bounces.bounced(address, kind_of(event, said), said, message)


#: ESPs' own words for kinds of bounces, as their webhooks have them. anymail has one for all.
WORDS = {
    "hardbounce": Kind.HARD,  # Postmark, Brevo
    "bademailaddress": Kind.HARD,
    "invalidemail": Kind.HARD,  # Brevo
    "permanent": Kind.HARD,  # Mailgun, SES
    "bounce": Kind.HARD,  # SendGrid
    "softbounce": Kind.SOFT,  # Postmark, Brevo
    "transient": Kind.SOFT,  # SES
    "undetermined": Kind.SOFT,  # SES
    "blocked": Kind.OURS,  # Postmark, Brevo, SendGrid
    "dmarcpolicy": Kind.OURS,  # Postmark
    "spamnotification": Kind.OURS,  # Postmark
}


def kind_of(event: AnymailTrackingEvent, said: str) -> Kind:
    """What the bounce says of the address: the server's own number first, then the ESP's word."""
    if bounces.NUMBER.search(said):
        return bounces.kind_of(said)
    if event.reject_reason == RejectReason.INVALID:
        return Kind.HARD
    if word := word_of(event):
        return word
    if event.event_type == EventType.REJECTED:  # the ESP has a list of addresses that don't work
        return Kind.HARD if event.reject_reason == RejectReason.BOUNCED else Kind.OURS
    return bounces.kind_of(said)


def word_of(event: AnymailTrackingEvent) -> Kind | None:
    raw: Any = event.esp_event
    if not hasattr(raw, "get"):
        return None
    raw = raw.get("event-data") or raw  # Mailgun
    bounce = raw.get("bounce")  # SES
    words = [raw.get(name) for name in ("Type", "severity", "type", "event")]
    words.append(bounce.get("bounceType") if isinstance(bounce, dict) else None)
    kinds = (WORDS.get(str(word or "").lower().replace("_", "")) for word in words)
    return next((kind for kind in kinds if kind), None)


def message_of(event: AnymailTrackingEvent) -> Message | None:
    """The mail that the event is about, by the number that went with it."""
    number = str((event.metadata or {}).get("mail") or "")
    if not NUMBER.fullmatch(number):
        return None
    found = Message.objects.filter(pk=int(number)).defer("source").first()
    if found and event.recipient and found.recipient != event.recipient.lower():
        return None  # another installation sends by the same account
    return found
