"""Which pages a user may know of in the panel, beyond those that readers may know of.

Wagtail checks only who may change a page. Its lists, its search and its choosers show every title
to any user who may add a page.
"""

from django.db.models import Q
from django.db.models.functions import Left, Length
from wagtail.models import Page
from wagtail.models.pages import PageQuerySet
from wagtail.permissions import page_permission_policy

from accounts.access import AnyUser
from articles.models.tree import SECTION_DEPTH, parent_is_live

#: Permissions that make a page the user's own. Wagtail's "change" also covers the pages that a user
#: with only the "add" permission has created.
OWN = {"change", "publish", "bulk_delete", "lock", "unlock"}


def edits_all(user: AnyUser) -> bool:
    """Whether `user` is an editor: a member of staff who may publish every page."""
    if not user.is_authenticated or not user.is_staff:
        return False
    return user.is_superuser or any(
        given.permission.codename == "publish_page" and given.page.depth < SECTION_DEPTH
        for given in page_permission_policy.get_cached_permissions_for_user(user)
    )


def own_pages(user: AnyUser) -> PageQuerySet:
    """The pages that `user` may change. An author's own page is one of them."""
    pages: PageQuerySet = page_permission_policy.instances_user_has_any_permission_for(user, OWN)
    if not user.is_authenticated or not user.is_staff:
        return pages
    theirs = Page.objects.filter(author__user=user.pk).values("pk")
    return Page.objects.filter(Q(pk__in=pages.values("pk")) | Q(pk__in=theirs))


def pages_known_to(user: AnyUser) -> PageQuerySet:
    """The pages whose titles `user` may see in the panel: published pages, their own pages, and the
    series that contain their own articles. An editor may see all.

    Filter with `pk__in`: Wagtail's search can't filter by a condition on the tree.
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
