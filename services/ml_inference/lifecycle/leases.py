"""Leases: a request is routed to a version, and the version stays loaded while the request holds its lease."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from services.ml_inference.errors import ModelNotReady
from services.ml_inference.inference.request import InferenceRequest
from services.ml_inference.registry.models import DRAINING, READY, Version
from services.ml_inference.routing.canary import Trial
from services.ml_inference.routing.router import Router
from services.ml_inference.routing.route_table import Route
from services.ml_inference.scheduling.queue import Queues, RequestQueue
from services.ml_inference.triton.faults import not_ready


class Lease:
    """One request's use of a version: where it was routed, and the queue that it waits in.

    Inside the block, which ends in the task that began it, the version isn't unloaded. The block raises ModelNotReady when the version is
    not ready at its beginning, or was unloaded by force before its end.
    """

    __slots__ = ("_cancelling", "_revoked", "_task", "queue", "route", "trial", "version")

    def __init__(self, version: Version, queue: RequestQueue, route: Route, trial: Trial | None) -> None:
        self.version = version
        self.queue = queue
        self.route = route
        self.trial = trial
        """The canary rollout that this request counts in."""
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


class Leases:
    """Finds the version for a request. `load` returns once a version is ready, and raises ModelNotReady where it may not be loaded."""

    def __init__(self, router: Router, queues: Queues, load: Callable[[Version], Awaitable[None]]) -> None:
        self._router = router
        self._queues = queues
        self._load = load

    async def acquire(self, request: InferenceRequest) -> Lease:
        """A lease on the version that the routing rules choose, which is loaded first where the model's settings allow it.

        Raises ModelNotFound, VersionNotFound, ModelNotReady, or what the load raises.
        """
        last = bool(request.message.model_version)
        while True:
            destination = self._router.destination(
                request.message.model_name,
                request.message.model_version,
                request.sequence_id,
                request.caller.tenant_id,
                request.caller.user_id,
            )
            version = destination.version
            if version.state != READY:
                try:
                    await self._load(version)
                except ModelNotReady:
                    if last:
                        raise
                    last = True  # the rules may choose another version now
                    continue
            return Lease(version, self._queues.of(version, destination.model.settings), destination.route, destination.trial)
