from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mail import domain_checks as checks
from mail.sample_checks import sample_findings
from mail.spf import Resolve, addresses
from worker.health import Finding, warning, well
from worker.telling import tell

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def ask_dns(name: str, kind: str) -> list[str]:
    """The records, by dnspython. Raises OSError if the DNS doesn't answer."""
    from dns import exception, resolver

    try:
        answer = resolver.resolve(name, kind, lifetime=10)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return []
    except exception.DNSException as error:
        raise OSError(f"{name} {kind}: {type(error).__name__}") from error
    if kind == "TXT":
        return [b"".join(record.strings).decode("latin-1") for record in answer]
    return [record.to_text() for record in answer]


class Command(BaseCommand):
    help = "Ask the DNS whether others will trust our mail, and look at a mail as it would leave."
    requires_system_checks = []
    #: The tests put another here.
    resolve: Resolve = staticmethod(ask_dns)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("domain", help="the domain of EMAIL_FROM")
        parser.add_argument("--selector", default="", help="the name of the DKIM key")

    def handle(self, *args: Any, domain: str, selector: str, **options: Any) -> None:
        domain = domain.strip().rstrip(".").lower()
        try:
            found = [*self.findings(domain, selector), *sample_findings(domain)]
        except OSError as error:
            raise CommandError(_("The DNS doesn't answer: %s") % error) from error
        tell(self, found)

    def findings(self, domain: str, selector: str) -> Iterator[Finding]:
        sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
        back = settings.BOUNCE_ADDRESS.rpartition("@")[2].lower()
        resolve = self.resolve
        if settings.ESP:
            yield from checks.spf(domain, [], resolve)
            yield from checks.dkim(domain, selector, settings.ESP, resolve)
            yield from checks.dmarc(domain, sender, "", resolve)
            yield from of_esp()
            return
        # A server on this machine sends by the machine's own address.
        host = settings.EMAIL_HOST
        host = settings.SITE_HOST if host in LOOPBACK else host
        yield from checks.spf(back or domain, addresses(host, resolve), resolve)
        yield from checks.dkim(domain, selector, "", resolve)
        yield from checks.dmarc(domain, sender, back or sender, resolve)
        yield from checks.reverse_names(host, resolve)
        yield from checks.way_back(back or sender, resolve)
        yield from of_smtp(back)


def of_esp() -> Iterator[Finding]:
    if settings.ESP_WEBHOOK_SECRET:
        yield well(_("The ESP can tell of bounces and complaints."))
    else:
        text = _("The ESP can't tell of bounces and complaints.")
        yield warning(text, _("Set ESP_WEBHOOK_SECRET, and give the ESP the address."))


def of_smtp(back: str) -> Iterator[Finding]:
    if not back:
        text = _("Nothing tells which mail it is that comes back.")
        yield warning(text, _("Set BOUNCE_ADDRESS, and BOUNCES_IMAP_URL or manage.py bounces."))
    is_local = settings.EMAIL_HOST in LOOPBACK
    if not (is_local or settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        text = _("Mail goes to the mail server unencrypted.")
        yield warning(text, _("Write smtp+tls:// or smtp+ssl:// in EMAIL_URL."))
