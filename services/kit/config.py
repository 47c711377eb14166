"""Typed, frozen configuration, read once from the environment."""

from __future__ import annotations

import dataclasses
import os
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class ConfigError(Exception):
    """A variable of the environment is missing or can't be read; the message names it and says what would be right."""


def load(cls: type[T], prefix: str, environ: Mapping[str, str] | None = None) -> T:
    """Fills the frozen dataclass `cls` from variables named `<prefix><FIELD>`.

    Fields may be str, int, float, bool (`true`/`false`/`1`/`0`), Path, a tuple of str (split at commas) or an optional one of these. A
    field with no
    default must be set. Raises ConfigError.
    """
    env = os.environ if environ is None else environ
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        name = f"{prefix}{field.name.upper()}"
        if name in env and env[name] != "":
            values[field.name] = _parse(name, env[name], hints[field.name])
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ConfigError(f"{name} is not set: {cls.__name__}.{field.name} needs it")
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
    """What every process of the mesh is told. Variables are `UAT_<FIELD>`."""

    host: str = "127.0.0.1"
    """The address that servers bind and, unless told otherwise, that clients call."""
    port_offset: int = 0
    """Added to every port, so that several meshes fit on one machine."""
    postgres_url: str = ""
    redis_url: str = ""
    nats_url: str = ""
    identity_token_file: Path | None = None
    """The signed token that says which service this process is; read again when it changes."""
    identity_jwks_file: Path | None = None
    """The public keys that other services' tokens are checked with."""
    log_level: str = "INFO"
    log_format: str = "json"
    """`json`, or `text` for people."""
    drain_seconds: float = 10.0
    """How long calls in flight may go on after SIGTERM."""
    max_message_bytes: int = 32 * 1024 * 1024
    processor: int | None = None
    """The one processor that the process keeps to, by number; one that it may not use is ignored. Default: all of them."""

    @classmethod
    def from_environment(cls) -> Settings:
        return load(cls, "UAT_")
