"""The member, what they have agreed to, and the mails on their way out."""

from accounts.models.addresses import FormerAddress
from accounts.models.consents import Consent, Kind
from accounts.models.imports import ImportedRow, MemberImport, Stage, Verdict
from accounts.models.limits import Limit
from accounts.models.messages import Message
from accounts.models.users import State, User, UserQuerySet

__all__ = [
    "Consent",
    "FormerAddress",
    "ImportedRow",
    "Kind",
    "Limit",
    "MemberImport",
    "Message",
    "Stage",
    "State",
    "User",
    "UserQuerySet",
    "Verdict",
]
