"""Members, and what the portal stores about them: consents, grants, imports and limits."""

from accounts.models.addresses import FormerAddress
from accounts.models.consents import Consent, Kind
from accounts.models.grants import Grant
from accounts.models.imports import ImportedRow, MemberImport, Stage, Verdict
from accounts.models.invitations import Invitation
from accounts.models.limits import Limit
from accounts.models.notes import Label, MemberNote, label_names
from accounts.models.users import State, User, UserQuerySet

__all__ = [
    "Consent",
    "FormerAddress",
    "Grant",
    "ImportedRow",
    "Invitation",
    "Kind",
    "Label",
    "Limit",
    "MemberImport",
    "MemberNote",
    "Stage",
    "State",
    "User",
    "UserQuerySet",
    "Verdict",
    "label_names",
]
