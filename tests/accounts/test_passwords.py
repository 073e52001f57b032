"""Easily guessed passwords are refused. All others are taken as they are. See ASVS 5.0, 6.2."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from accounts.models import User
from accounts.sign_in import passwords
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


@pytest.mark.parametrize("password", ["gyrdfinnsdotter-2026", "Wyllgard2026", "xqhusvig1234"])
def test_a_member_s_own_words_are_easy_to_guess_for_them_alone(password):
    user = User(email="wyllgard@xqhusvig.example", name="Gyrdfinnsdotter Gyrd")
    assert refused(password, user)
    assert not refused(password)
    assert not refused(password, User(email="b@example.no", name="B"))


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


@pytest.mark.parametrize(
    ("guesses", "is_refused"), [(10**8 - 1, True), (10**8, False), (10**8 + 1, False)]
)
def test_a_password_withstands_a_hundred_million_guesses(guesses, is_refused, monkeypatch):
    monkeypatch.setattr(passwords, "zxcvbn", lambda *args, **kwargs: {"guesses": guesses})
    assert refused("xqhusvig1234") is is_refused


def test_a_password_is_guessed_in_pieces_of_ten_different_signs():
    """zxcvbn takes seconds for many different signs that stand for letters."""
    ten = "a1a2a3a4a5a6a7a8a9a0a0b1"
    assert passwords.pieces_of(f"{ten}+c") == [ten, "+c"]
    assert passwords.pieces_of(f"{ten}?c") == [f"{ten}?c"]
    assert passwords.pieces_of("æ" * 100) == ["æ" * 72]
    assert passwords.pieces_of("") == [""]
    assert not refused("4@8({[<369!1|7$5+%20")
    assert not refused("1234567890!korrekt hest batteri stift")
    assert refused("12345678901234567890+abc")


def test_each_part_of_the_members_own_address_is_easy_to_guess():
    member = User(email="kari@nordvik-snekkeri.no")
    assert set(passwords.of_user(member)) >= {"kari@nordvik-snekkeri.no", "kari", "nordvik"}
    assert not refused("nordvik20261130")
    with pytest.raises(ValidationError):
        passwords.GuessableValidator().validate("nordvik20261130", member)


def test_a_refusal_says_what_to_do():
    with pytest.raises(ValidationError) as refusal:
        passwords.GuessableValidator().validate("passord1234")
    assert refusal.value.code == "password_guessable"
    assert refusal.value.message == (
        "Dette passordet er lett å gjette. Det er satt sammen av vanlige ord, navn, årstall eller"
        " taster på rad. Legg til et ord eller to."
    )
    assert "lett å gjette ut fra vanlige ord" in passwords.GuessableValidator().get_help_text()


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
