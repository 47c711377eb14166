"""Refuses a call that can't succeed before it costs anything: too little of its deadline is left, or a message violates the contract's
bounds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from functools import cache
from typing import Any

import protovalidate
from buf.validate import validate_pb2
from google.protobuf.message import Message

from services.kit.errors import DeadlineTooShort, FieldViolation, InvalidRequest
from services.kit.rpc.call import Call, Handler

LEAST_SECONDS = 0.002
"""No handler of the mesh can answer in less time."""


def validate(call: Call, proceed: Handler) -> Awaitable[Message | None]:
    """Fails with DEADLINE_EXCEEDED if less than `LEAST_SECONDS` is left, and with INVALID_ARGUMENT and a `BadRequest` that names every
    invalid field. The messages of a stream are checked as they arrive."""
    remaining = call.context.remaining()
    if remaining is not None and remaining < LEAST_SECONDS:
        raise DeadlineTooShort(f"{max(remaining, 0) * 1000:.1f} ms are left of the deadline: no work was started")
    if call.request is not None:
        check(call.request)
    elif call.requests is not None:
        call.requests = _checked(call.requests)
    return proceed(call)


def check(message: Message) -> None:
    """Raises InvalidRequest if the message violates its contract."""
    if not bounded(message.DESCRIPTOR):
        return
    violations = protovalidate.collect_violations(message)
    if violations:
        fields = [_field(v) for v in violations]
        raise InvalidRequest("; ".join(f"{f.field}: {f.description}" if f.field else f.description for f in fields[:5]), fields=fields)


@cache
def bounded(descriptor: Any) -> bool:
    """Whether messages of this type, or messages inside them, have bounds at all. Tensors have none, so they aren't scanned."""
    seen, left = set(), [descriptor]
    while left:
        kind = left.pop()
        if kind.full_name in seen:
            continue
        seen.add(kind.full_name)
        rules = [field.GetOptions().HasExtension(validate_pb2.field) for field in kind.fields]
        rules += [oneof.GetOptions().HasExtension(validate_pb2.oneof) for oneof in kind.oneofs]
        if kind.GetOptions().HasExtension(validate_pb2.message) or any(rules):
            return True
        left += [field.message_type for field in kind.fields if field.message_type is not None]
    return False


async def _checked(requests: AsyncIterator[Message]) -> AsyncIterator[Message]:
    async for request in requests:
        check(request)
        yield request


def _field(violation: protovalidate.Violation) -> FieldViolation:
    proto = violation.proto
    path = ""
    for element in proto.field.elements if proto.field else ():
        path += ("." if path else "") + element.field_name
        subscript = element.subscript
        if subscript is not None:
            path += f"[{subscript.value}]"
    return FieldViolation(path, proto.message, proto.rule_id)
