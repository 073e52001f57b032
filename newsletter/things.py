"""What members follow and get mail about: a series, an author, a subject, everything, letters."""

import re
from typing import NamedTuple

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from articles.models import Author, Series, Subject
from delivery.cache import cached_rows

#: The kinds that have a page of their own, with their models.
NUMBER = re.compile(r"[1-9][0-9]{0,17}")  # SQLite can't take a larger one
MODELS: dict[str, type[Model]] = {"serie": Series, "forfatter": Author, "tema": Subject}


class Thing(NamedTuple):
    """One of these: «serie-12», «forfatter-7», «tema-3»; «alt» for every new article; «brev» for
    the editors' letters; «ingenting» stands for all of it, where somebody unsubscribes."""

    kind: str
    pk: int = 0

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}" if self.pk else self.kind

    @classmethod
    def parse(cls, key: str) -> "Thing | None":
        """The thing with this key. None for anything that isn't one."""
        kind, _dash, number = key.partition("-")
        if kind in MODELS:
            found = NUMBER.fullmatch(number)
            return cls(kind, int(number)) if found else None
        return cls(kind) if key in ("alt", "brev", "ingenting") else None

    @property
    def title(self) -> str:
        """What readers call it. "" for a page that they may not know of."""
        if self.kind == "alt":
            return str(_("Every new article"))
        if self.kind == "brev":
            return str(_("Letters from the editors"))
        if self.kind not in MODELS:
            return str(_("All e-mail"))

        def titles() -> list[str]:
            rows = MODELS[self.kind]._default_manager.for_readers()  # type: ignore[attr-defined]
            return list(rows.filter(pk=self.pk).values_list("title", flat=True))

        return next(iter(cached_rows(("title of", self), titles, row_size=200)), "")

    @property
    def url(self) -> str:
        """The path of its page; "" without one."""
        if self.kind not in MODELS:
            return ""

        def urls() -> list[str]:
            rows = MODELS[self.kind]._default_manager.for_readers()  # type: ignore[attr-defined]
            return [row.get_absolute_url() for row in rows.filter(pk=self.pk)]

        return next(iter(cached_rows(("url of", self), urls, row_size=200)), "")


EVERYTHING, LETTERS, ALL_MAIL = Thing("alt"), Thing("brev"), Thing("ingenting")
