"""Partial updates: which fields an Update RPC changes (AIP-134)."""

from __future__ import annotations

from collections.abc import Sequence

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from services.kit.errors import InvalidRequest


def fields_to_change(mask: FieldMask, message: Message, changeable: Sequence[str]) -> list[str]:
    """The paths of the mask; without any, every changeable field that is set in the message, so a field is only cleared by name. A path may
    lead into a changeable message, as `settings.timeout` does.

    Raises InvalidRequest for a path that can't be changed.
    """
    for path in mask.paths:
        exists = FieldMask(paths=[path]).IsValidForDescriptor(message.DESCRIPTOR)  # type: ignore[arg-type]
        if path.partition(".")[0] not in changeable or not exists:
            raise InvalidRequest.of("update_mask", f"{path} can't be changed; these fields can: {', '.join(changeable)}")
    if mask.paths:
        return list(dict.fromkeys(mask.paths))
    present = {field.name for field, _ in message.ListFields()}
    return [path for path in changeable if path in present]
