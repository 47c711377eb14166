"""Models and versions in memory: their rows, and their state on this replica."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from google.rpc import status_pb2
from inference import model_config_pb2
from uat.ml_inference.v1 import model_pb2

from services.kit.times import timestamp
from services.ml_inference.registry.rows import ModelRow, VersionRow
from services.ml_inference.triton.tensors import Signature

BUILT = "built:"
"""Prefix of `source_uri` of the versions that were built with the mesh."""

UNLOADED = model_pb2.MODEL_STATE_UNLOADED
LOADING = model_pb2.MODEL_STATE_LOADING
WARMING_UP = model_pb2.MODEL_STATE_WARMING_UP
READY = model_pb2.MODEL_STATE_READY
DRAINING = model_pb2.MODEL_STATE_DRAINING
FAILED = model_pb2.MODEL_STATE_FAILED

IN_MEMORY = frozenset({LOADING, WARMING_UP, READY, DRAINING})
"""States in which a version takes memory, or is about to."""


@dataclass(slots=True, eq=False)
class Version:
    """One version of a model. Its identity is constant; `row` is replaced when the store is read again."""

    row: VersionRow
    model: str = field(init=False)
    number: str = field(init=False)
    """The version as callers write it."""
    name: str = field(init=False)
    """`model/number`, for messages and logs."""
    config: model_config_pb2.ModelConfig = field(init=False)
    signature: Signature = field(init=False)
    """The inputs and outputs that `config` declares."""
    state: int = UNLOADED
    error: Any = None
    device: str = ""
    last_used: datetime | None = None
    load_time: datetime | None = None
    task: asyncio.Task[Any] | None = None
    """The task that loads, adopts, restarts or unloads it now; there is at most one."""
    leases: set[Any] = field(default_factory=set)
    """Requests that use it now (`lifecycle.leases.Lease`)."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set and replaced at each change of `state`, and when a draining version loses its last lease."""
    changed_at: float = 0.0
    retry_at: float = 0.0
    """When `task` last ended, and when a failed load may be retried, on the monotonic clock."""
    failures: int = 0
    """Failed loads in a row."""
    skip_warm_up: bool = False
    """Set when Triton went away during a warm-up, which may have crashed it."""
    deaths: int = 0
    died_at: float = -math.inf
    """How often its process died in quick succession, and when it last did."""
    drained_until: float = 0.0
    """Until when this replica sends it nothing because another replica unloads it."""

    def __post_init__(self) -> None:
        """Derives the constant fields and the state that the row holds."""
        row = self.row
        self.model, self.number, self.name = row.model_name, str(row.version), f"{row.model_name}/{row.version}"
        self.load_time = row.load_time
        self.configure(model_config_pb2.ModelConfig.FromString(row.config))
        if row.error is not None:
            self.state, self.error = FAILED, status_pb2.Status.FromString(row.error)

    def configure(self, config: model_config_pb2.ModelConfig) -> None:
        """Replaces the configuration."""
        self.config, self.signature = config, Signature.of(config)

    @property
    def built(self) -> bool:
        """Whether it was built with the mesh, so that it shares its model's folder."""
        return self.row.source_uri.startswith(BUILT)

    @property
    def ready(self) -> bool:
        """Whether it takes requests now."""
        return self.state == READY

    @property
    def metadata(self) -> dict[str, str]:
        """Model and version, as error details carry them."""
        return {"model": self.model, "version": self.number}

    @property
    def last_used_time(self) -> datetime | None:
        """When it last answered, on any replica."""
        times = [time for time in (self.last_used, self.row.last_used_time) if time is not None]
        return max(times, default=None)

    def notify(self) -> None:
        """Wakes the tasks that wait for `changed`."""
        self.changed.set()
        self.changed = asyncio.Event()

    def message(self, *, config: bool = False) -> model_pb2.ModelVersion:
        """The version as the contract has it."""
        row = self.row
        made = model_pb2.ModelVersion(
            model_name=self.model,
            version=self.number,
            state=self.state,  # type: ignore[arg-type]
            error=self.error if self.state == FAILED else None,
            platform=row.platform,
            precision=row.precision,
            sha256=row.sha256,
            source_uri=row.source_uri,
            size_bytes=row.size_bytes,
            memory_bytes=row.memory_bytes,
            device=self.device if self.state in IN_MEMORY else "",
            scores=row.scores,
            labels=row.labels,
            in_flight=len(self.leases),
            create_time=timestamp(row.create_time),
        )
        if config:
            made.config.CopyFrom(self.config)
        if self.load_time is not None and self.state in (READY, DRAINING):
            made.load_time.CopyFrom(timestamp(self.load_time))
        if (used := self.last_used_time) is not None:
            made.last_used_time.CopyFrom(timestamp(used))
        return made


@dataclass(slots=True, eq=False)
class Model:
    """One model with its versions by number."""

    row: ModelRow
    settings: model_pb2.ModelSettings = field(init=False)
    versions: dict[int, Version] = field(default_factory=dict)
    generation: int = 0
    """Counts changes that routing depends on: of readiness, of settings, and of which versions exist."""

    def __post_init__(self) -> None:
        """Parses the settings."""
        self.settings = model_pb2.ModelSettings.FromString(self.row.settings)

    def sorted(self) -> list[Version]:
        """The versions, highest first."""
        return [self.versions[number] for number in sorted(self.versions, reverse=True)]

    def ready(self) -> list[str]:
        """The versions that take requests now, highest first."""
        return [version.number for version in self.sorted() if version.ready]

    def routable(self) -> list[str]:
        """The versions that requests may be routed to, highest first. For a model that is loaded on demand and has none ready, that is the
        version which answered last, or the highest one.
        """
        if (ready := self.ready()) or not self.settings.load_on_demand:
            return ready
        used = [version for version in self.sorted() if version.last_used_time or version.load_time]
        latest = max(used, key=lambda v: (v.last_used_time or v.load_time, v.row.version), default=None)
        return [latest.number] if latest else [version.number for version in self.sorted()[:1]]

    def message(self) -> model_pb2.Model:
        """The model as the contract has it."""
        row = self.row
        return model_pb2.Model(
            name=row.name,
            task=row.task,
            description=row.description,
            settings=self.settings,
            labels=row.labels,
            ready_versions=self.ready(),
            version_count=len(self.versions),
            etag=row.etag,
            create_time=timestamp(row.create_time),
            update_time=timestamp(row.update_time),
        )
