"""SPF (RFC 7208): which machines may send mail for a domain, as far as the DNS tells."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field

#: The records of a kind («TXT», «A», «PTR» …) at a name, each as text; [] if there are none. Raises
#: OSError if the DNS doesn't answer.
Resolve = Callable[[str, str], list[str]]
#: A receiver that has to ask more often than this gives up.
MOST_LOOKUPS = 10


@dataclass
class Spf:
    """What a domain's SPF record says, with the records that it includes."""

    records: list[str] = field(default_factory=list)
    #: What it says of all other machines: «-all», «~all», «?all», «+all», or "".
    all: str = ""
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = field(default_factory=list)
    lookups: int = 0
    #: Domains that it includes and that have no record.
    missing: list[str] = field(default_factory=list)

    def allows(self, address: str) -> bool:
        ip = ipaddress.ip_address(address)
        return any(ip.version == each.version and ip in each for each in self.networks)


def spf_records(domain: str, resolve: Resolve) -> list[str]:
    texts = resolve(domain, "TXT")
    return [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]


def spf_of(domain: str, resolve: Resolve) -> Spf:
    found = Spf(spf_records(domain, resolve))
    if len(found.records) == 1:
        follow(found.records[0], domain, resolve, found)
    return found


def follow(
    record: str, domain: str, resolve: Resolve, found: Spf, is_included: bool = False
) -> None:
    """Add what `record` allows to `found`. It stops where a receiver would."""
    for term in record.split()[1:]:
        sign, name, value = parsed(term)
        if name == "all" and not is_included:
            found.all = f"{sign}all"
        elif name in ("ip4", "ip6") and sign == "+":
            found.networks += networks_in(value)
        elif name in ("include", "a", "mx", "exists", "ptr", "redirect"):
            found.lookups += 1
            if found.lookups > MOST_LOOKUPS:
                return
            if name in ("include", "redirect"):
                records = spf_records(value, resolve)
                if len(records) == 1:
                    follow(records[0], value, resolve, found, name == "include")
                else:
                    found.missing.append(value)
            elif name in ("a", "mx") and sign == "+":
                host = value.partition("/")[0] or domain
                hosts = [host] if name == "a" else exchanges(host, resolve)
                for each in hosts:
                    found.networks += networks_in(*addresses(each, resolve))


def parsed(term: str) -> tuple[str, str, str]:
    """«-all» → («-», «all», «»), «include:x» → («+», «include», «x»), «redirect=x» likewise."""
    sign, rest = (term[0], term[1:]) if term[:1] in "+-~?" else ("+", term)
    for mark in ":=/":
        name, found, value = rest.partition(mark)
        if found:
            return sign, name.lower(), value.lower()
    return sign, rest.lower(), ""


def networks_in(*texts: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    found = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError:  # a receiver passes over it too, or refuses the record
            continue
    return found


def addresses(host: str, resolve: Resolve) -> list[str]:
    """The addresses of a name. An address is its own."""
    if networks_in(host):
        return [host]
    return [*resolve(host, "A"), *resolve(host, "AAAA")]


def exchanges(domain: str, resolve: Resolve) -> list[str]:
    """The mail servers of a domain, as in «10 mx.example.no.»."""
    return [record.split()[-1].rstrip(".") for record in resolve(domain, "MX")]
