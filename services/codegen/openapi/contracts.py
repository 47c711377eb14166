"""Messages, enums, RPCs and their options by full name, from a compiled image.

protovalidate's Python package brings its own protobuf runtime, so its options are unknown to `google.protobuf`. They are read with classes
made from the image itself, which holds every extension that its files use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from google.protobuf import message_factory
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    OneofDescriptorProto,
    ServiceDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message as ProtobufMessage

from services.codegen.comments import comments

STATUS = "google.rpc.Status"


@dataclass(frozen=True)
class Message:
    """A message with its full name; `proto3` says that plain fields can't tell unset from zero."""

    name: str
    proto: DescriptorProto
    proto3: bool

    def field(self, name: str) -> FieldDescriptorProto:
        """The field with this proto name; KeyError when there is none."""
        for field in self.proto.field:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name}")

    def has_presence(self, field: FieldDescriptorProto) -> bool:
        """Whether unset differs from the zero value: messages, `optional`, members of a oneof."""
        if is_repeated(field):
            return False
        return not self.proto3 or field.type == FieldDescriptorProto.TYPE_MESSAGE or field.HasField("oneof_index")

    def members(self, oneof: int) -> list[str]:
        """The names of the fields of a oneof; empty for the one that protoc makes behind an `optional` field."""
        return [f.name for f in self.proto.field if in_oneof(f) and f.oneof_index == oneof]


@dataclass(frozen=True)
class Rpc:
    """An RPC with its policy, None if it has none, and its REST bindings, the main one first."""

    service: ServiceDescriptorProto
    name: str
    proto: MethodDescriptorProto
    policy: Any
    bindings: list[Any]

    @property
    def roles(self) -> list[str]:
        """The names of the roles that let a caller from outside in."""
        if self.policy is None:
            return []
        kind = self.policy.DESCRIPTOR.fields_by_name["roles"].enum_type
        return [kind.values_by_number[role].name for role in self.policy.roles]

    @property
    def error_shape(self) -> str:
        """The name of the JSON shape of errors over REST."""
        return value_name(self.policy, "error_shape") if self.policy is not None else ""


class Contracts:
    """Everything in one image, by full name without a leading dot. Options come as dynamic messages, of their extension's type."""

    def __init__(self, image: FileDescriptorSet) -> None:
        self.messages: dict[str, Message] = {}
        self.enums: dict[str, EnumDescriptorProto] = {}
        self._comments: dict[str, str] = {}
        self._files = _complete(image)
        self._pool = DescriptorPool()
        for file in self._files:
            self._pool.Add(file)
            self._comments |= comments(file)
            self.enums |= {f"{file.package}.{e.name}": e for e in file.enum_type}
            for message in file.message_type:
                self._add(file.package, message, proto3=file.syntax == "proto3")

    def comment(self, name: str) -> str:
        """The comment on the thing with this full name; empty when it has none."""
        return self._comments.get(name, "")

    def own_files(self) -> list[FileDescriptorProto]:
        """The files of this repository's own contracts."""
        return [file for file in self._files if file.package.startswith("uat.")]

    def own_messages(self) -> Iterator[tuple[str, DescriptorProto]]:
        """Every message of this repository's own contracts, by full name."""
        return ((name, message.proto) for name, message in self.messages.items() if name.startswith("uat."))

    def rpcs(self) -> Iterator[Rpc]:
        """Every RPC of this repository's own contracts, in the order of declaration."""
        for file in self.own_files():
            for service in file.service:
                for method in service.method:
                    policy = self._option(method.options, "uat.options.v1.policy")
                    http = self._option(method.options, "google.api.http")
                    bindings = [http, *http.additional_bindings] if http else []
                    yield Rpc(service, f"{file.package}.{service.name}.{method.name}", method, policy, bindings)

    def exposed(self) -> list[Rpc]:
        """Every RPC with a REST binding that its policy opens to callers from outside, in the order of declaration."""
        return [rpc for rpc in self.rpcs() if rpc.bindings and rpc.policy and (rpc.policy.public or rpc.policy.roles)]

    def field_rules(self, field: FieldDescriptorProto) -> Any | None:
        """The field's `buf.validate.field`, if it has one and it is not switched off."""
        rules = self._option(field.options, "buf.validate.field")
        return None if rules is not None and _ignore(rules) == "IGNORE_ALWAYS" else rules

    def json_message(self, field: FieldDescriptorProto) -> str | None:
        """The full name of the message that describes the JSON in a `google.api.HttpBody` field, if the contract names one."""
        return self._option(field.options, "uat.options.v1.json_message")

    def message_rules(self, message: Message) -> Any | None:
        """The message's `buf.validate.message`, if it has one."""
        return self._option(message.proto.options, "buf.validate.message")

    def oneof_required(self, oneof: OneofDescriptorProto) -> bool:
        """Whether exactly one field of the oneof must be set, rather than at most one."""
        rules = self._option(oneof.options, "buf.validate.oneof")
        return rules is not None and bool(rules.required)

    def _option(self, options: ProtobufMessage, extension: str) -> Any | None:
        try:
            handle: Any = self._pool.FindExtensionByName(extension)
        except KeyError:
            return None
        known = message_factory.GetMessageClass(self._pool.FindMessageTypeByName(options.DESCRIPTOR.full_name))()
        known.MergeFromString(options.SerializeToString())
        return known.Extensions[handle] if known.HasExtension(handle) else None

    def _add(self, scope: str, proto: DescriptorProto, *, proto3: bool) -> None:
        name = f"{scope}.{proto.name}"
        self.messages[name] = Message(name, proto, proto3)
        self.enums |= {f"{name}.{e.name}": e for e in proto.enum_type}
        for nested in proto.nested_type:
            self._add(name, nested, proto3=proto3)


def is_repeated(field: FieldDescriptorProto) -> bool:
    """Whether the field is a list or a map."""
    return field.label == FieldDescriptorProto.LABEL_REPEATED


def in_oneof(field: FieldDescriptorProto) -> bool:
    """Whether the field is a member of a declared oneof."""
    return field.HasField("oneof_index") and not field.proto3_optional


def skips_zero(rules: Any) -> bool:
    """Whether the field's rules do not apply while it has its zero value."""
    return _ignore(rules) == "IGNORE_IF_ZERO_VALUE"


def value_name(message: Any, field: str) -> str:
    """The name of the value of an enum field of a dynamic message."""
    return str(message.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number[getattr(message, field)].name)


def _ignore(rules: Any) -> str:
    return value_name(rules, "ignore")


def _complete(image: FileDescriptorSet) -> list[FileDescriptorProto]:
    """The image's files, with google.rpc.Status, which errors have and no contract has to import."""
    files = list(image.file)
    present = {f.name for f in files}
    status = import_module("google.rpc.status_pb2").DESCRIPTOR  # by name: the package has no types
    for descriptor in (*status.dependencies, status):
        if descriptor.name not in present:
            extra = FileDescriptorProto()
            descriptor.CopyToProto(extra)
            files.append(extra)
    return files
