"""Holds every message that comes in against its contract's bounds, so that no handler checks a shape again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import protovalidate
from google.protobuf.message import Message

from services.kit.call import Call, Handler
from services.kit.errors import FieldViolation, InvalidRequest


async def validate(call: Call, proceed: Handler) -> Message | None:
    """Fails with INVALID_ARGUMENT and a `BadRequest` that names every field at fault. Messages of a stream are checked as they come."""
    if call.request is not None:
        check(call.request)
    elif call.requests is not None:
        call.requests = _checked(call.requests)
    return await proceed(call)


def check(message: Message) -> None:
    """Raises InvalidRequest when the message breaks its contract."""
    violations = protovalidate.collect_violations(message)
    if violations:
        fields = [_field(v) for v in violations]
        raise InvalidRequest("; ".join(f"{f.field}: {f.description}" if f.field else f.description for f in fields[:5]), fields=fields)


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
