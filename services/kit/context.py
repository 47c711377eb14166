"""What is known about the call that is being served: who calls, under which request id, and until when."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from services.kit.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified identity. `tenant_id` is where the caller's data lives; it comes from the token and from nowhere else."""

    user_id: str
    tenant_id: str
    token_id: str
    roles: frozenset[str]
    scopes: frozenset[str]
    issued_at: float
    expires_at: float
    kind: str = "session"
    """`session` or `api_key`."""

    def holds(self, scope: str) -> bool:
        """Whether the token was given this scope, or all of them."""
        return scope in self.scopes or "*" in self.scopes


@dataclass(slots=True)
class CallContext:
    """One call. `deadline` is on the monotonic clock; None means that the caller set none."""

    request_id: str
    method: str
    deadline: float | None = None
    caller: Caller | None = None
    service: str | None = None
    """The service of the mesh that made the call; None when it came from outside."""
    authorization: str | None = None
    traceparent: str | None = None
    log: dict[str, object] = field(default_factory=dict)
    """What the handler wants to see in the one log line of this call."""

    def remaining(self) -> float | None:
        """Seconds until the deadline, or None."""
        return None if self.deadline is None else self.deadline - time.monotonic()


_current: ContextVar[CallContext | None] = ContextVar("uat_call", default=None)


def current() -> CallContext | None:
    """The call that this task serves, or None outside of one."""
    return _current.get()


def caller() -> Caller:
    """Who calls. Raises Unauthenticated outside of a call that a verified user made."""
    call = _current.get()
    if call is None or call.caller is None:
        raise Unauthenticated("this call needs a user's token: send `authorization: Bearer <token>`")
    return call.caller


@contextmanager
def serving(call: CallContext) -> Iterator[None]:
    """Makes `call` the current one inside the block."""
    token = _current.set(call)
    try:
        yield
    finally:
        _current.reset(token)
