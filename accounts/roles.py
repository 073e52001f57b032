"""The roles of the staff, and who may give them to whom.

Nobody gives a right that they don't have, or changes somebody who has one. Nobody changes
themselves either: so a role is never raised by its holder, and whoever closes the other accounts
still has their own.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from accounts.models import User

MANAGE = "accounts.manage_staff"
#: By the name of the group, in the order of the panel.
ROLES: dict[str, Any] = {
    "Editors": _("Editor"),
    "Writers": _("Writer"),
    "Member managers": _("Member manager"),
    "Staff managers": _("Staff manager"),
}
#: What each role is for, for the one who chooses.
ABOUT: dict[str, Any] = {
    "Editors": _("Writes, publishes and arranges everything"),
    "Writers": _("Writes their own texts, and sends them to an editor"),
    "Member managers": _("Sees members, and suspends and restores them"),
    "Staff managers": _("Invites staff and changes their roles"),
}


def role_names(groups: Iterable[Group]) -> list[str]:
    names = {group.name for group in groups}
    known = [str(label) for name, label in ROLES.items() if name in names]
    return [*known, *sorted(names - ROLES.keys())]


def roles() -> list[Group]:
    """The groups that are roles, in their order."""
    found = {group.name: group for group in Group.objects.filter(name__in=ROLES)}
    return [found[name] for name in ROLES if name in found]


def rights_in(groups: Iterable[Group]) -> set[tuple[Any, ...]]:
    """The rights that the groups give: permissions, and those on pages and on pictures."""
    keys = [group.pk for group in groups]
    plain = Permission.objects.filter(group__in=keys).values_list("pk")
    pages = GroupPagePermission.objects.filter(group__in=keys)
    pictures = GroupCollectionPermission.objects.filter(group__in=keys)
    return {
        *plain,
        *(("page", *row) for row in pages.values_list("page", "permission")),
        *(("picture", *row) for row in pictures.values_list("collection", "permission")),
    }


def may_manage(user: Any) -> bool:
    return bool(user.has_perm(MANAGE))


def roles_given_by(user: User) -> list[Group]:
    """The roles that `user` may give and take away: those that hold no right beyond their own."""
    if not may_manage(user):
        return []
    if user.is_superuser:
        return roles()
    own = rights_in(user.groups.all())
    return [role for role in roles() if rights_in([role]) <= own]


def may_change(user: User, other: User) -> bool:
    """Whether `user` may change the roles of `other`, and close their account."""
    if user.pk == other.pk or not may_manage(user):
        return False
    if user.is_superuser:
        return True
    if other.is_superuser or other.user_permissions.exists():
        return False
    return rights_in(other.groups.all()) <= rights_in(user.groups.all())
