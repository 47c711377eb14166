"""What the edge takes from the contracts: which RPC is reachable, on which service, and the descriptors to transcode with."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from google.protobuf.descriptor import FileDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.rpc import error_details_pb2, status_pb2

from services.kit.contract import Method, methods_of
from services.targets import TARGETS

OPEN_INFERENCE = "inference.grpc_service_pb2"
"""KServe's contract, which ml_inference serves beside its own."""

HOT = (
    "/uat.llm_router.v1.LlmRouterService/CreateChatCompletion",
    "/uat.llm_router.v1.LlmRouterService/CreateEmbeddings",
    "/uat.llm_router.v1.LlmRouterService/GenerateText",
    "/uat.chat.v1.ChatService/StreamReply",
)
"""Routes are tried in order, so the RPCs that are called most come first."""


@dataclass(frozen=True, slots=True)
class Rpc:
    """An RPC that the outside may call, and the service that answers it."""

    target: str
    method: Method


def exposed() -> list[Rpc]:
    """Every RPC that the edge has a route to, the hot ones first."""
    rpcs = [Rpc(target, method) for target, service in _services() for method in methods_of([service]) if method.exposed]
    return sorted(rpcs, key=lambda rpc: HOT.index(rpc.method.path) if rpc.method.path in HOT else len(HOT))


def transcoded_services() -> list[str]:
    """The names of the services with an RPC that can be called over REST."""
    return sorted({rpc.method.service for rpc in exposed() if rpc.method.http})


@cache
def descriptor_set() -> bytes:
    """The contracts with all that they import, and the types of error details, without which Envoy can't print an error."""
    files: dict[str, FileDescriptor] = {}
    for root in (status_pb2.DESCRIPTOR, error_details_pb2.DESCRIPTOR, *(service.file for _, service in _services())):
        _collect(root, files)
    image = FileDescriptorSet()
    for file in files.values():
        file.CopyToProto(image.file.add())
    return image.SerializeToString(deterministic=True)


def _services() -> Iterator[tuple[str, ServiceDescriptor]]:
    for target in TARGETS:
        for module in _modules(target):
            for service in import_module(module).DESCRIPTOR.services_by_name.values():
                yield target, service


def _modules(target: str) -> Iterator[str]:
    package = f"uat.{target}.v1"
    try:
        found = pkgutil.iter_modules(import_module(package).__path__, f"{package}.")
    except ModuleNotFoundError:  # its contract isn't written yet
        return
    yield from sorted(module.name for module in found if module.name.endswith("_service_pb2"))
    if target == "ml_inference":
        yield OPEN_INFERENCE


def _collect(file: FileDescriptor, into: dict[str, FileDescriptor]) -> None:
    """What a file imports stands before it, as a descriptor set wants it."""
    if file.name not in into:
        for dependency in file.dependencies:
            _collect(dependency, into)
        into[file.name] = file
