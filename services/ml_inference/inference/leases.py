"""Leases: a request is routed to a version, which stays loaded while the request holds its lease."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from services.ml_inference.errors import ModelNotReady
from services.ml_inference.registry.models import DRAINING, READY, Version
from services.ml_inference.routing.canary import Rollout
from services.ml_inference.routing.router import Destination, Route, Router
from services.ml_inference.scheduling.queues import Queues, VersionQueue
from services.ml_inference.triton.faults import not_ready


class Lease:
    """One request's use of a version: where it was routed, the queue that it waits in, and the rollout that it counts in.

    Inside the block, which ends in the task that began it, the version isn't unloaded. The block raises ModelNotReady when the version is
    not ready at its beginning, or was unloaded by force before its end.
    """

    __slots__ = ("_cancelling", "_revoked", "_task", "queue", "rollout", "route", "version")

    def __init__(self, version: Version, queue: VersionQueue, route: Route, rollout: Rollout | None) -> None:
        self.version = version
        self.queue = queue
        self.route = route
        self.rollout = rollout
        self._revoked = False
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0

    def __enter__(self) -> Self:
        version = self.version
        if version.state != READY:
            raise not_ready(version.model, version.number)
        self._task = asyncio.current_task()
        self._cancelling = 0 if self._task is None else self._task.cancelling()
        version.leases.add(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        version = self.version
        version.leases.discard(self)
        version.last_used = datetime.now(UTC)
        if version.state == DRAINING and not version.leases:
            version.notify()
        if self._revoked and self._task is not None and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            message = f"version {version.number} of {version.model} was unloaded before the request had ended"
            raise ModelNotReady(message, metadata=version.metadata, retry_after=0.1) from error

    def revoke(self) -> None:
        """Ends the request: the version is unloaded by force, or its process died."""
        if not self._revoked and self._task is not None:
            self._revoked = True
            self._task.cancel()

    def answered(self, latency: float, compute: float) -> None:
        """Counts an answered request: the seconds since it arrived, and those that it was with Triton."""
        self.queue.statistics.answered(latency, compute)
        if self.rollout is not None:
            self.rollout.ended(self.version.number, latency, failed=False)

    def failed(self, latency: float) -> None:
        """Counts a failed request that counts against the version."""
        self.queue.statistics.failed()
        if self.rollout is not None:
            self.rollout.ended(self.version.number, latency, failed=True)


class Leases:
    """Finds the version for a request. `load` returns once a version is ready, and raises ModelNotReady where it may not be loaded."""

    def __init__(self, router: Router, queues: Queues, load: Callable[[Version], Awaitable[None]]) -> None:
        self._router = router
        self._queues = queues
        self._load = load

    async def acquire(self, model: str, version: str, sequence_id: str, tenant_id: str, user_id: str) -> Lease:
        """A lease on the version that the request names or the routing rules choose. A version may be loaded first, on demand.

        Raises ModelNotFound, VersionNotFound, ModelNotReady, or what the load raises.
        """
        found = self._router.destination(model, version, sequence_id, tenant_id, user_id)
        if found.version.state != READY:
            found = await self._loaded(found, model, version, sequence_id, tenant_id, user_id)
        return Lease(found.version, self._queues.of(found.version, found.model.settings), found.route, found.rollout)

    async def _loaded(self, found: Destination, model: str, version: str, sequence_id: str, tenant_id: str, user_id: str) -> Destination:
        try:
            await self._load(found.version)
        except ModelNotReady:
            if version:
                raise
            found = self._router.destination(model, version, sequence_id, tenant_id, user_id)  # the rules may choose another one now
            await self._load(found.version)
        return found
