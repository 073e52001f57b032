"""Whether a mail of news is as large mailboxes want it."""

from collections.abc import Callable, Iterator
from email.utils import parseaddr

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.translation import gettext as _

from worker.health import Finding, fault, warning, well

#: Gmail cuts a mail off at 102 kB, and a large one looks like an advertisement.
MOST_BYTES = 60_000
#: One mail of each kind, as it would leave, to nobody. Rooms add theirs when their app is ready.
samples: dict[str, Callable[[], EmailMessage]] = {}


def sample_findings(domain: str) -> Iterator[Finding]:
    for name, make in samples.items():
        mail = make()
        wrong = list(faults_of(mail, domain))
        yield from wrong
        if not wrong:
            told = {"name": name, "size": len(mail.message().as_bytes()) // 1000}
            yield well(_("The sample %(name)s is as it should be, %(size)d kB.") % told)


def faults_of(mail: EmailMessage, domain: str) -> Iterator[Finding]:
    remedy = _("This is a fault of the portal: tell its makers.")
    headers = mail.extra_headers
    way_out = headers.get("List-Unsubscribe", "")
    if not way_out.startswith("<http"):
        yield fault(_("A mail of news has no List-Unsubscribe header."), remedy)
    elif not way_out.startswith("<https:"):
        text = _("The way out of a mail of news is not by https, and Gmail passes over it.")
        yield warning(text, _("Set SITE_URL to an https address."))
    if headers.get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
        yield fault(_("A mail of news can't be ended with one click (RFC 8058)."), remedy)
    sender = parseaddr(mail.from_email)[1].rpartition("@")[2].lower()
    if sender != domain and not sender.endswith(f".{domain}"):
        text = _("A mail of news is from %(sender)s, and not from %(domain)s.")
        told = {"sender": sender, "domain": domain}
        yield fault(text % told, _("Set EMAIL_FROM to an address at the domain."))
    if len(mail.message().as_bytes()) > MOST_BYTES:
        text = _("A mail of news has more than %d kB, and may be cut off.") % (MOST_BYTES // 1000)
        yield warning(text, _("Shorten what the mail shows."))
    if not (isinstance(mail, EmailMultiAlternatives) and mail.alternatives and mail.body):
        yield warning(_("A mail of news lacks its plain text or its HTML."), remedy)
