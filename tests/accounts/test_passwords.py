"""Easily guessed passwords are refused. All others are taken as they are. See ASVS 5.0, 6.2."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from accounts.models import User
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db
ADDRESS = "/konto/passord/"
CHOSEN = ("password1", "password2")


def refused(password: str, user: User | None = None) -> bool:
    try:
        validate_password(password, user)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    "password",
    [
        *("fagserien2026", "Fagserien123!", "f4gs3r13n!!", "localhost12"),
        *("passord1234", "Passord2026!", "p4ss0rd!!1", "hemmelig1234", "velkommen123"),
        *("qwertyuiopå1", "asdfghjkløæ", "1q2w3e4r5t6y", "poiuytrewq1", "20261128123"),
        *("sommer2026!", "Norge123456", "jegelskerdeg", "password12", "basketball1", "a" * 300),
        *("kari.nordmann1", "Nordmann2026", "ostehuset99!"),
    ],
)  # fmt: skip
def test_a_password_that_is_easy_to_guess_is_refused(password):
    assert refused(password, User(email="kari.nordmann@ostehuset.example", name="Kari Nordmann"))


@pytest.mark.parametrize(
    "password",
    [
        *("lesehest-2026", "rodpenn-2026", "blåbærsyltetøy", "korrekt hest batteri"),
        *("kjøttkaker i brun saus", " Xk3#mP9$qL2w ", "мой-пароль-здесь", "🦊🐻🐼🦁🐮🐷🐸🐵🐔🐧"),
    ],
)  # fmt: skip
def test_any_other_password_is_taken(password):
    assert not refused(password)


def test_no_known_breached_password_is_taken():
    """The portal checks Django's list and zxcvbn's. This tries every twentieth long enough word."""
    known = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= 10]
    assert len(known) > 1000
    assert [word for word in known[::20] if not refused(word)] == []


@pytest.mark.parametrize("length", [64, 128, 1000])
def test_a_long_password_counts_to_its_last_character(member, length):
    client = logged_in(member)
    password = "".join(chr(97 + n * n % 26) + str(n) for n in range(length))[:length]
    form = {"oldpassword": "langt-passord", **dict.fromkeys(CHOSEN, password)}
    assert client.post(ADDRESS, form).status_code == 302
    member.refresh_from_db()
    assert member.check_password(password)
    assert not member.check_password(password[:-1])


def test_the_form_says_in_norwegian_why(member):
    form = {
        "oldpassword": "langt-passord",
        "password1": "Fagserien2026",
        "password2": "Fagserien2026",
    }
    page = logged_in(member).post(ADDRESS, form).content.decode()
    assert "lett å gjette" in page
    assert "show-password" in page
