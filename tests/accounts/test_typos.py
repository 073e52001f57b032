"""«Mente du …?» for a mistyped domain, and nothing for a real one."""

import json
import shutil
import subprocess

import pytest

from accounts.typos import COMMON, REAL, allowed, distance, likely_address
from tests.conftest import OURS
from tests.separate import ROOT

MISTYPED = {
    "gmial.com": "gmail.com",
    "gmail.con": "gmail.com",
    "gmail.co": "gmail.com",
    "gamil.com": "gmail.com",
    "gmaill.com": "gmail.com",
    "hotmial.com": "hotmail.com",
    "hotmail.mo": "hotmail.no",
    "outlok.com": "outlook.com",
    "outllok.com": "outlook.com",
    "iclould.com": "icloud.com",
    "onlne.no": "online.no",
    "yaho.no": "yahoo.no",
    "protonmial.com": "protonmail.com",
}
#: Where people have mail in fact.
TRUE = (
    *COMMON,
    *REAL,
    *("gmx.net", "gmx.com", "gmx.de", "live.no", "live.com", "me.com", "mac.com", "msn.com"),
    *("start.no", "smart.no", "lyse.net", "lyse.no", "c2i.net", "tele2.no", "frisurf.no", "pm.me"),
    *("haugnett.no", "bluezone.no", "hotmail.co.uk", "hotmail.dk", "hotmail.de", "hotmail.fr"),
    *("hotmail.se", "outlook.dk", "outlook.de", "outlook.fr", "yahoo.co.uk", "yahoo.de"),
    *("yahoo.dk", "mail.ru", "mail.dk", "telia.com", "telenor.com", "equinor.com", "dnb.no"),
    *("ntnu.no", "uib.no", "uio.no", "uit.no", "student.uio.no", "student.bi.no", "student.nhh.no"),
    *("student.hvl.no", "oslo.kommune.no", "bergen.kommune.no", "nav.no", "statnett.no", "kk.no"),
    *("fastmail.com", "tuta.com", "tutanota.com", "hey.com", "duck.com", "aol.com", "zoho.com"),
    *("outlook.no", "yahoo.se", "protonmail.ch", "proton.com", "online.de"),
    *("mail.no", "stud.ntnu.no", "stud.nmbu.no", "student.uib.no", "student.uit.no"),
    *("sol.no", "vg.no", "nrk.no", "inbox.lv", "wp.pl", "o2.pl", "interia.pl", "seznam.cz"),
    *("naver.com", "qq.com", "163.com", "example.com", "hotels.no", "airmail.no", "firma.no"),
)


@pytest.mark.parametrize(("typed", "meant"), MISTYPED.items())
def test_a_mistyped_domain_gives_the_one_that_was_meant(typed, meant):
    assert likely_address(f"student@{typed}") == f"student@{meant}"
    assert likely_address(f" Student@{typed.upper()} ") == f"student@{meant}"


@pytest.mark.parametrize("domain", TRUE)
def test_a_real_domain_gives_nothing(domain):
    assert likely_address(f"student@{domain}") == ""


@pytest.mark.parametrize("text", ["", "student", "@gmial.com", "student@", "gmial.com"])
def test_what_is_no_address_gives_nothing(text):
    assert likely_address(text) == ""


def test_every_real_domain_on_the_list_is_there_for_a_reason():
    for domain in REAL:
        assert any(distance(domain, each) <= allowed(domain, each) for each in COMMON), domain


@pytest.mark.skipif(shutil.which("node") is None, reason="this machine has no Node")
def test_the_script_applies_the_same_rule():
    source = (ROOT / "static/js/sign-in.js").read_text()
    rule = source[source.index("const LONG") : source.index("// Offers a passkey")]
    typed = [f"a.b@{domain}" for domain in (*MISTYPED, *TRUE)] + ["", "@gmial.com", "x@"]
    asked = json.dumps([typed, COMMON, REAL])
    script = (
        f"{rule};const [typed, common, real] = {asked};"
        "console.log(JSON.stringify(typed.map((each) => likelyAddress(each, common, real))))"
    )
    answer = subprocess.run(["node", "-e", script], capture_output=True, check=True)
    assert json.loads(answer.stdout) == [likely_address(each) for each in typed]


@pytest.mark.django_db
@pytest.mark.parametrize(("domain", "is_offered"), [("gmial.com", True), ("gmail.com", False)])
def test_the_page_of_the_code_offers_the_address_that_was_meant(domain, is_offered, visitor):
    sign_in = "/konto/logg-inn/"
    answer = visitor.post(sign_in, {"email": f"student@{domain}", "next": "/x/"}, headers=OURS)
    page = visitor.get(answer.url).content.decode()
    assert ("Mente du" in page) is is_offered
    assert f"<strong>student@{domain}</strong>" in page
    if is_offered:
        assert '<input type="hidden" name="email" value="student@gmail.com">' in page
        meant = {"email": "student@gmail.com", "next": "/x/"}
        answer = visitor.post(sign_in, meant, headers=OURS, follow=True)
        assert "<strong>student@gmail.com</strong>" in answer.content.decode()
