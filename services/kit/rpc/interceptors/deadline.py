"""Refuses work that can't end in time, before it costs anything."""

from __future__ import annotations

from collections.abc import Awaitable

from google.protobuf.message import Message

from services.kit.errors import DeadlineTooShort
from services.kit.rpc.call import Call, Handler

LEAST = 0.002
"""Seconds below which no handler of the mesh can answer."""


def deadline_budget(call: Call, proceed: Handler) -> Awaitable[Message | None]:
    """Fails with DEADLINE_EXCEEDED when less than `LEAST` is left. Outgoing calls take their timeout from the same budget."""
    remaining = call.context.remaining()
    if remaining is not None and remaining < LEAST:
        raise DeadlineTooShort(f"{max(remaining, 0) * 1000:.1f} ms are left of the deadline: no work was started")
    return proceed(call)
