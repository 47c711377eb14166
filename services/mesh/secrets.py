"""The secrets of a mesh: made at random on the first start, kept in `.mesh/secrets.env`, which its owner alone can read."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.mesh.paths import write_private
from services.targets import TARGETS

AUTH_KEY = "UAT_AUTH_KEY_ENCRYPTION_KEY"
AUTH_PASSWORD = "UAT_AUTH_BOOTSTRAP_PASSWORD"  # noqa: S105
_POSTGRES = "UAT_MESH_POSTGRES_PASSWORD"


@dataclass(frozen=True)
class Secrets:
    """What the mesh keeps to itself and hands only to those who need it."""

    postgres_admin: str = field(repr=False)
    postgres: Mapping[str, str] = field(repr=False)
    """The password of each service's own role."""
    auth: Mapping[str, str] = field(repr=False)
    """The variables that the service auth, and no other, is given."""


def load_or_make(path: Path) -> Secrets:
    """Reads the secrets and makes those that are missing. What is there already is never changed."""
    known = _read(path)
    wanted: dict[str, Callable[[], str]] = {
        _POSTGRES: _password,
        **{f"{_POSTGRES}_{name.upper()}": _password for name in TARGETS},
        AUTH_KEY: _key,
        AUTH_PASSWORD: _password,
    }
    missing = {name: make() for name, make in wanted.items() if name not in known}
    if missing:
        known |= missing
        write_private(path, "".join(f"{name}={value}\n" for name, value in known.items()))
    return Secrets(
        postgres_admin=known[_POSTGRES],
        postgres={name: known[f"{_POSTGRES}_{name.upper()}"] for name in TARGETS},
        auth={AUTH_KEY: known[AUTH_KEY], AUTH_PASSWORD: known[AUTH_PASSWORD]},
    )


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    path.chmod(0o600)
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _password() -> str:
    # Letters that need no escaping in a URL.
    return secrets.token_urlsafe(24)


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii")
