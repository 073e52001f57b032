"""allauth's log-in, with who is logged in read by prepared SQL."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.models.users import panel_rights
from accounts.prepared import Prepared

USERS: Prepared[User] = Prepared(
    lambda pk: User.objects.filter(pk=pk).annotate(
        may_enter_panel=Exists(panel_rights(OuterRef("pk")))
    )
)


class MemberBackend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: int) -> User | None:
        user = USERS.first(user_id)
        if user is None or not self.user_can_authenticate(user):
            return None
        user.may_enter_panel = user.may_enter_panel or user.is_superuser
        return user
