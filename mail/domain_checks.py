"""Whether other mail servers will trust the mail of a domain, as far as the DNS tells.

What Gmail, Yahoo and Outlook ask of senders: https://support.google.com/a/answer/81126
"""

import base64
import ipaddress
from collections.abc import Iterable, Iterator

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.utils.translation import gettext as _

from mail.spf import MOST_LOOKUPS, Resolve, addresses, exchanges, spf_of
from worker.health import Finding, fault, warning, well

#: Selectors to try if none is named: of ESPs, and of common mail servers.
SELECTORS = {
    "brevo": ("brevo1", "brevo2", "mail"),
    "mailgun": ("pic", "mx", "mailo", "krs", "smtp", "k1"),
    "sendgrid": ("s1", "s2"),
    "postmark": ("pm",),
}
USUAL = ("default", "dkim", "mail", "selector1", "selector2", "google", "s1", "s2", "k1")
#: Bits of an RSA key: fewer are refused, and fewer are weak (RFC 8301).
LEAST_BITS, GOOD_BITS = 1024, 2048


def tags_of(record: str) -> dict[str, str]:
    """«v=DKIM1; p=…» as a dictionary, with names in lower case."""
    pairs = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): "".join(value.split()) for name, _is, value in pairs}


def is_within(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith(f".{parent}")


def spf(domain: str, sends: Iterable[str], resolve: Resolve) -> Iterator[Finding]:
    """`sends` are the addresses of the server that sends, if it is known."""
    found, told = spf_of(domain, resolve), {"domain": domain}
    if not found.records:
        remedy = _('Add a TXT record at %(domain)s: "v=spf1 … -all", with your mail server in it.')
        yield fault(_("SPF: %(domain)s has no record.") % told, remedy % told)
        return
    if len(found.records) > 1:
        text = _("SPF: %(domain)s has several records, and receivers then believe none.")
        yield fault(text % told, _("Join them to one."))
        return
    if found.all in ("+all", ""):
        text = _("SPF: %(domain)s lets every machine in the world send, or says nothing of it.")
        yield fault(text % told, _("End the record with -all, or with ~all while you try it."))
    elif found.all == "?all":
        text = _("SPF: %(domain)s ends with ?all, which is no answer.")
        yield warning(text % told, _("End the record with -all, or with ~all while you try it."))
    if found.lookups > MOST_LOOKUPS:
        text = _("SPF: the record makes receivers ask more than ten times, and they give up.")
        yield fault(text, _("Name networks (ip4:) instead of include:, or remove some."))
    for missing in found.missing:
        text = _("SPF: the record includes %(name)s, which has none.") % {"name": missing}
        yield fault(text, _("Remove it, or correct the name."))
    if outside := [address for address in sends if not found.allows(address)]:
        text = _("SPF: the record doesn't allow %(addresses)s, your mail server's address.")
        remedy = _("Add it, unless that server hands the mail on to another that is allowed.")
        yield warning(text % {"addresses": ", ".join(outside)}, remedy)
    elif found.all in ("-all", "~all") and not found.missing:
        yield well(_("SPF: %(domain)s says who may send.") % told)


def dkim(domain: str, selector: str, esp: str, resolve: Resolve) -> Iterator[Finding]:
    names = [selector] if selector else [*SELECTORS.get(esp, ()), *USUAL]
    found = 0
    for name in dict.fromkeys(names):
        for record in resolve(f"{name}._domainkey.{domain}", "TXT"):
            if "p" in tags_of(record):
                found += 1
                yield key_finding(name, tags_of(record))
    if found:
        return
    if selector:
        text = _("DKIM: there is no key at %(name)s.")
        remedy = _("Publish the key that your mail server or ESP shows you.")
        yield fault(text % {"name": f"{selector}._domainkey.{domain}"}, remedy)
    else:
        text = _("DKIM: no key was found under the usual names.")
        remedy = _("Say the name with --selector. It is s= in the DKIM-Signature of a mail.")
        yield warning(text, remedy)


def key_finding(name: str, tags: dict[str, str]) -> Finding:
    told = {"name": name}
    if not tags["p"]:
        text = _("DKIM: the key %(name)s is withdrawn.") % told
        return fault(text, _("Publish a new key, and sign with it."))
    if tags.get("k", "rsa") != "rsa":
        text = _("DKIM: the key %(name)s is not RSA, and many receivers can't use it.") % told
        return warning(text, _("Sign with an RSA key as well."))
    if (bits := bits_of(tags["p"])) is None:
        text = _("DKIM: the key %(name)s can't be read.") % told
        return fault(text, _("Copy it again. A long one is split into parts within one record."))
    if bits < GOOD_BITS:
        text = _("DKIM: the key %(name)s has %(bits)s bits and is weak, or refused.")
        tell = fault if bits < LEAST_BITS else warning
        return tell(text % {**told, "bits": bits}, _("Make a key of 2048 bits."))
    if "y" in tags.get("t", ""):
        text = _("DKIM: the key %(name)s says that it is only a test (t=y).") % told
        return warning(text, _("Remove t=y."))
    return well(_("DKIM: the key %(name)s is there, with %(bits)s bits.") % {**told, "bits": bits})


def bits_of(key: str) -> int | None:
    """The length of an RSA key in base64, as DKIM publishes it. None if it can't be read."""
    try:
        return int(
            getattr(load_der_public_key(base64.b64decode(key, validate=True)), "key_size", 0)
        )
    except (ValueError, UnsupportedAlgorithm):
        return None


def dmarc_record(domain: str, resolve: Resolve) -> list[str]:
    """The DMARC records of the domain, or of the nearest one above it that has any."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        texts = resolve(f"_dmarc.{'.'.join(labels[start:])}", "TXT")
        if found := [text for text in texts if text.lower().startswith("v=dmarc1")]:
            return found
    return []


def dmarc(domain: str, sender: str, envelope: str, resolve: Resolve) -> Iterator[Finding]:
    """`sender` is the domain of the header From, and `envelope` that of the envelope's sender; ""
    for an ESP's own."""
    records, told = dmarc_record(domain, resolve), {"domain": domain}
    if len(records) != 1:
        remedy = _('Add one TXT record at _dmarc.%(domain)s: "v=DMARC1; p=none; rua=mailto:…".')
        text = _("DMARC: %(domain)s has no record, or several.")
        yield fault(text % told, remedy % told)
        yield from alignment(domain, sender, envelope, {})
        return
    tags = tags_of(records[0])
    policy = tags.get("p", "").lower()
    if policy not in ("none", "quarantine", "reject"):
        text = _("DMARC: the record has no policy that receivers know.")
        yield fault(text, _("Write p=none, p=quarantine or p=reject."))
    elif policy == "none":
        text = _("DMARC: the policy is p=none, which only watches. Others may write in your name.")
        remedy = _("When the reports show that your own mail passes, go on to p=quarantine.")
        yield warning(text, remedy)
    else:
        yield well(_("DMARC: the policy is p=%(policy)s.") % {"policy": policy})
    if "rua" not in tags:
        text = _("DMARC: nobody gets the reports.")
        yield warning(text, _("Add rua=mailto: with an address that you read."))
    yield from alignment(domain, sender, envelope, tags)


def alignment(domain: str, sender: str, envelope: str, tags: dict[str, str]) -> Iterator[Finding]:
    told = {"domain": domain, "sender": sender, "envelope": envelope}
    if not is_within(sender, domain):
        text = _("Mail leaves from %(sender)s, and not from %(domain)s.") % told
        yield fault(text, _("Set EMAIL_FROM to an address at the domain, or check that domain."))
        return
    is_strict = tags.get("aspf", "r").lower() == "s"
    is_near = envelope == sender if is_strict else is_within(envelope, domain)
    if envelope and not is_near:
        text = _("Mail comes back to %(envelope)s, so SPF says nothing of %(domain)s.") % told
        yield warning(text, _("Set BOUNCE_ADDRESS to an address at the domain of EMAIL_FROM."))
    else:
        yield well(_("The sender, %(sender)s, is of the domain.") % told)


def reverse_names(host: str, resolve: Resolve) -> Iterator[Finding]:
    """Whether each address of `host` has a name that leads back to it."""
    found = addresses(host, resolve)
    if not found:
        text = _("The mail server %(host)s has no address in the DNS.") % {"host": host}
        yield fault(text, _("See EMAIL_URL."))
    for address in found:
        told = {"host": host, "address": address}
        pointer = ipaddress.ip_address(address).reverse_pointer
        names = [name.rstrip(".") for name in resolve(pointer, "PTR")]
        if not names:
            text = _("The address %(address)s of %(host)s has no reverse name.") % told
            remedy = _("Ask whoever gave you the address for one (PTR), the name of the server.")
            yield fault(text, remedy)
        elif not any(address in addresses(name, resolve) for name in names):
            told["name"] = names[0]
            text = _("The reverse name of %(address)s is %(name)s, which doesn't lead back to it.")
            yield fault(text % told, _("Give the name that address, or the address that name."))
        else:
            told["name"] = names[0]
            yield well(_("The reverse name of %(address)s is %(name)s.") % told)


def way_back(domain: str, resolve: Resolve) -> Iterator[Finding]:
    """Whether mail that comes back finds a server."""
    if exchanges(domain, resolve) or addresses(domain, resolve):
        yield well(_("Mail that comes back finds a server at %(domain)s.") % {"domain": domain})
    else:
        text = _("%(domain)s takes no mail, so nothing comes back to it.") % {"domain": domain}
        yield fault(text, _("Add an MX record, or set BOUNCE_ADDRESS to an address that works."))
