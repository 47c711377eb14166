"""Response cache: keeps the responses to equal requests of one tenant to one version."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from inference import grpc_service_pb2 as oip
from uat.ml_inference.v1 import model_pb2

TTL_SECONDS, MAX_BYTES = 3600.0, 64 * 1024 * 1024
_LARGE = 1024 * 1024
"""Requests longer than this are hashed outside the event loop."""
_OVERHEAD = 300
"""About what an entry takes besides its response, in bytes."""
_MOST_FOLLOWERS = 256
"""How many equal requests wait for one response; others are executed."""
_SCHEDULING = ("priority", "timeout")
"""Parameters that change when a request is executed, and not its response."""


@dataclass(slots=True)
class _Entry:
    answer: bytes
    until: float


@dataclass(slots=True)
class _OfModel:
    entries: OrderedDict[bytes, _Entry] = field(default_factory=OrderedDict)
    size: int = 0

    def drop(self, key: bytes) -> int:
        freed = len(self.entries.pop(key).answer) + _OVERHEAD
        self.size -= freed
        return freed


@dataclass(slots=True)
class _InFlight:
    response: asyncio.Future[bytes]
    followers: int = 0


class ResponseCache:
    """Keeps serialized responses, and evicts the least recently used ones. Equal requests in flight share one execution.

    `clock` is monotonic, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._models: dict[str, _OfModel] = {}
        self._in_flight: dict[bytes, _InFlight] = {}

    async def answer(
        self,
        settings: model_pb2.ResponseCacheSettings,
        tenant_id: str,
        request: oip.ModelInferRequest,
        work: Callable[[], Awaitable[oip.ModelInferResponse]],
    ) -> tuple[oip.ModelInferResponse, bool]:
        """The response with the request's own id, and whether it was cached. `request` names the version. What `work` raises is raised
        for this request alone: the requests that waited for its response are executed themselves.
        """
        key = await key_of(tenant_id, request)
        if (kept := self._kept(request.model_name, key)) is not None:
            return _answer(kept, request.id), True
        first = self._in_flight.get(key)
        if first is None:
            return await self._lead(settings, key, request, work), False
        if first.followers < _MOST_FOLLOWERS:
            first.followers += 1
            with contextlib.suppress(_Failed):
                return _answer(await asyncio.shield(first.response), request.id), True
        return await work(), False

    def clear(self, model: str = "") -> int:
        """Drops the responses of a model, or of all models. Returns how many bytes that freed."""
        names = [model] if model else list(self._models)
        return sum(gone.size for name in names if (gone := self._models.pop(name, None)) is not None)

    @property
    def size(self) -> int:
        """Bytes in use."""
        return sum(m.size for m in self._models.values())

    async def _lead(
        self,
        settings: model_pb2.ResponseCacheSettings,
        key: bytes,
        request: oip.ModelInferRequest,
        work: Callable[[], Awaitable[oip.ModelInferResponse]],
    ) -> oip.ModelInferResponse:
        shared: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        shared.add_done_callback(_retrieve_exception)
        self._in_flight[key] = _InFlight(shared)
        try:
            response = await work()
            request_id = response.id
            response.id = ""
            answer = response.SerializeToString()
            response.id = request_id
            shared.set_result(answer)
            self._keep(settings, request.model_name, key, answer)
            return response
        finally:
            del self._in_flight[key]
            if not shared.done():
                shared.set_exception(_Failed())

    def _kept(self, model: str, key: bytes) -> bytes | None:
        of_model = self._models.get(model)
        entry = of_model.entries.get(key) if of_model is not None else None
        if of_model is None or entry is None:
            return None
        if entry.until <= self._clock():
            of_model.drop(key)
            return None
        of_model.entries.move_to_end(key)
        return entry.answer

    def _keep(self, settings: model_pb2.ResponseCacheSettings, model: str, key: bytes, answer: bytes) -> None:
        most = settings.max_bytes or MAX_BYTES
        ttl = settings.ttl.ToTimedelta().total_seconds() if settings.HasField("ttl") else TTL_SECONDS
        size = len(answer) + _OVERHEAD
        if size > most:
            return
        of_model = self._models.setdefault(model, _OfModel())
        if key in of_model.entries:
            of_model.drop(key)
        of_model.entries[key] = _Entry(answer, self._clock() + ttl)
        of_model.size += size
        while of_model.size > most:
            of_model.drop(next(iter(of_model.entries)))


async def key_of(tenant_id: str, request: oip.ModelInferRequest) -> bytes:
    """Equal for requests of one tenant with the same bytes to the same version, whatever their id, priority and timeout."""
    content = oip.ModelInferRequest()
    content.CopyFrom(request)
    content.ClearField("id")
    for name in _SCHEDULING:
        if name in content.parameters:
            del content.parameters[name]
    if content.ByteSize() > _LARGE:
        return await asyncio.to_thread(_digest, tenant_id, content)
    return _digest(tenant_id, content)


def _digest(tenant_id: str, content: oip.ModelInferRequest) -> bytes:
    digest = hashlib.sha256(f"{len(tenant_id)}:{tenant_id}".encode())
    digest.update(content.SerializeToString(deterministic=True))
    return digest.digest()


def _answer(kept: bytes, request_id: str) -> oip.ModelInferResponse:
    response = oip.ModelInferResponse.FromString(kept)
    response.id = request_id
    return response


def _retrieve_exception(response: asyncio.Future[bytes]) -> None:
    """No other request may have waited for it."""
    if not response.cancelled():
        response.exception()


class _Failed(Exception):
    """The request that others waited for failed."""
