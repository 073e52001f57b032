"""How leaks are planted: the sweep is worth something only if it finds each of them.

Each room has a module tests/<room>/leaks.py, with `examples(world)`, the addresses to ask for each
of its routes, and its plants.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

from django.apps import apps

from articles.models import Article, Passage, base

Plant = Callable[..., None]
#: name → (the plant, who profits from it)
PLANTS: dict[str, tuple[Plant, str]] = {}


def plant(viewer: str = "visitor") -> Callable[[Plant], Plant]:
    def register(function: Plant) -> Plant:
        PLANTS[function.__name__] = (function, viewer)
        return function

    return register


def rooms() -> list[ModuleType]:
    """The `leaks` of each room that is installed."""
    names = sorted(path.parent.name for path in Path(__file__).parents[1].glob("*/leaks.py"))
    installed = [n for n in names if apps.is_installed(n) or apps.is_installed(f"tests.{n}")]
    return [import_module(f"tests.{name}.leaks") for name in installed]


def planted() -> dict[str, tuple[Plant, str]]:
    rooms()
    return PLANTS


def all_text(article: Article) -> str:
    return " ".join(Passage.objects.filter(page=article.pk).values_list("text", flat=True))


@contextmanager
def unpublished_too(patch) -> Iterator[None]:
    live = base.ReaderQuerySet.live
    patch.setattr(base.ReaderQuerySet, "live", lambda queryset: queryset)
    try:
        yield
    finally:
        patch.setattr(base.ReaderQuerySet, "live", live)
