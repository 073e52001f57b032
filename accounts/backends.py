"""allauth's log-in, with who is logged in read by prepared SQL."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from accounts.models import Grant, User
from delivery.prepared_sql import Prepared

#: With `has_rights`: whether they were given any, which is cheaper to ask than whether the panel is
#: among them. And with `has_grants`, so that the gate need not ask for what there isn't.
USERS: Prepared[User] = Prepared(
    lambda pk: User.objects.filter(pk=pk).annotate(
        has_rights=Exists(User.groups.through.objects.filter(user=OuterRef("pk")))
        | Exists(User.user_permissions.through.objects.filter(user=OuterRef("pk"))),
        has_grants=Exists(Grant.objects.filter(user=OuterRef("pk"))),
    )
)


class MemberBackend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: int) -> User | None:
        user = USERS.first(user_id)
        if user is None or not self.user_can_authenticate(user):
            return None
        if not user.has_rights:  # type: ignore[attr-defined]
            user.may_enter_panel = user.is_superuser
        return user
