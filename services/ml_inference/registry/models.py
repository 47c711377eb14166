"""A model and its versions in memory: what is stored of them, and how they do in this moment."""

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
from services.ml_inference.registry.store import ModelRow, VersionRow

BUILT = "built:"
"""So begin the sources of versions that were built with the mesh."""

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
    """One version. `task` is what loads, adopts or unloads it now; `users` are the requests that it works on."""

    row: VersionRow
    config: model_config_pb2.ModelConfig
    state: int = UNLOADED
    error: Any = None
    device: str = ""
    last_used: datetime | None = None
    load_time: datetime | None = None
    task: asyncio.Task[Any] | None = None
    users: set[Any] = field(default_factory=set)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set and replaced at each change of `state`, and when the last user is gone."""
    moved_at: float = 0.0
    retry_at: float = 0.0
    """When it may be loaded again by itself, and when that was last changed, on the monotonic clock."""
    failures: int = 0
    leave_cold: bool = False
    deaths: int = 0
    died_at: float = -math.inf
    """How often its process died, each time soon after the last, and when it did."""
    drained_until: float = 0.0
    """Until when another replica, which unloads it, wants it to get nothing here."""

    @property
    def model(self) -> str:
        """The model's name."""
        return self.row.model_name

    @property
    def number(self) -> str:
        """The version as callers write it."""
        return str(self.row.version)

    @property
    def name(self) -> str:
        """Both, as `name/version`."""
        return f"{self.row.model_name}/{self.row.version}"

    @property
    def built(self) -> bool:
        """Whether it was built with the mesh, and lies in its model's common folder."""
        return self.row.source_uri.startswith(BUILT)

    @property
    def ready(self) -> bool:
        """Whether it can infer now."""
        return self.state == READY

    def moved(self) -> None:
        """Wakes whoever waits for a change."""
        self.settled.set()
        self.settled = asyncio.Event()

    def message(self, *, config: bool = False) -> model_pb2.ModelVersion:
        """The version in the contract's words."""
        row = self.row
        made = model_pb2.ModelVersion(
            model_name=row.model_name,
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
            in_flight=len(self.users),
            create_time=timestamp(row.create_time),
        )
        if config:
            made.config.CopyFrom(self.config)
        if self.load_time is not None and self.state in (READY, DRAINING):
            made.load_time.CopyFrom(timestamp(self.load_time))
        if (used := self.last_used_time) is not None:
            made.last_used_time.CopyFrom(timestamp(used))
        return made

    @property
    def last_used_time(self) -> datetime | None:
        """When it last answered, here or on another replica."""
        times = [moment for moment in (self.last_used, self.row.last_used_time) if moment is not None]
        return max(times, default=None)


@dataclass(slots=True, eq=False)
class Model:
    """One model with its versions by number."""

    row: ModelRow
    settings: model_pb2.ModelSettings
    versions: dict[int, Version] = field(default_factory=dict)

    def sorted(self) -> list[Version]:
        """Its versions, highest first."""
        return [self.versions[number] for number in sorted(self.versions, reverse=True)]

    def ready(self) -> list[str]:
        """Those that can infer now, highest first."""
        return [version.number for version in self.sorted() if version.ready]

    def message(self) -> model_pb2.Model:
        """The model in the contract's words."""
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


def model_of(row: ModelRow) -> Model:
    """A model without versions."""
    return Model(row, model_pb2.ModelSettings.FromString(row.settings))


def version_of(row: VersionRow) -> Version:
    """A version of which it isn't known yet whether Triton has it."""
    version = Version(row, model_config_pb2.ModelConfig.FromString(row.config), load_time=row.load_time)
    if row.error is not None:
        version.state, version.error = FAILED, status_pb2.Status.FromString(row.error)
    return version
