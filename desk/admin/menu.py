"""The panel's menu: what an editor uses daily stands first."""

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem
from wagtail.permissions import page_permission_policy

#: The names of the items, in order. Those that aren't named here keep their own order, after these.
ORDER = [
    "today",
    "series",
    "articles",
    "authors",
    "subjects",
    "glossary",
    "images",
    "letters",
    "sponsors",
    "narration",
    "figures",
    "members",
    "explorer",
]


class WritersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(page_permission_policy.user_has_any_permission(request.user, {"add", "change"}))


def arrange(items: list[MenuItem]) -> None:
    for item in items:
        if item.name in ORDER:
            item.order = ORDER.index(item.name) + 1
    items.sort(key=lambda item: item.order)
