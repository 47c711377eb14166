"""External servers: the user's own, named by a URL in the environment, in place of a part."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from services.mesh.parts import nats as nats_part
from services.mesh.parts import postgres as postgres_part
from services.mesh.parts import redis as redis_part
from services.mesh.parts import triton_client


@dataclass(frozen=True)
class ExternalServer:
    """A server that the mesh does not run, only probes."""

    name: str
    variable: str
    port: int
    url: str = field(repr=False)
    ask: Callable[[str], Awaitable[None]] = field(repr=False)

    async def ready(self) -> None:
        """Probes it like the part with this name."""
        await self.ask(self.url)


def postgres(url: str) -> ExternalServer:
    """The user's PostgreSQL. Its role must be allowed to make roles, one for each service."""
    return ExternalServer("postgres", "UAT_POSTGRES_URL", urlsplit(url).port or 5432, url, postgres_part.ask)


def redis(url: str) -> ExternalServer:
    """The user's Redis."""
    return ExternalServer("redis", "UAT_REDIS_URL", urlsplit(url).port or 6379, url, redis_part.ask)


def nats(url: str) -> ExternalServer:
    """The user's NATS, with JetStream."""
    return ExternalServer("nats", "UAT_NATS_URL", urlsplit(url).port or 4222, url, nats_part.ask)


def triton(url: str) -> ExternalServer:
    """The user's Triton, by the URL of its gRPC port: grpc://host:port. Its repository's folder is the user's to name as well."""
    return ExternalServer("triton", "UAT_TRITON_URL", urlsplit(url).port or 8001, url, triton_client.ask)
