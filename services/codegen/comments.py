"""The comments of a contract as text for people: unwrapped, by the full name of what they stand before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FileDescriptorProto

_LIST_ITEM = re.compile(r"(?:[-*]|\d+\.) ")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")

Path = tuple[int, ...]

# Field numbers inside descriptor.proto: they make up the paths of SourceCodeInfo.
_FILE_MESSAGE, _FILE_ENUM, _FILE_SERVICE = 4, 5, 6
_MESSAGE_FIELD, _MESSAGE_NESTED, _MESSAGE_ENUM, _MESSAGE_ONEOF = 2, 3, 4, 8
_ENUM_VALUE, _SERVICE_METHOD = 2, 2


def comments(file: FileDescriptorProto) -> dict[str, str]:
    """Every leading comment of the file, by full name; none for a file that was compiled without source info.

    An enum's values are named under the enum: `uat.chat.v1.MessageRole.MESSAGE_ROLE_USER`.
    """
    names = dict(_paths(file))
    found = ((names.get(tuple(place.path)), place.leading_comments) for place in file.source_code_info.location)
    return {name: unwrap(text) for name, text in found if name and text.strip()}


def unwrap(comment: str) -> str:
    """The comment without its line breaks; paragraphs and list items stay apart."""
    lines: list[str] = []
    joins = False
    for line in (raw.strip() for raw in comment.strip().splitlines()):
        if joins and line and not _LIST_ITEM.match(line):
            lines[-1] += " " + line
        else:
            lines.append(line)
        joins = bool(line)
    return "\n".join(lines)


def first_sentence(comment: str) -> str:
    """The comment up to the first stop that ends a sentence, at most a paragraph. Dots inside code end nothing."""
    paragraph = comment.split("\n", 1)[0]
    for end in _SENTENCE_END.finditer(paragraph):
        if paragraph.count("`", 0, end.start()) % 2 == 0:
            return paragraph[: end.end()]
    return paragraph


def _paths(file: FileDescriptorProto) -> Iterator[tuple[Path, str]]:
    yield from _messages((_FILE_MESSAGE,), file.package, file.message_type)
    yield from _enums((_FILE_ENUM,), file.package, file.enum_type)
    for i, service in enumerate(file.service):
        name = f"{file.package}.{service.name}"
        yield (_FILE_SERVICE, i), name
        yield from (((_FILE_SERVICE, i, _SERVICE_METHOD, j), f"{name}.{method.name}") for j, method in enumerate(service.method))


def _messages(path: Path, scope: str, messages: Sequence[DescriptorProto]) -> Iterator[tuple[Path, str]]:
    for i, message in enumerate(messages):
        here, name = (*path, i), f"{scope}.{message.name}"
        yield here, name
        yield from (((*here, _MESSAGE_FIELD, j), f"{name}.{field.name}") for j, field in enumerate(message.field))
        yield from (((*here, _MESSAGE_ONEOF, j), f"{name}.{oneof.name}") for j, oneof in enumerate(message.oneof_decl))
        yield from _messages((*here, _MESSAGE_NESTED), name, message.nested_type)
        yield from _enums((*here, _MESSAGE_ENUM), name, message.enum_type)


def _enums(path: Path, scope: str, enums: Sequence[EnumDescriptorProto]) -> Iterator[tuple[Path, str]]:
    for i, enum in enumerate(enums):
        here, name = (*path, i), f"{scope}.{enum.name}"
        yield here, name
        yield from (((*here, _ENUM_VALUE, j), f"{name}.{value.name}") for j, value in enumerate(enum.value))
