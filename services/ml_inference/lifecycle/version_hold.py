"""One request's hold on a version."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from services.ml_inference.errors import ModelNotReady
from services.ml_inference.registry.models import DRAINING, Version
from services.ml_inference.triton.faults import not_ready


class VersionHold:
    """Keeps a version loaded inside the block, which is left by the task that entered it. Raises ModelNotReady when it is not ready, and
    when the version was taken away by force.
    """

    __slots__ = ("_cancelling", "_given_up", "_task", "_version")

    def __init__(self, version: Version) -> None:
        self._version = version
        self._given_up = False
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0

    def __enter__(self) -> Self:
        if not self._version.ready:
            raise not_ready(self._version.model, self._version.number)
        self._task = asyncio.current_task()
        self._cancelling = 0 if self._task is None else self._task.cancelling()
        self._version.users.add(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        version = self._version
        version.users.discard(self)
        version.last_used = datetime.now(UTC)
        if version.state == DRAINING and not version.users:
            version.moved()
        if self._given_up and self._task is not None and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise ModelNotReady(
                f"version {version.number} of {version.model} was unloaded before the request had ended",
                metadata={"model": version.model, "version": version.number},
                retry_after=0.1,
            ) from error

    def give_up(self) -> None:
        """Ends the request: the version goes away."""
        if not self._given_up and self._task is not None:
            self._given_up = True
            self._task.cancel()
