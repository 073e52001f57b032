"""The order of pages below the same parent, changed all at once, and moves to another parent.

Wagtail moves one page at a time. Each move writes the path of every page after it, and has all
links to it rendered again, although no address changes.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Concat, Left, Substr
from wagtail.actions.move_page import MovePageAction
from wagtail.log_actions import log
from wagtail.models import Page

from accounts.models import User
from articles.jobs import queue_cards
from articles.models.tree import at_or_below, hold
from delivery.models import ContentVersion

#: No path begins with it. Paths are unique, so the pages step aside before they change places.
ASIDE = "~"
#: How many pages one statement moves.
AT_A_TIME = 200


class OrderChangedError(Exception):
    """The pages are not in the order that they were read in."""


def arrange(
    parent: Page, read: Sequence[int], wanted: Sequence[int], user: User | None = None
) -> bool:
    """Put the pages `wanted`, all of them children of `parent`, in that order. True if any moved.

    They change places among themselves: other children stay where they are. `read` is the order
    that the editor saw. Raises OrderChangedError if it no longer holds.
    """
    with transaction.atomic():
        hold(parent.pk, *wanted)
        children = parent.get_children().filter(pk__in=wanted).order_by("path")
        paths = dict(children.values_list("pk", "path"))
        if list(paths) != list(read) or sorted(wanted) != sorted(read):
            raise OrderChangedError
        moves = {
            paths[pk]: path
            for pk, path in zip(wanted, sorted(paths.values()), strict=True)
            if paths[pk] != path
        }
        if not moves:
            return False
        _move(moves)
        log(instance=parent, action="articles.arrange", user=user, data={"moved": len(moves)})
        ContentVersion.raise_on_commit()
        transaction.on_commit(partial(queue_cards, parent.pk))  # a card tells the part's number
    return True


def _move(moves: dict[str, str]) -> None:
    """Gives the pages at the first paths, and all below them, the second paths."""
    for path in moves:
        Page.objects.filter(at_or_below(path)).update(path=Concat(Value(ASIDE), Substr("path", 2)))
    length = len(next(iter(moves)))
    head = Left("path", length)
    todo = list(moves.items())
    for start in range(0, len(todo), AT_A_TIME):
        whens = [
            When(_head=ASIDE + old[1:], then=Concat(Value(new), Substr("path", length + 1)))
            for old, new in todo[start : start + AT_A_TIME]
        ]
        heads = [ASIDE + old[1:] for old, _new in todo[start : start + AT_A_TIME]]
        aside = Page.objects.annotate(_head=head).filter(path__startswith=ASIDE, _head__in=heads)
        aside.update(path=Case(*whens, default=F("path")))


_move_page = MovePageAction.execute


def move_held(action: MovePageAction, **kwargs: Any) -> Any:
    """Wagtail's move, with the page, its parent and its target held.

    Wagtail moves what lies at the path that it has read. In the meantime, somebody may have put
    another page there by changing the order.
    """
    page, target = action.page, action.target
    with transaction.atomic():
        hold(page.pk, target.pk, *(each.get_parent(update=True).pk for each in (page, target)))
        for each in (page, target):
            each.refresh_from_db(fields=["path", "depth", "numchild", "url_path"])
            each.get_parent(update=True)
        return _move_page(action, **kwargs)


def take_over() -> None:
    MovePageAction.execute = move_held
