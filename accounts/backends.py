"""allauth's authentication backend, which here loads the logged-in user with prepared SQL."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from accounts.models import Grant, User
from delivery.prepared_sql import Prepared

#: `has_rights` tells whether the user has any rights at all, which is cheaper to query than the
#: right to the panel. `has_grants` saves the gate a query for a user without grants.
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
