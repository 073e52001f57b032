"""Refuses easy passwords, known breached ones among them, without asking another service."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn
from zxcvbn.matching import L33T_TABLE

from accounts.models import User

#: The guesses that a password must withstand. With fewer than 10⁸, zxcvbn counts it as guessable.
FEWEST_GUESSES = 10**8
#: Characters. zxcvbn takes 4 ms for ten of them and 50 ms for this many. Further characters can
#: only make a password harder to guess.
LOOKED_AT = 72
#: Of the signs that stand for letters, such as «4» for «a». zxcvbn tries each in every meaning: 0.4
#: seconds for twelve of them, and 6 for all twenty.
MOST_SIGNS = 10
SIGNS = frozenset(sign for signs in L33T_TABLE.values() for sign in signs)
#: Words that people begin with here. zxcvbn's own are English. ASVS 6.1.2 asks for such a list.
WORDS = [
    "passord", "passordet", "hemmelig", "hemmeligheten", "velkommen", "innlogging", "logginn",
    "bruker", "brukernavn", "konto", "medlem", "medlemmer", "medlemskap", "skribent", "redaktør",
    "redaksjon", "redaksjonen", "artikkel", "artikler", "serie", "serier", "fagserie", "fagserier",
    "ordbok", "forfatter", "norge", "norsk", "norway", "oslo", "bergen", "trondheim",
    "stavanger", "tromsø", "kristiansand", "sommer", "vinter", "høst", "vår", "januar", "februar",
    "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "desember", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag", "elsker",
    "deg", "jegelskerdeg", "kjærlighet", "familie", "fotball", "liverpool", "brann", "rosenborg",
    "hund", "katt", "mamma", "pappa", "sjokolade", "qwertyuiopå", "asdfghjkløæ", "zxcvbnm",
    "qwertyå",
]  # fmt: skip


class GuessableValidator:
    """Refuses what zxcvbn guesses.

    It tries its list of the 30,000 most used passwords, words, names, dates and rows of keys. It
    combines them, and tries digits for letters. Here it also knows the site's words and the
    member's own.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        words = [*WORDS, *words_of_site(), *of_user(user)]
        if all(
            zxcvbn(p, user_inputs=words)["guesses"] < FEWEST_GUESSES for p in pieces_of(password)
        ):
            raise ValidationError(
                _(
                    "This password is easy to guess: it is made of common words, names, years or"
                    " keys in a row. Add a word or two."
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("It can't be easy to guess from common words, names or this site's own name.")


def pieces_of(password: str) -> list[str]:
    """Its first LOOKED_AT characters, in pieces with at most MOST_SIGNS different signs each. One
    that is hard to guess makes the password so."""
    pieces, signs = [""], set[str]()
    for sign in password[:LOOKED_AT]:
        if sign in SIGNS and len(signs | {sign}) > MOST_SIGNS:
            pieces.append("")
            signs.clear()
        if sign in SIGNS:
            signs.add(sign)
        pieces[-1] += sign
    return pieces


def words_of_site() -> list[str]:
    return parts_of(f"{settings.SITE_NAME} {settings.SITE_HOST}")


def of_user(user: User | None) -> list[str]:
    return parts_of(f"{user.email} {user.name}") if user else []


def parts_of(text: str) -> list[str]:
    """The words of a name or an address, whole and in parts: «fagserien.no», «fagserien», «no»."""
    return [*text.split(), *re.split(r"[\W_]+", text)]
