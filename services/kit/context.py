"""The context of an RPC or a background task: its request id, its verified caller and its deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from services.kit.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified user. `tenant_id` is the tenant whose data the caller may reach. It comes from the credential, never from a request."""

    user_id: str
    tenant_id: str
    token_id: str
    """The id of the session or API key that the user signed in with. Revoking it ends everything that was started with it."""
    roles: frozenset[str]
    scopes: frozenset[str]
    issued_at: float
    expires_at: float
    kind: str = "session"
    """`session` or `api_key` for a user's own token, `delegated` for a user on whose behalf a service acts."""

    def holds(self, scope: str) -> bool:
        """Whether the credential grants this scope, by name or through `*`."""
        return scope in self.scopes or "*" in self.scopes


@dataclass(slots=True)
class CallContext:
    """The context of one RPC or one background task."""

    request_id: str
    method: str
    """The RPC's path, or the background task's name."""
    deadline: float | None = None
    """On the monotonic clock. None: no deadline."""
    caller: Caller | None = None
    service: str | None = None
    """The service of the mesh that made the call. None: the call came from outside the mesh."""
    authorization: str | None = None
    """The caller's own bearer token, forwarded to services below. Without one, calls below are made on the caller's behalf."""
    traceparent: str | None = None
    log: dict[str, object] = field(default_factory=dict)
    """Fields that the handler adds to the log record of the call."""

    def remaining(self) -> float | None:
        """Seconds until the deadline. None: no deadline."""
        return None if self.deadline is None else self.deadline - time.monotonic()


_current: ContextVar[CallContext | None] = ContextVar("uat_call", default=None)


def current() -> CallContext | None:
    """The context of the RPC or background task that runs now. None: neither runs."""
    return _current.get()


def caller() -> Caller:
    """The verified user of the current context. Raises Unauthenticated if there is none."""
    call = _current.get()
    if call is None or call.caller is None:
        raise Unauthenticated("this call needs a user's token: send `authorization: Bearer <token>`")
    return call.caller


@contextmanager
def serving(call: CallContext) -> Iterator[None]:
    """Makes `call` the current context inside the block."""
    token = _current.set(call)
    try:
        yield
    finally:
        _current.reset(token)


MARGIN = 0.001
"""Seconds of the deadline kept back on each hop, so that this process sees a timeout below before its own caller does."""


def timeout_within(timeout: float | None) -> float | None:
    """The timeout in seconds for one hop: what is left of the current call's deadline, and `timeout` at most. None: no end."""
    call = current()
    remaining = call.remaining() if call is not None else None
    if remaining is None:
        return timeout
    return max(0.0, remaining - MARGIN) if timeout is None else max(0.0, min(timeout, remaining - MARGIN))


def context_fields(service: str) -> Callable[[object, str, MutableMapping[str, Any]], MutableMapping[str, Any]]:
    """A structlog processor that adds to each record the service, and the request id, the tenant and the user of the current context."""

    def add(_: object, __: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        record.setdefault("service", service)
        call = _current.get()
        if call is not None:
            record.setdefault("request_id", call.request_id)
            if call.caller is not None:
                record.setdefault("tenant", call.caller.tenant_id)
                record.setdefault("user", call.caller.user_id)
        return record

    return add
