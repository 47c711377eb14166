"""Every port of the local mesh, in one table. UAT_PORT_OFFSET moves all of them together, so that two meshes live side by side."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass

from services.mesh.errors import BadSetting
from services.targets import METRICS_OFFSET, TARGETS

OUTGOING = 32_768
"""Where the ports begin that Linux, unless told otherwise, gives to outgoing connections."""


@dataclass(frozen=True)
class Ports:
    """The ports of one mesh. All listen on 127.0.0.1."""

    offset: int = 0

    def __post_init__(self) -> None:
        """Refuses an offset that pushes a port out of range."""
        highest = max(port for _, port in self.all())
        lowest = min(port for _, port in self.all())
        if lowest < 1024 or highest >= OUTGOING:
            raise BadSetting(
                f"UAT_PORT_OFFSET={self.offset} puts ports outside of 1024 to {OUTGOING - 1}: choose another, for example 1000. "
                "Higher ones are given to outgoing connections, so a service could find its port taken at any time."
            )

    @property
    def edge(self) -> int:
        """Envoy, where every client comes in."""
        return 8080 + self.offset

    @property
    def envoy_admin(self) -> int:
        """Envoy's own administration page."""
        return 9901 + self.offset

    @property
    def postgres(self) -> int:
        """PostgreSQL."""
        return 15_432 + self.offset

    @property
    def redis(self) -> int:
        """Redis."""
        return 16_379 + self.offset

    @property
    def nats(self) -> int:
        """NATS, for clients."""
        return 14_222 + self.offset

    @property
    def nats_monitor(self) -> int:
        """NATS, for monitoring over HTTP."""
        return 18_222 + self.offset

    @property
    def triton(self) -> int:
        """Triton, gRPC."""
        return 18_001 + self.offset

    @property
    def triton_http(self) -> int:
        """Triton, HTTP."""
        return 18_000 + self.offset

    @property
    def triton_metrics(self) -> int:
        """Where Triton shows its Prometheus metrics."""
        return 18_002 + self.offset

    def service(self, name: str) -> int:
        """The gRPC port of a service."""
        return TARGETS[name].port + self.offset

    def metrics(self, name: str) -> int:
        """The port where a service shows its Prometheus metrics."""
        return self.service(name) + METRICS_OFFSET

    def all(self) -> Iterator[tuple[str, int]]:
        """Every port with what it is for."""
        yield from (("postgres", self.postgres), ("redis", self.redis), ("nats", self.nats), ("nats (monitoring)", self.nats_monitor))
        yield from (("triton", self.triton), ("triton (HTTP)", self.triton_http), ("triton (metrics)", self.triton_metrics))
        for name in TARGETS:
            yield name, self.service(name)
            yield f"{name} (metrics)", self.metrics(name)
        yield from (("envoy (the edge)", self.edge), ("envoy (administration)", self.envoy_admin))


def is_free(port: int) -> bool:
    """Whether nothing listens on a port of the loopback at this moment."""
    with socket.socket() as probe:
        # Skips over connections of an earlier run that the kernel still remembers; a listener is found all the same.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
