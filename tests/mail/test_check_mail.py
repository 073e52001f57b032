"""`manage.py check_mail` tells in Norwegian what other mail servers will mind."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command

from mail import sample_checks
from mail.management.commands.check_mail import Command
from mail.spf import spf_of


def published(key) -> str:
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


KEY = published(rsa.generate_private_key(public_exponent=65537, key_size=2048))
WEAK = published(rsa.generate_private_key(public_exponent=65537, key_size=1024))  # noqa: S505
ODD = published(ed25519.Ed25519PrivateKey.generate())

GOOD = {
    ("fag.example", "TXT"): ["v=spf1 include:_spf.fag.example -all", "noe annet"],
    ("_spf.fag.example", "TXT"): ["v=spf1 a:smtp.fag.example ip6:2001:db8::/32 ~all"],
    ("smtp.fag.example", "A"): ["192.0.2.25"],
    ("25.2.0.192.in-addr.arpa", "PTR"): ["smtp.fag.example."],
    ("k1._domainkey.fag.example", "TXT"): [f"v=DKIM1; k=rsa; p={KEY}"],
    ("_dmarc.fag.example", "TXT"): ["v=DMARC1; p=quarantine; rua=mailto:dmarc@fag.example"],
    ("fag.example", "MX"): ["10 mx.fag.example."],
}


@pytest.fixture(autouse=True)
def portal(settings, monkeypatch):
    settings.DEFAULT_FROM_EMAIL = "Fagserien <ikke-svar@fag.example>"
    settings.BOUNCE_ADDRESS = "retur@fag.example"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "smtp.fag.example", True
    monkeypatch.setattr(sample_checks, "samples", {})


@pytest.fixture
def check(monkeypatch, capsys):
    """Runs the command on GOOD with changes. Returns what it prints, and whether it is red."""

    def check(changes=None, *arguments: str) -> tuple[str, bool]:
        records = {**GOOD, **(changes or {})}
        monkeypatch.setattr(Command, "resolve", staticmethod(lambda *at: records.get(at, [])))
        try:
            call_command("check_mail", "fag.example", *arguments)
        except CommandError:
            return capsys.readouterr().out, True
        return capsys.readouterr().out, False

    return check


def test_all_is_well(check):
    told, is_red = check()
    assert not is_red
    assert "!" not in told, told
    assert "Alt er i orden" in told
    for subject in ("SPF", "DKIM", "DMARC", "192.0.2.25"):
        assert subject in told


SPF = ("fag.example", "TXT")
DMARC = ("_dmarc.fag.example", "TXT")
DKIM = ("k1._domainkey.fag.example", "TXT")
PTR = ("25.2.0.192.in-addr.arpa", "PTR")


@pytest.mark.parametrize(
    ("changes", "says", "is_red"),
    [
        ({SPF: []}, "SPF: fag.example har ingen oppføring", True),
        ({SPF: ["v=spf1 -all", "v=spf1 ~all"]}, "har flere oppføringer", True),
        ({SPF: ["v=spf1 a:smtp.fag.example +all"]}, "lar alle maskiner", True),
        ({SPF: ["v=spf1 a:smtp.fag.example"]}, "lar alle maskiner", True),
        ({SPF: ["v=spf1 a:smtp.fag.example ?all"]}, "?all", False),
        ({SPF: ["v=spf1 ip4:198.51.100.0/24 -all"]}, "tillater ikke 192.0.2.25", False),
        ({SPF: ["v=spf1 include:borte.example -all"]}, "borte.example", True),
        (
            {SPF: [f"v=spf1 {' '.join(f'a:n{n}.example' for n in range(11))} -all"]},
            "mer enn ti ganger",
            True,
        ),
        ({DKIM: []}, "DKIM: Ingen nøkkel ble funnet", False),
        ({DKIM: ["v=DKIM1; p="]}, "er trukket tilbake", True),
        ({DKIM: ["v=DKIM1; p=ikke-base64"]}, "kan ikke leses", True),
        ({DKIM: [f"v=DKIM1; p={WEAK}"]}, "1024 bit", False),
        ({DKIM: [f"v=DKIM1; k=ed25519; p={ODD}"]}, "ikke RSA", False),
        ({DKIM: [f"v=DKIM1; t=y; p={KEY}"]}, "bare er en prøve", False),
        ({DMARC: []}, "DMARC: fag.example har ingen oppføring", True),
        ({DMARC: ["v=DMARC1; p=none; rua=mailto:x@y.no"]}, "p=none", False),
        ({DMARC: ["v=DMARC1; p=alt; rua=mailto:x@y.no"]}, "ingen policy", True),
        ({DMARC: ["v=DMARC1; p=reject"]}, "Ingen får rapportene", False),
        ({PTR: []}, "har ikke noe navn den andre veien", True),
        ({PTR: ["annen.example."]}, "fører ikke tilbake", True),
        ({("smtp.fag.example", "A"): []}, "har ingen adresse", True),
        ({("fag.example", "MX"): []}, "tar ikke imot e-post", True),
    ],
)
def test_each_fault_is_told_with_a_remedy(check, changes, says, is_red):
    told, red = check(changes)
    lines = told.splitlines()
    (at,) = [number for number, line in enumerate(lines) if says in line]
    assert lines[at + 1].startswith("  → ")
    assert red is is_red


def test_a_selector_that_has_no_key_is_a_fault(check):
    told, is_red = check(None, "--selector", "annen")
    assert is_red
    assert "annen._domainkey.fag.example" in told
    assert check({("annen._domainkey.fag.example", "TXT"): GOOD[DKIM]}, "--selector", "annen")[
        1
    ] is (False)


def test_the_dmarc_of_the_domain_above_holds_below(check, settings):
    settings.DEFAULT_FROM_EMAIL = "x@nytt.fag.example"
    assert check()[1] is False


@pytest.mark.parametrize(
    ("addresses", "policy", "verdict"),
    [
        (("x@annen.example", ""), "", ("E-posten sendes fra annen.example", True)),
        (("x@ekkofag.example", ""), "", ("E-posten sendes fra ekkofag.example", True)),
        (("x@fag.example", "retur@annen.example"), "", ("kommer i retur til annen.example", False)),
        (("x@fag.example", "r@retur.fag.example"), "", ("er fra domenet", False)),
        (("x@fag.example", "r@retur.fag.example"), "; aspf=s", ("i retur til retur.fag", False)),
    ],
)
def test_the_sender_and_the_way_back_must_be_of_the_domain(
    check, settings, addresses, policy, verdict
):
    settings.DEFAULT_FROM_EMAIL, settings.BOUNCE_ADDRESS = addresses
    domain = addresses[1].rpartition("@")[2]
    changes = {
        DMARC: [GOOD[DMARC][0] + policy],
        (domain or "x", "TXT"): GOOD[SPF],
        (domain or "annen.example", "MX"): ["10 mx.x."],
        ("ekkofag.example", "MX"): ["10 mx.x."],
    }
    told, red = check(changes)
    assert verdict[0] in told
    assert red is verdict[1]


def test_an_esp_sends_by_its_own_machines(check, settings):
    settings.ESP, settings.ESP_WEBHOOK_SECRET = "postmark", ""
    told, is_red = check({PTR: [], ("fag.example", "MX"): []})
    assert not is_red
    assert "ESP_WEBHOOK_SECRET" in told


def test_a_mail_server_without_encryption_and_bounces_unheard_of_are_told(check, settings):
    settings.EMAIL_USE_TLS, settings.BOUNCE_ADDRESS = False, ""
    told, is_red = check()
    assert not is_red
    assert "ukryptert" in told
    assert "BOUNCE_ADDRESS" in told


def test_a_mail_server_that_is_named_by_its_address_is_looked_up_backwards(check, settings):
    settings.EMAIL_HOST = "192.0.2.25"
    told, is_red = check()
    assert "smtp.fag.example" in told
    assert not is_red


def test_a_dns_that_does_not_answer_is_no_verdict(check, monkeypatch):
    def away(name: str, kind: str) -> list[str]:
        raise OSError("timeout")

    monkeypatch.setattr(Command, "resolve", staticmethod(away))
    with pytest.raises(CommandError, match="DNS"):
        call_command("check_mail", "fag.example")


def sample(**changes: str) -> EmailMultiAlternatives:
    headers = {
        "List-Unsubscribe": "<https://fag.example/brev/av/x/alt/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    mail = EmailMultiAlternatives("Nytt", "Tekst", "x@fag.example", ["y@z.no"], headers=headers)
    mail.attach_alternative("<p>Tekst</p>", "text/html")
    return mail


def with_body(mail: EmailMultiAlternatives, **changes) -> EmailMultiAlternatives:
    vars(mail).update(changes)
    return mail


@pytest.mark.parametrize(
    ("mail", "says", "is_red"),
    [
        (sample(), "er som den skal være", False),
        (sample(List_Unsubscribe=""), "List-Unsubscribe", True),
        (sample(List_Unsubscribe="<http://x.no/>"), "https", False),
        (sample(List_Unsubscribe_Post=""), "ett klikk", True),
        (with_body(sample(), from_email="x@annen.example"), "annen.example", True),
        (with_body(sample(), body="lang " * 15_000), "60 kB", False),
        (with_body(sample(), alternatives=[]), "mangler ren tekst eller HTML", False),
    ],
)
def test_a_sample_of_news_is_examined(check, mail, says, is_red):
    sample_checks.samples["prove"] = lambda: mail
    told, red = check()
    assert says in told
    assert red is is_red


@pytest.mark.parametrize(
    ("record", "address", "is_allowed"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.9", True),
        ("v=spf1 ip4:192.0.2.0/24 -all", "198.51.100.1", False),
        ("v=spf1 -ip4:192.0.2.9 -all", "192.0.2.9", False),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::1", True),
        ("v=spf1 mx -all", "192.0.2.7", True),
        ("v=spf1 redirect=_spf.fag.example", "192.0.2.25", True),
        ("v=spf1 a:smtp.fag.example/24 -all", "192.0.2.25", True),
        ("v=spf1 ip4:tull exists:%{i}.x.no -all", "192.0.2.9", False),
    ],
)
def test_spf_is_read_as_a_receiver_reads_it(record, address, is_allowed):
    records = {
        **GOOD,
        SPF: [record],
        ("fag.example", "MX"): ["10 mx.fag.example."],
        ("mx.fag.example", "A"): ["192.0.2.7"],
    }
    found = spf_of("fag.example", lambda *at: records.get(at, []))
    assert found.allows(address) is is_allowed


def test_a_record_that_includes_itself_comes_to_an_end():
    records = {SPF: ["v=spf1 include:fag.example -all"]}
    assert spf_of("fag.example", lambda *at: records.get(at, [])).lookups == 11
