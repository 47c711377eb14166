"""Contract messages as plain JSON values, in OpenAI's terms: numbers stay numbers, and only what was set is there."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import ListValue, Struct, Value


def plain(message: Message) -> dict[str, Any]:
    """The fields that are set, by their proto names.

    protobuf's own `json_format` is not used: it writes int64 as a string, which OpenAI's servers refuse.
    """
    found: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            found[field.name] = dict(value)
        elif field.is_repeated:
            found[field.name] = [_one(field, item) for item in value]
        else:
            found[field.name] = _one(field, value)
    return found


def of_value(value: Value) -> Any:
    """What a `google.protobuf.Value` holds; a whole number comes back as an int."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    if kind == "bool_value":
        return value.bool_value
    if kind == "struct_value":
        return of_struct(value.struct_value)
    if kind == "list_value":
        return [of_value(item) for item in value.list_value.values]
    return None


def of_struct(struct: Struct) -> dict[str, Any]:
    """What a `google.protobuf.Struct` holds."""
    return {key: of_value(value) for key, value in struct.fields.items()}


def _one(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type is None:
        return value
    if isinstance(value, Value):
        return of_value(value)
    if isinstance(value, Struct):
        return of_struct(value)
    if isinstance(value, ListValue):
        return [of_value(item) for item in value.values]
    return plain(value)
