"""Whether sign-in takes as long for an unknown address as for a known one.

    python -m bench.same_answer [--tries 200]

Posts known and unknown addresses to a real portal in random order. Prints both medians, the gap
between them, and the noise. The noise is the widest gap between the medians of two random halves of
the same kind, in a thousand divisions. It measures a domain without a limit first, and then a
domain whose hourly limit is used up, where unknown addresses get no mail.
"""

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.separate import serving

MAKE_MEMBERS = """
from allauth.account.models import EmailAddress
from accounts.models import State, User
for n in range({tries}):
    for domain in {domains}:
        user = User.objects.create_user(f"kjent{{n}}@{{domain}}", state=State.ACTIVE)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
"""
DOMAINS = {"online.no": "no limit", "firma.example": "used up"}


def asked(connection: http.client.HTTPConnection, address: str, sender: str) -> float:
    """Returns the milliseconds until sign-in has answered."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        "X-Forwarded-For": sender,
    }
    body = urlencode({"email": address, "next": "/lede-salg/salgstrakten/#les-videre"})
    begun = time.perf_counter()
    connection.request("POST", "/konto/logg-inn/", body, headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise SystemExit(f"{address}: {answer.status}")
    return (time.perf_counter() - begun) * 1000


def noise_of(times: list[float]) -> float:
    """Returns the widest gap between the medians of two random halves, in a thousand divisions."""
    gaps = []
    for _ in range(1000):
        mixed = random.sample(times, len(times))
        half = len(mixed) // 2
        gaps.append(abs(statistics.median(mixed[:half]) - statistics.median(mixed[half:])))
    return max(gaps)


def measured(url: str, domain: str, tries: int) -> dict[str, list[float]]:
    """Returns the milliseconds of each answer, by kind of address."""
    host = urlsplit(url)
    connection = http.client.HTTPConnection(host.hostname, host.port)
    network = list(DOMAINS).index(domain) + 10
    times: dict[str, list[float]] = {"kjent": [], "ukjent": []}
    for n in range(10):
        asked(connection, f"varm{n}@{domain}", f"198.51.100.{network}")
    for n in range(tries):
        for kind in random.sample(["kjent", "ukjent"], 2):
            sender = f"{network}.{kind == 'kjent':d}.{n // 250}.{n % 250 + 1}"
            times[kind].append(asked(connection, f"{kind}{n}@{domain}", sender))
    return times


def told(times: dict[str, list[float]]) -> dict[str, float | bool]:
    known, unknown = statistics.median(times["kjent"]), statistics.median(times["ukjent"])
    noise = max(noise_of(times["kjent"]), noise_of(times["ukjent"]))
    apart = abs(known - unknown)
    return {
        "tries of each": len(times["kjent"]), "known, ms": round(known, 2),
        "unknown, ms": round(unknown, 2), "apart, ms": round(apart, 2),
        "noise, ms": round(noise, 2), "met": apart < noise,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=200)
    tries = parser.parse_args().tries
    os.environ |= {"TRUSTED_PROXIES": "1", "MAILS_PER_HOUR": "1000000", "MAILS_PER_DOMAIN": "3"}
    with tempfile.TemporaryDirectory() as name:
        making = MAKE_MEMBERS.format(tries=tries, domains=list(DOMAINS))
        with serving(Path(name), subprocess.DEVNULL, shell=making) as url:
            results = {limit: told(measured(url, at, tries)) for at, limit in DOMAINS.items()}
    print(json.dumps(results, indent=1))
    sys.exit(not all(result["met"] for result in results.values()))


if __name__ == "__main__":
    main()
