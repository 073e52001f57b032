"""Who may know of what in the panel, beside what readers may read.

Wagtail asks only who may change a page: its lists, its search and its choosers show every title to
whoever may add one.
"""

from django.db.models import Q
from django.db.models.functions import Left, Length
from wagtail.models import Page
from wagtail.models.pages import PageQuerySet
from wagtail.permissions import page_permission_policy

from accounts.access import AnyUser
from articles.models.tree import SECTION_DEPTH, parent_is_live

#: Rights that make a page somebody's own. By "change", Wagtail means also the pages made by a
#: person who may only add.
OWN = {"change", "publish", "bulk_delete", "lock", "unlock"}


def edits_all(user: AnyUser) -> bool:
    """Whether `user` is an editor: one who may publish every page, here and now."""
    if not user.is_authenticated or not user.is_staff:
        return False
    return user.is_superuser or any(
        given.permission.codename == "publish_page" and given.page.depth < SECTION_DEPTH
        for given in page_permission_policy.get_cached_permissions_for_user(user)
    )


def own_pages(user: AnyUser) -> PageQuerySet:
    """The pages that `user` may change."""
    return page_permission_policy.instances_user_has_any_permission_for(user, OWN)


def pages_known_to(user: AnyUser) -> PageQuerySet:
    """Those whose titles `user` may see in the panel: what is published, their own, and the series
    that their own articles lie in. All of them, for an editor.

    To be asked for by `pk__in`: Wagtail's search takes no other question about the tree.
    """
    if edits_all(user):
        return Page.objects.all()
    own = own_pages(user)
    above = own.annotate(above=Left("path", Length("path") - Page.steplen)).values("above")
    return Page.objects.filter(
        Q(parent_is_live("path"), live=True)
        | Q(pk__in=own.values("pk"))
        | Q(path__in=above)
        | Q(depth=1)
    )
