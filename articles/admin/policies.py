"""Limits Wagtail's own lists and choosers to what each user may see."""

from typing import Any

from wagtail.images import permissions as image_permissions
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.models.pages import PageQuerySet
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from accounts.access import AnyUser
from articles.admin.page_form import PageForm
from articles.models import Picture
from articles.models.base import AddressedPage
from articles.models.pictures import PictureQuerySet
from articles.models.rights import edits_all, pages_known_to

explorable_instances = PagePermissionPolicy.explorable_instances


def explorable_and_known(policy: PagePermissionPolicy, user: AnyUser) -> PageQuerySet:
    """An editor may explore every page. To say so with Wagtail's conditions on the paths would
    have every list read all pages of the portal first."""
    if edits_all(user):
        return Page.objects.all()
    explorable: PageQuerySet = explorable_instances(policy, user)
    return known(explorable, user)


def known(pages: PageQuerySet, user: AnyUser) -> PageQuerySet:
    return pages if edits_all(user) else pages.filter(pk__in=pages_known_to(user).values("pk"))


class PicturePolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's policy, but users have no permission for a picture that they may not see."""

    def instances_user_has_any_permission_for(
        self, user: AnyUser, actions: list[str]
    ) -> PictureQuerySet:
        seen = Picture.objects.known_to(user)
        found: PictureQuerySet = super().instances_user_has_any_permission_for(user, actions)
        # Wagtail's search can't filter by access, only by an indexed field such as the id.
        return found if edits_all(user) else found.filter(pk__in=seen.values("pk"))

    def user_has_any_permission_for_instance(
        self, user: AnyUser, actions: list[str], instance: Any
    ) -> bool:
        may = super().user_has_any_permission_for_instance(user, actions, instance)
        return bool(may) and Picture.objects.known_to(user).filter(pk=instance.pk).exists()


def take_over() -> None:
    """Run this before Wagtail's views load: each view keeps the policy that it finds then."""
    PagePermissionPolicy.explorable_instances = explorable_and_known
    AddressedPage.base_form_class = PageForm
    image_permissions.permission_policy = PicturePolicy(
        Picture, auth_model=Image, owner_field_name="uploaded_by_user"
    )
