"""Each fault's reason is in its contract's `ErrorReason`, and each reason there has a fault, unless its RPC isn't built yet."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.descriptor_pool import Default

import services
from services import contracts
from services.kit.errors import Fault
from services.targets import TARGETS

FOLDER = Path(services.__file__).parent
ERROR_FILES = [path for path in sorted(FOLDER.rglob("errors.py")) if "mesh" not in path.parts and "testing" not in path.parts]
UNBUILT = set((FOLDER / "unbuilt.txt").read_text().split())
UNBUILT_REASONS = {
    "fast_llm": {"EVENTS_LOST", "LORA_NOT_FOUND", "OUT_OF_MEMORY", "SAVED_CACHE_NOT_FOUND"},
    "llm_router": {
        "ALIAS_NOT_FOUND",
        "BUDGET_EXCEEDED",
        "BUDGET_NOT_FOUND",
        "CONTENT_POLICY",
        "DECISION_NOT_FOUND",
        "GENERATION_NOT_FOUND",
        "NAME_TAKEN",
        "NO_PROVIDER_AVAILABLE",
        "PROVIDER_IN_USE",
        "PROVIDER_NOT_FOUND",
        "ROUTE_IN_USE",
        "ROUTE_LOOP",
    },
}
"""Reasons of RPCs that aren't built yet, by service. Building an RPC takes its reasons out of here."""
BUILT = sorted(set(UNBUILT_REASONS) | set(TARGETS) - {target for target, method in contracts.methods() if method.path[1:] in UNBUILT})
"""The services that are built, in full or but for these reasons."""


def faults(of: type[Fault] = Fault) -> Iterator[type[Fault]]:
    for kind in of.__subclasses__():
        yield kind
        yield from faults(kind)


def all_faults() -> set[type[Fault]]:
    for path in [*ERROR_FILES, FOLDER / "kit" / "clients.py"]:
        importlib.import_module("services." + ".".join(path.relative_to(FOLDER).with_suffix("").parts))
    return {kind for kind in faults() if kind.__module__.startswith("services.") and "reason" in vars(kind)}


def enum_of(domain: str) -> EnumDescriptor:
    package = "uat.common.v1" if domain == "uat" else f"uat.{domain.removesuffix('.uat')}.v1"
    pool = Default()
    found: EnumDescriptor = pool.FindEnumTypeByName(f"{package}.ErrorReason")  # type: ignore[no-untyped-call]
    return found


def reasons_in(domain: str) -> set[str]:
    importlib.import_module(f"uat.{'common' if domain == 'uat' else domain.removesuffix('.uat')}.v1.error_reason_pb2")
    names = {value.name.removeprefix("ERROR_REASON_") for value in enum_of(domain).values}
    return names - {"UNSPECIFIED"}


@cache
def names_used() -> set[str]:
    """Every name that the code of services uses, imports and definitions aside."""
    used: set[str] = set()
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Name):
                used.add(node.id)
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
    return used


FAULTS = sorted(all_faults(), key=lambda kind: (kind.domain, kind.__qualname__))


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__qualname__)
def test_the_contract_names_the_reason_of_every_fault(kind: type[Fault]) -> None:
    assert kind.reason in reasons_in(kind.domain), f"{kind.__module__}.{kind.__qualname__}"


@pytest.mark.parametrize("service", BUILT)
def test_each_reason_of_a_built_service_is_raised_or_belongs_to_what_is_not_built(service: str) -> None:
    raised = {kind.reason for kind in all_faults() if kind.domain == f"{service}.uat" and kind.__qualname__ in names_used()}
    assert reasons_in(f"{service}.uat") - raised <= UNBUILT_REASONS.get(service, set())


def test_a_reason_is_no_longer_listed_as_unbuilt_once_a_fault_has_it() -> None:
    have = {(kind.domain.removesuffix(".uat"), kind.reason) for kind in all_faults()}
    assert not {(service, reason) for service, reasons in UNBUILT_REASONS.items() for reason in reasons} & have


def test_common_reasons_are_in_common_alone() -> None:
    common = reasons_in("uat")
    for service in TARGETS:
        try:
            own = reasons_in(f"{service}.uat")
        except (ImportError, KeyError):
            continue
        assert not own & common, service
