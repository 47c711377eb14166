"""Gives the call its context: request id, deadline and trace parent."""

from __future__ import annotations

import random
import re
import time

from google.protobuf.message import Message

from services.kit.context import serving
from services.kit.rpc.call import Call, Handler

HEADER = "x-request-id"
_GOOD = re.compile(r"[\x21-\x7e]{1,128}").fullmatch


async def request_id(call: Call, proceed: Handler) -> Message | None:
    """Takes the caller's `x-request-id`, or makes one when there is none or it isn't 1 to 128 visible ASCII characters."""
    given = call.metadata.get(HEADER, "")
    call.context.request_id = given if _GOOD(given) else f"{random.getrandbits(128):032x}"
    call.context.traceparent = call.metadata.get("traceparent")
    remaining = call.wire.time_remaining()
    if remaining is not None:
        call.context.deadline = time.monotonic() + remaining
    with serving(call.context):
        return await proceed(call)
