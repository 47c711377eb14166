"""The style of the contracts beyond what buf checks: each rule is a function that yields faults, one sentence each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorSet, MethodOptions

from services.codegen.comments import comments
from services.codegen.openapi.contracts import Contracts

COMMON_REASONS = "uat.common.v1.ErrorReason"
HTTP_BODY = ".google.api.HttpBody"
PAGE_FIELDS = {"page_size", "page_token"}
PRECONDITIONS = re.compile(r"revision|if_match|if_version|expected_(etag|version|revision|collection)")
"""Names that contracts have used for what `etag` does."""
CLOCKLESS = {"eta": "estimated_end_time", "complete_time": "end_time", "change_time": "time"}
_VERB = re.compile(r":([^/:{}]+)$")
_CAMEL = re.compile(r"[a-z]+([A-Z][a-z0-9]*)*")
_REASON = re.compile(r"ERROR_REASON_[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_SENTENCE_AS_NOUN = re.compile(r"(Is|Are|Says|Holds|Lists|Counts(?! of)) ")
_POINTS_VERSION = "uat.vector_db.v1.UpsertPointsRequest"  # compares the `version` of each of many points, not an etag of one resource

Rule = Callable[[Contracts], Iterator[str]]


def faults(image: FileDescriptorSet) -> list[str]:
    """Every fault of style in the image's own contracts. The image must have source info."""
    contracts = Contracts(image)
    return sorted({fault for rule in RULES for fault in rule(contracts)})


def custom_verbs(contracts: Contracts) -> Iterator[str]:
    """Custom verbs of REST paths are in camelCase (AIP-136)."""
    for rpc in contracts.rpcs():
        for binding in rpc.bindings:
            verb = _VERB.search(getattr(binding, binding.WhichOneof("pattern") or "get"))
            if verb and not _CAMEL.fullmatch(verb[1]):
                yield f"{rpc.name}: write the custom verb {verb[1]} in camelCase"


def pages(contracts: Contracts) -> Iterator[str]:
    """Lists have pages (AIP-158), unless another standard defines their shape."""
    for rpc in contracts.rpcs():
        if not rpc.proto.name.startswith("List") or rpc.proto.output_type == HTTP_BODY or rpc.error_shape == "ERROR_SHAPE_OPENAI":
            continue
        request, response = (contracts.messages[kind[1:]].proto for kind in (rpc.proto.input_type, rpc.proto.output_type))
        missing = sorted(PAGE_FIELDS - _names(request)) + sorted({"next_page_token"} - _names(response))
        if missing:
            yield f"{rpc.name}: a List needs {', '.join(missing)}"


def preconditions(contracts: Contracts) -> Iterator[str]:
    """A precondition is a field `etag`, and a call with one isn't IDEMPOTENT: repeated after its success, it fails."""
    for name, message in contracts.own_messages():
        for field in message.field:
            if PRECONDITIONS.fullmatch(field.name) and name != _POINTS_VERSION:
                yield f"{name}.{field.name}: use etag"
    for rpc in contracts.rpcs():
        request = contracts.messages[rpc.proto.input_type[1:]].proto
        changed = [contracts.messages[f.type_name[1:]].proto for f in request.field if f.type_name[1:] in contracts.messages]
        compares = "etag" in _names(request) or any("etag" in _names(m) for m in changed)
        if compares and rpc.proto.options.idempotency_level == MethodOptions.IDEMPOTENT:
            yield f"{rpc.name}: its request has an etag, so it isn't IDEMPOTENT"


def reasons(contracts: Contracts) -> Iterator[str]:
    """A service declares no reason that `uat.common.v1` has; each reason has an example."""
    common = {value.name for value in contracts.enums[COMMON_REASONS].value} - {"ERROR_REASON_UNSPECIFIED"}
    for name, enum in contracts.enums.items():
        if not name.endswith(".ErrorReason"):
            continue
        for value in enum.value:
            if name != COMMON_REASONS and value.name in common:
                yield f"{name}: {value.name} is declared in {COMMON_REASONS}"
            if not _REASON.fullmatch(value.name):
                yield f"{name}: {value.name} isn't written ERROR_REASON_<NAME>"
            if value.number and "Example:" not in contracts.comment(f"{name}.{value.name}"):
                yield f"{name}: {value.name} has no example"


def times(contracts: Contracts) -> Iterator[str]:
    """Times have one name each."""
    for name, message in contracts.own_messages():
        yield from (f"{name}.{f.name}: use {CLOCKLESS[f.name]}" for f in message.field if f.name in CLOCKLESS)


def noun_phrases(contracts: Contracts) -> Iterator[str]:
    """Comments of messages, fields, enums and their values are noun phrases; only RPCs and services have a verb."""
    for file in contracts.own_files():
        services = {f"{file.package}.{s.name}" for s in file.service}
        for name, text in comments(file).items():
            if _SENTENCE_AS_NOUN.match(text) and name not in services and name.rpartition(".")[0] not in services:
                yield f"{name}: begin the comment with a noun, not with {text.split()[0]!r}"


def administration(contracts: Contracts) -> Iterator[str]:
    """RPCs with an `.admin` scope are for tenant administrators and operators: every user who signs up holds ROLE_USER."""
    for rpc in contracts.rpcs():
        if rpc.policy and any(scope.endswith(".admin") for scope in rpc.policy.scopes) and "ROLE_USER" in rpc.roles:
            yield f"{rpc.name}: an .admin scope and ROLE_USER contradict each other"


RULES: tuple[Rule, ...] = (custom_verbs, pages, preconditions, reasons, times, noun_phrases, administration)


def _names(message: DescriptorProto) -> set[str]:
    return {field.name for field in message.field}
