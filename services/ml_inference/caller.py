"""The caller and the deadline of the current call, as the data path takes them."""

from __future__ import annotations

from services.kit.context import Caller, current
from services.kit.errors import Unauthenticated


def calling_user() -> Caller:
    """The user whose token came with the call, or the calling service itself."""
    call = current()
    if call is not None and call.caller is not None:
        return call.caller
    if call is None or call.service is None:
        raise Unauthenticated("this call needs a user's token: send `authorization: Bearer <token>`")
    name = f"service:{call.service}"
    return Caller(name, name, name, frozenset(), frozenset(), issued_at=0.0, expires_at=float("inf"), kind="service")


def deadline() -> float | None:
    """The call's deadline on the monotonic clock."""
    call = current()
    return None if call is None else call.deadline
