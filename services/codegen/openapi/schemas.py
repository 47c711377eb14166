"""Messages and enums as JSON Schema, as the edge's transcoder prints them: proto field names, 64-bit numbers as strings, enums by name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from services.codegen.openapi.bounds import Names, Schema, bounds, merge, refuses, sentences
from services.codegen.openapi.contracts import Contracts, Message, is_repeated, skips_zero

_F = FieldDescriptorProto
_INT64: Schema = {"type": "string", "format": "int64", "pattern": "^-?[0-9]+$"}
_UINT64: Schema = {"type": "string", "format": "uint64", "pattern": "^[0-9]+$"}
_INT32: Schema = {"type": "integer", "format": "int32"}
_UINT32: Schema = {"type": "integer", "format": "uint32", "minimum": 0}
_BYTES: Schema = {"type": "string", "contentEncoding": "base64"}

_SCALARS: dict[int, Schema] = {
    _F.TYPE_DOUBLE: {"type": "number", "format": "double"},
    _F.TYPE_FLOAT: {"type": "number", "format": "float"},
    _F.TYPE_BOOL: {"type": "boolean"},
    _F.TYPE_STRING: {"type": "string"},
    _F.TYPE_BYTES: _BYTES,
    **dict.fromkeys((_F.TYPE_INT64, _F.TYPE_SINT64, _F.TYPE_SFIXED64), _INT64),
    **dict.fromkeys((_F.TYPE_UINT64, _F.TYPE_FIXED64), _UINT64),
    **dict.fromkeys((_F.TYPE_INT32, _F.TYPE_SINT32, _F.TYPE_SFIXED32), _INT32),
    **dict.fromkeys((_F.TYPE_UINT32, _F.TYPE_FIXED32), _UINT32),
}

# Well-known types that are one string or number in JSON, and can therefore stand in a query.
PLAIN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,9})?s$"},
    "google.protobuf.FieldMask": {"type": "string", "format": "google-fieldmask"},
}
HTTP_BODY = "google.api.HttpBody"
_FREE: dict[str, Schema] = {
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Value": {},
    "google.protobuf.ListValue": {"type": "array", "items": {}},
    "google.protobuf.Empty": {"type": "object"},
    "google.protobuf.Any": {"type": "object", "properties": {"@type": {"type": "string"}}, "required": ["@type"]},
    HTTP_BODY: {},
}


class Schemas:
    """Builds schemas, and collects those that are referred to in `components`."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self.components: dict[str, Schema] = {}

    def of_type(self, name: str) -> Schema:
        """The schema of a message: a reference, or the form of its own that a well-known type has."""
        if name in PLAIN or name in _FREE:
            return dict((PLAIN | _FREE)[name])
        short = name.removeprefix("uat.")
        if short not in self.components:
            self.components[short] = {}  # a message may hold itself
            self.components[short] = self.message(self._contracts.messages[name])
        return {"$ref": f"#/components/schemas/{short}"}

    def message(self, message: Message, without: Collection[str] = ()) -> Schema:
        """The message's own schema, less the fields at the dotted paths `without`, which come by another way."""
        fields = [f for f in message.proto.field if f.name not in without]
        schema: Schema = {"type": "object"}
        rules = self._contracts.message_rules(message)
        choices = [c for c in self._choices(message) if not set(without) & set(c[0])]
        said = [self._contracts.comment(message.name), *(sentences(rules) if rules else ()), *(_said(members, e) for members, e in choices)]
        if any(said):
            schema["description"] = " ".join(filter(None, said))
        if fields:
            schema["properties"] = {f.name: self._property(message, f, _inside(without, f.name)) for f in fields}
        required = [f.name for f in fields if self.is_required(message, f)]
        if required:
            schema["required"] = required
        alternatives = [_one_of(members, exactly) for members, exactly in choices]
        if len(alternatives) == 1:
            schema["oneOf"] = alternatives[0]
        elif alternatives:
            schema["allOf"] = [{"oneOf": a} for a in alternatives]
        return schema

    def field(self, message: Message, field: FieldDescriptorProto) -> Schema:
        """The schema of the field's value with its bounds, and without its description."""
        rules = self._contracts.field_rules(field)
        names = self._names(field)
        entry = self._map_entry(field)
        if entry:
            return self._map(entry, rules)
        found = bounds(rules, names) if rules else {}
        if not is_repeated(field):
            return merge(self._value(field), _not_zero(found, self._zero(field)) if self._must_be_set(message, field) else found)
        items = self._value(field)
        if rules and rules.repeated.HasField("items"):
            items = merge(items, bounds(rules.repeated.items, names))
        return merge({"type": "array", "items": items}, _not_zero(found, []) if self._must_be_set(message, field) else found)

    def description(self, message: Message, field: FieldDescriptorProto) -> str:
        """The field's comment, and what its rules say that the schema can't."""
        rules = self._contracts.field_rules(field)
        return " ".join(filter(None, [self._contracts.comment(f"{message.name}.{field.name}"), *(sentences(rules) if rules else ())]))

    def is_required(self, message: Message, field: FieldDescriptorProto) -> bool:
        """Whether a request without the field is refused: it is marked so, or its bounds do not allow the zero that unset reads as."""
        rules = self._contracts.field_rules(field)
        if rules is None:
            return False
        if rules.required:
            return True
        if message.has_presence(field) or skips_zero(rules):
            return False
        return refuses(self._zero(field), bounds(rules, self._names(field)))

    def is_map(self, field: FieldDescriptorProto) -> bool:
        """Whether the field is a map."""
        return self._map_entry(field) is not None

    def _property(self, message: Message, field: FieldDescriptorProto, without: Collection[str]) -> Schema:
        schema = self.message(self._contracts.messages[field.type_name[1:]], without) if without else self.field(message, field)
        description = self.description(message, field)
        return {**schema, "description": description} if description else schema

    def _value(self, field: FieldDescriptorProto) -> Schema:
        if field.type == _F.TYPE_ENUM:
            return self._enum(field.type_name[1:])
        return self.of_type(field.type_name[1:]) if field.type == _F.TYPE_MESSAGE else dict(_SCALARS[field.type])

    def _enum(self, name: str) -> Schema:
        short = name.removeprefix("uat.")
        if short not in self.components:
            values = [v.name for v in self._contracts.enums[name].value]
            said = [(value, self._contracts.comment(f"{name}.{value}")) for value in values]
            lines = [f"- `{value}`: {comment}" for value, comment in said if comment]
            description = "\n\n".join(filter(None, [self._contracts.comment(name), "\n".join(lines)]))
            self.components[short] = {"type": "string", **({"description": description} if description else {}), "enum": values}
        return {"$ref": f"#/components/schemas/{short}"}

    def _map(self, entry: Message, rules: Any) -> Schema:
        key, value = entry.field("key"), entry.field("value")
        own = rules.map if rules else None
        schema: Schema = {"type": "object", "additionalProperties": self._value(value)}
        if own and own.HasField("values"):
            schema["additionalProperties"] = merge(schema["additionalProperties"], bounds(own.values, self._names(value)))
        keys: Schema = {} if key.type == _F.TYPE_STRING else {"pattern": "^-?[0-9]+$"}
        if key.type == _F.TYPE_STRING and own and own.HasField("keys"):
            keys = bounds(own.keys, {})
        found = bounds(rules, {}) if rules else {}
        if rules and rules.required:
            found = _not_zero(found, {})
        return {**schema, **({"propertyNames": keys} if keys else {}), **found}

    def _map_entry(self, field: FieldDescriptorProto) -> Message | None:
        if field.type != _F.TYPE_MESSAGE:
            return None
        message = self._contracts.messages[field.type_name[1:]]
        return message if message.proto.options.map_entry else None

    def _names(self, field: FieldDescriptorProto) -> Names:
        if field.type != _F.TYPE_ENUM:
            return {}
        return {v.number: v.name for v in reversed(self._contracts.enums[field.type_name[1:]].value)}

    def _zero(self, field: FieldDescriptorProto) -> object:
        if is_repeated(field):
            return {} if self.is_map(field) else []
        if field.type == _F.TYPE_ENUM:
            return self._names(field).get(0, 0)
        return {"string": "", "boolean": False, "integer": 0, "number": 0}[_SCALARS[field.type]["type"]] if _is_plain(field) else "0"

    def _must_be_set(self, message: Message, field: FieldDescriptorProto) -> bool:
        rules = self._contracts.field_rules(field)
        return bool(rules is not None and rules.required and not message.has_presence(field))

    def _choices(self, message: Message) -> list[tuple[list[str], bool]]:
        """The fields of every oneof, and whether exactly one of them has to be set."""
        found = [(message.members(i), self._contracts.oneof_required(oneof)) for i, oneof in enumerate(message.proto.oneof_decl)]
        return [(members, exactly) for members, exactly in found if members]


def _is_plain(field: FieldDescriptorProto) -> bool:
    return "64" not in str(_SCALARS[field.type].get("format", ""))


def _inside(paths: Collection[str], field: str) -> set[str]:
    return {path.removeprefix(f"{field}.") for path in paths if path.startswith(f"{field}.")}


def _said(members: list[str], exactly: bool) -> str:
    names = ", ".join(f"`{name}`" for name in members)
    return f"{'Exactly' if exactly else 'At most'} one of {names} is set." if len(members) > 1 else ""


def _one_of(members: list[str], exactly: bool) -> list[Schema]:
    options: list[Schema] = [{"title": name, "required": [name]} for name in members]
    return options if exactly else [*options, {"title": "none", "not": {"anyOf": [{"required": [name]} for name in members]}}]


def _not_zero(found: Schema, zero: object) -> Schema:
    """The bounds of a required field that can't tell unset from zero: zero is refused."""
    if refuses(zero, found):
        return found
    for kind, least in ((str, "minLength"), (list, "minItems"), (dict, "minProperties")):
        if isinstance(zero, kind) and not zero:
            return {**found, least: 1}
    return merge(found, {"not": {"enum": [zero]}})
