"""Everything that the contracts say, as one pool: what reflection at the edge shows, and the OpenAPI document beside it."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.descriptor_pb2 import FileDescriptorSet, MethodOptions
from google.protobuf.descriptor_pool import DescriptorPool
from uat.options.v1 import policy_pb2

from services import contracts


@dataclass(frozen=True)
class Contracts:
    """The generated descriptions of the whole mesh."""

    pool: DescriptorPool
    services: tuple[str, ...]
    """The full names of the services that the outside can call something of."""
    openapi: bytes
    """The OpenAPI 3.1 document, JSON."""


def load() -> Contracts:
    """Reads what `make gen` made."""
    image = FileDescriptorSet.FromString(contracts.image())
    pool = DescriptorPool()
    services: list[str] = []
    for file in image.file:
        pool.Add(file)
        for service in file.service:
            if any(_exposed(method.options) for method in service.method):
                services.append(f"{file.package}.{service.name}")
    return Contracts(pool, tuple(services), contracts.openapi())


def _exposed(options: MethodOptions) -> bool:
    policy: policy_pb2.Policy = options.Extensions[policy_pb2.policy]  # type: ignore[index]
    return policy.public or bool(policy.roles)
