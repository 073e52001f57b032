"""Pending codes and log-ins, bound to the member as they were when these began.

allauth keeps a code, or a log-in that waits at a stage, in the session that began it, and doesn't
look at the member again. A code that was sent to a mailbox before the address changed would still
log in there, and restore the old address. So a code and a log-in are valid only while the member's
session epoch is the same, and a code only while its address is the member's.

allauth has no setting for this. All its kinds of codes share one base class, and all its stages
share one form of storage. Both are patched here, and nowhere else.
"""

from typing import Any

from allauth.account.internal.flows.code_verification import (
    AbstractCodeVerificationProcess as CodeProcess,
)
from allauth.account.models import EmailAddress, Login

from accounts.models import User

EPOCH = "epoch"


def bind() -> None:
    """Patch allauth to bind every code and log-in. Called once, when the apps are ready."""
    begin, is_valid = CodeProcess.initial_state.__func__, CodeProcess.is_valid
    serialize, deserialize = Login.serialize, Login.deserialize.__func__

    def initial_state(cls: Any, user: User | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        state: dict[str, Any] = begin(cls, user, *args, **kwargs)
        return state if user is None else {**state, EPOCH: user.session_epoch}

    def is_valid_for_member(process: CodeProcess) -> bool:
        return is_valid(process) and is_still_theirs(process)

    def serialize_bound(login: Login) -> dict[str, Any]:
        return {**serialize(login), EPOCH: present_epoch(login.user)}

    def deserialize_bound(cls: Any, data: dict[str, Any]) -> Login:
        """Raises ValueError for a log-in that the member has ended since it began."""
        login: Login = deserialize(cls, data)
        if data.get(EPOCH) != (login.user and login.user.session_epoch):
            raise ValueError
        return login

    CodeProcess.initial_state, CodeProcess.is_valid = (
        classmethod(initial_state),
        is_valid_for_member,
    )
    Login.serialize, Login.deserialize = serialize_bound, classmethod(deserialize_bound)


def present_epoch(user: User | None) -> int | None:
    """The stored epoch. The log-in itself may have raised it, by the first proof of the address."""
    if user is None:
        return None
    return User.objects.filter(pk=user.pk).values_list("session_epoch", flat=True).first()


def is_still_theirs(process: Any) -> bool:
    user, state = process.user, process.state
    if user is None:  # nobody had that address, or the member was deleted
        return "user_id" not in state
    if state.get(EPOCH) != user.session_epoch:
        return False
    if process.request.user == user:  # a logged-in member may be changing their address
        return True
    return EmailAddress.objects.filter(user=user, email=state.get("email")).exists()
