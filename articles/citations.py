"""How to cite an article, in the styles that students, editors and libraries ask for.

The rules, each in its Norwegian form:

- APA 7: Publication Manual of the APA, 7th ed., 9.8 (names), 9.12 (no author), 9.14 (dates) and
  10.16 (web pages); «u.å.» and «&» as in the Norwegian APA manual.
- Harvard: Cite Them Right, 12th ed., web pages. Four or more authors become the first author and
  «et al.».
- Chicago: The Chicago Manual of Style, 18th ed., 13.107 (names) and 14.104 (web pages), as an
  entry in a bibliography. Without an author, the site's owner comes first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from articles import in_words
from articles.models import Article, Author
from articles.models.by_lines import writers
from articles.slugs import norwegian_slug

#: The most authors that each style lists in full.
APA_NAMES, HARVARD_NAMES, CHICAGO_NAMES = 20, 3, 6
UNDATED = "u.å."


class Name(NamedTuple):
    family: str
    given: str

    @classmethod
    def of(cls, author: Author) -> "Name":
        """The family name is the last word, unless the author says otherwise."""
        whole = author.name.strip()
        family = author.family_name.strip()
        if not family or (not author.live and family not in whole):  # else it is a draft's
            family = whole.rsplit(" ", 1)[-1]
        # In «Henrik Ibsen jr.» with the family name «Ibsen», the rest is «Henrik jr.».
        start, found, end = whole.rpartition(family)
        return cls(family, " ".join(f"{start} {end}".split()) if found else "")

    @property
    def initials(self) -> str:
        """«Anne-Lise Marie» → «A.-L. M.», «J.R.R.» → «J. R. R.»"""
        return " ".join(
            "-".join(f"{part[0]}." for part in word.split("-") if part)
            for word in self.given.replace(".", " ").split()
        )

    @property
    def short(self) -> str:
        return f"{self.family}, {self.initials}" if self.given else self.family

    @property
    def inverted(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def tex(self) -> str:
        """An organisation is in braces. Otherwise BibTeX splits its name."""
        return tex(self.inverted) if self.given else f"{{{tex(self.family)}}}"

    @property
    def straight(self) -> str:
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True)
class Work:
    """The facts about an article that a citation uses. Nothing comes from its text."""

    title: str
    series: str
    url: str
    names: Sequence[Name]
    published: date | None
    fetched: date

    @classmethod
    def of(cls, article: Article, authors: Sequence[Author]) -> "Work":
        first = article.first_published_at
        return cls(
            title=article.title,
            series=article.series_title,
            url=settings.SITE_URL + article.get_absolute_url(),
            names=[Name.of(author) for author in writers(authors)],
            published=timezone.localdate(first) if first else None,
            fetched=timezone.localdate(),
        )

    def apa(self) -> SafeString:
        day = date_format(self.published, "Y, j. F") if self.published else UNDATED
        title = format_html("<i>{}</i>", self.title)
        if not self.names:
            return format_html("{} ({}). {}. {}", ended(title), day, settings.SITE_NAME, self.url)
        names = [name.short for name in self.names]
        if len(names) > APA_NAMES:
            listed = ", ".join(names[: APA_NAMES - 1]) + f", … {names[-1]}"
        else:
            listed = joined(names, " & ")
        return format_html(
            "{} ({}). {} {}. {}", ended(listed), day, ended(title), settings.SITE_NAME, self.url
        )

    def harvard(self) -> SafeString:
        year = str(self.published.year) if self.published else UNDATED
        title = format_html("<i>{}</i>", self.title)
        fetched = in_words.day(self.fetched)
        names = [name.short for name in self.names]
        listed = f"{names[0]} et al." if len(names) > HARVARD_NAMES else joined(names, " og ")
        head = (
            format_html("{} ({}) {}", listed, year, ended(title))
            if names
            else format_html("{} ({})", title, year)
        )
        return format_html("{} Tilgjengelig fra: {} (Hentet: {}).", head, self.url, fetched)

    def chicago(self) -> SafeString:
        names = [name.straight for name in self.names]
        if names:
            names[0] = self.names[0].inverted
        if len(names) > CHICAGO_NAMES:
            listed = ", ".join(names[:3]) + ", et al."
        else:
            listed = joined(names, " og ", before_last="," if len(names) == 2 else "")  # noqa: PLR2004
        day = self.published or self.fetched
        dated = in_words.day(day)
        if not self.published:
            dated = f"Åpnet {dated}"
        stop = "" if self.title.endswith(("?", "!")) else "."
        title = format_html("«{}»{}", self.title, stop)
        site = settings.SITE_NAME
        head = (
            format_html("{} {} {}.", ended(listed), title, site)
            if names
            else format_html("{}. {}", site, title)
        )
        return format_html("{} {}. {}.", head, dated, self.url)

    def bibtex(self) -> str:
        """An entry for BibTeX and biblatex, as UTF-8."""
        family = self.names[0].family if self.names else settings.SITE_NAME
        year = str(self.published.year) if self.published else ""
        word = norwegian_slug(self.title).split("-")[0]
        fields = {
            "author": " and ".join(name.tex for name in self.names),
            "title": f"{{{tex(self.title)}}}",
            "year": year,
            "month": f"{self.published:%m}".lstrip("0") if self.published else "",
            "howpublished": f"\\url{{{self.url}}}",
            "note": tex(f"{self.series}. {settings.SITE_NAME}. Hentet {self.fetched.isoformat()}"),
            "url": self.url,
            "urldate": self.fetched.isoformat(),
            "language": "norwegian",
        }
        key = slugify(norwegian_slug(family)).replace("-", "") + (year or "ua") + word
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@misc{{{key},", *lines, "}", ""])

    def ris(self) -> str:
        """A record of the type ELEC, as UTF-8, with the line endings that the format requires."""
        fields = [
            ("TY", "ELEC"),
            *(("AU", name.inverted) for name in self.names),
            ("TI", self.title),
            ("T2", self.series),
            ("PB", settings.SITE_NAME),
            ("PY", f"{self.published:%Y}" if self.published else ""),
            ("DA", f"{self.published:%Y/%m/%d}" if self.published else ""),
            ("Y2", f"{self.fetched:%Y/%m/%d}"),
            ("UR", self.url),
            ("LA", "nb"),
        ]
        lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value]
        return "\r\n".join([*lines, "ER  - ", ""])


def joined(names: Sequence[str], last: str, before_last: str = "") -> str:
    """«A», «A og B», «A, B og C». `last` joins the last two names, `before_last` precedes it."""
    if len(names) < 2:  # noqa: PLR2004
        return "".join(names)
    return ", ".join(names[:-1]) + before_last + last + names[-1]


def ended(text: str) -> SafeString:
    """`text` with a full stop, unless it ends a sentence already, as in «Hva er salg?»"""
    shown = conditional_escape(text)
    bare = re.sub(r"</?i>", "", shown)
    return shown if bare.endswith((".", "?", "!")) else mark_safe(f"{shown}.")


#: The signs that TeX reads as commands.
TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # BibTeX counts a brace even after a backslash.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: rf"\{sign}" for sign in "&%$#_"},
    }
)


def tex(text: str) -> str:
    return text.translate(TEX)
