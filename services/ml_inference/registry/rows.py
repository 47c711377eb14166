"""The rows of models and versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A row of `models`. `settings` is a serialized `ModelSettings`."""

    name: str
    task: str
    description: str
    settings: bytes
    labels: Mapping[str, str]
    etag: str
    create_time: datetime
    update_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """The columns that a version is registered with.

    `folder` is its model in Triton's repository, `config` a serialized `ModelConfig`. Versions that are `wanted` should be loaded. The
    names of the fields are those of the columns.
    """

    model_name: str
    version: int
    folder: str
    sha256: str
    source_uri: str
    source_sha256: str
    platform: str
    precision: str
    size_bytes: int
    memory_bytes: int
    config: bytes
    scores: Mapping[str, float]
    labels: Mapping[str, str]
    wanted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow(NewVersion):
    """A row of `versions`. `error` is a serialized `Status`."""

    measured: bool
    device: str
    error: bytes | None
    create_time: datetime
    load_time: datetime | None
    last_used_time: datetime | None
