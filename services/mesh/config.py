"""Configuration of the mesh, read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from services.mesh.errors import BadSetting
from services.mesh.paths import MeshPaths
from services.mesh.ports import Ports

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class External:
    """URLs of the user's servers that replace parts. None: the mesh starts the part."""

    postgres: str | None = None
    redis: str | None = None
    nats: str | None = None
    triton: str | None = None


@dataclass(frozen=True)
class MeshConfig:
    """One mesh: its folder, ports, external servers, and the time limit of `uat up`."""

    paths: MeshPaths
    ports: Ports = field(default_factory=Ports)
    external: External = field(default_factory=External)
    up_timeout_s: float = 120.0
    root: Path = ROOT

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> MeshConfig:
        """Reads UAT_MESH_DIR, UAT_PORT_OFFSET, UAT_UP_TIMEOUT and the four UAT_…_URL. Raises BadSetting."""
        folder = Path(environ.get("UAT_MESH_DIR") or ROOT / ".mesh").expanduser().absolute()
        return cls(
            paths=MeshPaths(folder),
            ports=Ports(_number(environ, "UAT_PORT_OFFSET", 0)),
            external=External(
                postgres=_url(environ, "UAT_POSTGRES_URL"),
                redis=_url(environ, "UAT_REDIS_URL"),
                nats=_url(environ, "UAT_NATS_URL"),
                triton=_url(environ, "UAT_TRITON_URL"),
            ),
            up_timeout_s=float(_number(environ, "UAT_UP_TIMEOUT", 120)),
        )

    @property
    def edge_url(self) -> str:
        """The URL for clients."""
        return f"http://127.0.0.1:{self.ports.edge}"


def _url(environ: Mapping[str, str], name: str) -> str | None:
    text = environ.get(name, "").strip()
    if not text:
        return None
    try:
        parts = urlsplit(text)
        usable = bool(parts.scheme and parts.hostname and (parts.port is None or parts.port))
    except ValueError:  # a port that is no number
        usable = False
    if not usable:
        raise BadSetting(f"{name} isn't a URL with a host.")  # which may hold a password, so it isn't shown
    return text


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise BadSetting(f"{name}={text!r} is not a whole number.") from None
