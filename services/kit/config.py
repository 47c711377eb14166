"""Reads typed, frozen configuration from the environment, once.

pydantic-settings would replace about thirty lines here, but its import takes about half a second at the start of every process.
"""

from __future__ import annotations

import dataclasses
import os
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class ConfigError(Exception):
    """An environment variable is missing or invalid; the message names it and describes valid values."""


def load(cls: type[T], prefix: str, environ: Mapping[str, str] | None = None) -> T:
    """Fills the frozen dataclass `cls` from variables named `<prefix><FIELD>`.

    Fields may be str, int, float, bool (`true`/`false`/`1`/`0`), Path, a tuple of str (split at commas) or an optional one of these. A
    field without a default must be set. Raises ConfigError."""
    env = os.environ if environ is None else environ
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for declared in dataclasses.fields(cls):  # type: ignore[arg-type]
        name = f"{prefix}{declared.name.upper()}"
        if name in env and env[name] != "":
            values[declared.name] = _parse(name, env[name], hints[declared.name])
        elif declared.default is dataclasses.MISSING and declared.default_factory is dataclasses.MISSING:
            raise ConfigError(f"{name} is not set: {cls.__name__}.{declared.name} needs it")
    return cls(**values)


def _parse(name: str, text: str, hint: Any) -> Any:
    if isinstance(hint, types.UnionType):
        hint = next(a for a in typing.get_args(hint) if a is not type(None))
    if typing.get_origin(hint) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if hint is bool:
        if text.lower() in ("1", "true"):
            return True
        if text.lower() in ("0", "false"):
            return False
        raise ConfigError(f"{name}={text!r}: write true or false")
    try:
        return hint(text)
    except ValueError as error:
        raise ConfigError(f"{name}={text!r}: write a {hint.__name__}") from error


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration that every process of the mesh has. Variables are `UAT_<FIELD>`."""

    host: str = "127.0.0.1"
    """The address that servers bind, and the default address of other services."""
    port_offset: int = 0
    """Added to every port, so that several meshes can run on one machine."""
    postgres_url: str = field(default="", repr=False)
    postgres_pool_size: int = 8
    """The most connections of this process to PostgreSQL."""
    redis_url: str = field(default="", repr=False)
    nats_url: str = field(default="", repr=False)
    identity_key_file: Path | None = None
    """The private JSON Web Key with which this process signs its identity; read again within minutes of a change."""
    identity_jwks_file: Path | None = None
    """The public keys that verify the identities of other services."""
    trust_staleness_seconds: float = 300.0
    """Without word from auth for so long, users' tokens are refused, since a revocation may have been missed."""
    log_level: str = "INFO"
    log_format: str = "json"
    """`json`, or `text` for people."""
    drain_seconds: float = 10.0
    """The time that calls in flight get to finish after SIGTERM."""
    max_message_bytes: int = 32 * 1024 * 1024
    processor: int | None = None
    """The number of the one processor that the process runs on; ignored if the process may not use it. Default: all processors."""

    @classmethod
    def from_environment(cls) -> Settings:
        return load(cls, "UAT_")
