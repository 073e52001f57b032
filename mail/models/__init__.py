from mail.models.addresses import AddressState, Reason
from mail.models.messages import Message, MessageQuerySet, Outcome, Priority

__all__ = [
    "AddressState",
    "Message",
    "MessageQuerySet",
    "Outcome",
    "Priority",
    "Reason",
]
