"""Answers that were given before, for the same tenant, version and bytes."""

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
"""About what an entry takes beside its answer."""
_MOST_FOLLOWERS = 256
"""So many wait for one answer; the others stand in the model's line like everybody."""
_NOT_PART = ("priority", "timeout")
"""Parameters that say when, not what."""


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
class _UnderWay:
    promise: asyncio.Future[bytes]
    followers: int = 0


class ResponseCache:
    """Keeps serialized answers, the least recently used go first. Equal requests that are under way wait for one answer.

    `clock` is monotonic, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._models: dict[str, _OfModel] = {}
        self._under_way: dict[bytes, _UnderWay] = {}

    async def answer(
        self,
        settings: model_pb2.ResponseCacheSettings,
        tenant_id: str,
        request: oip.ModelInferRequest,
        work: Callable[[], Awaitable[oip.ModelInferResponse]],
    ) -> tuple[oip.ModelInferResponse, bool]:
        """The answer with the request's own id, and whether it came without work. `request` names the version. What `work` raises is raised
        for this request alone: others that waited for its answer do the work themselves.
        """
        key = await key_of(tenant_id, request)
        if (kept := self._kept(request.model_name, key)) is not None:
            return _answer(kept, request.id), True
        first = self._under_way.get(key)
        if first is None:
            return await self._lead(settings, key, request, work), False
        if first.followers < _MOST_FOLLOWERS:
            first.followers += 1
            with contextlib.suppress(_Failed):
                return _answer(await asyncio.shield(first.promise), request.id), True
        return await work(), False

    def clear(self, model: str = "") -> int:
        """Forgets the answers of a model, or of every one. Returns how many bytes that freed."""
        names = [model] if model else list(self._models)
        return sum(gone.size for name in names if (gone := self._models.pop(name, None)) is not None)

    @property
    def size(self) -> int:
        """Bytes that are taken now."""
        return sum(m.size for m in self._models.values())

    async def _lead(
        self,
        settings: model_pb2.ResponseCacheSettings,
        key: bytes,
        request: oip.ModelInferRequest,
        work: Callable[[], Awaitable[oip.ModelInferResponse]],
    ) -> oip.ModelInferResponse:
        promise: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        promise.add_done_callback(_noticed)
        self._under_way[key] = _UnderWay(promise)
        try:
            response = await work()
            given = response.id
            response.id = ""
            answer = response.SerializeToString()
            response.id = given
            promise.set_result(answer)
            self._keep(settings, request.model_name, key, answer)
            return response
        finally:
            del self._under_way[key]
            if not promise.done():
                promise.set_exception(_Failed())

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
    """Equal for requests of one tenant that have the same bytes for the same version, whatever their id, priority and timeout."""
    asked = oip.ModelInferRequest()
    asked.CopyFrom(request)
    asked.ClearField("id")
    for name in _NOT_PART:
        if name in asked.parameters:
            del asked.parameters[name]
    if asked.ByteSize() > _LARGE:
        return await asyncio.to_thread(_digest, tenant_id, asked)
    return _digest(tenant_id, asked)


def _digest(tenant_id: str, asked: oip.ModelInferRequest) -> bytes:
    digest = hashlib.sha256(f"{len(tenant_id)}:{tenant_id}".encode())
    digest.update(asked.SerializeToString(deterministic=True))
    return digest.digest()


def _answer(kept: bytes, request_id: str) -> oip.ModelInferResponse:
    response = oip.ModelInferResponse.FromString(kept)
    response.id = request_id
    return response


def _noticed(promise: asyncio.Future[bytes]) -> None:
    """Nobody need have waited for it."""
    if not promise.cancelled():
        promise.exception()


class _Failed(Exception):
    """The request that others waited for got no answer."""
