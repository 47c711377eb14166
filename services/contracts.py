"""Every contract of the mesh, by the service that answers it."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from google.protobuf.descriptor import ServiceDescriptor

from services.kit.rpc.contract import Method, methods_of
from services.targets import TARGETS

GEN = Path(__file__).resolve().parents[1] / "gen"
"""What `make gen` made."""

OPEN_INFERENCE = "inference.grpc_service_pb2"
"""KServe's contract, which ml_inference serves beside its own."""


def services() -> Iterator[tuple[str, ServiceDescriptor]]:
    """Every gRPC service with the name of its target, in the table's order."""
    for target in TARGETS:
        for module in _modules(target):
            for service in import_module(module).DESCRIPTOR.services_by_name.values():
                yield target, service


def methods() -> Iterator[tuple[str, Method]]:
    """Every RPC with the name of its target."""
    for target, service in services():
        for method in methods_of([service]):
            yield target, method


@cache
def calls() -> dict[str, tuple[str, ...]]:
    """The call table: for each service, the services with an RPC that its contract lets it call, in the order of TARGETS."""
    pairs = {(caller, target) for target, method in methods() for caller in method.callers}
    return {name: tuple(callee for callee in TARGETS if callee != name and (name, callee) in pairs) for name in TARGETS}


def image() -> bytes:
    """All contracts with what they import, and the types of error details, as one serialised FileDescriptorSet."""
    return (GEN / "descriptors" / "uat.binpb").read_bytes()


def openapi() -> bytes:
    """The OpenAPI 3.1 document, JSON."""
    return (GEN / "openapi" / "openapi.json").read_bytes()


def _modules(target: str) -> Iterator[str]:
    package = f"uat.{target}.v1"
    found = pkgutil.iter_modules(import_module(package).__path__, f"{package}.")
    yield from sorted(module.name for module in found if module.name.endswith("_service_pb2"))
    if target == "ml_inference":
        yield OPEN_INFERENCE
