"""RegisterModelVersion and DeleteModelVersion: versions come in with their files, and go with them."""

from __future__ import annotations

import asyncio
import math
import shutil
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from google.protobuf import text_format
from inference import model_config_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import model_pb2

from services.kit.background import detached
from services.kit.context import Caller
from services.kit.errors import InvalidRequest
from services.kit.ids import NewId
from services.kit.postgres.idempotency import fingerprint
from services.ml_inference.errors import LoadFailed, ModelNotFound, VersionExists, VersionInUse, VersionNotFound
from services.ml_inference.registry.models import IN_MEMORY
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.rows import NewVersion
from services.ml_inference.registry.sources import Sources
from services.ml_inference.registry.store import Rows, Store
from services.ml_inference.triton.memory import estimate
from services.ml_inference.triton.repository import CONFIG, folder_of, read_config
from services.models import manifest

_ABANDONED_SECONDS = 24 * 3600.0
_BACKENDS = {
    "model.py": ("python", "python"),
    "model.onnx": ("onnxruntime", "onnxruntime_onnx"),
    "model.plan": ("tensorrt", "tensorrt_plan"),
    "model.pt": ("pytorch", "pytorch_libtorch"),
    "model.xml": ("openvino", "openvino"),
    "model.savedmodel": ("tensorflow", "tensorflow_savedmodel"),
}
"""Backend and platform of a version, by the name of its main file."""


class Registration:
    """Registers and deletes versions. Files are fetched into a folder beside the model repository, and move into it once complete.

    `has_traffic` tells whether traffic rules name a version; `model_deleted` is awaited after a model lost its last version.
    """

    def __init__(
        self,
        store: Store,
        registry: Registry,
        sources: Sources,
        repository: Path,
        has_traffic: Callable[[str, str], bool],
        model_deleted: Callable[[str], Awaitable[None]],
        new_id: NewId,
    ) -> None:
        self._store = store
        self._registry = registry
        self._sources = sources
        self._repository = repository
        self._incoming = repository.parent / "incoming"
        self._has_traffic = has_traffic
        self._model_deleted = model_deleted
        self._new_id = new_id
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._remove_abandoned)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def register(self, caller: Caller, request: pb.RegisterModelVersionRequest) -> model_pb2.ModelVersion:
        """Registers a version. It goes on when the caller goes away, who gets its result by repeating the call with the same `request_id`.

        Raises SourceRefused, DigestMismatch, VersionExists, RequestIdReused, InvalidRequest or DependencyUnavailable.
        """
        if any(not math.isfinite(score) for score in request.scores.values()):
            raise InvalidRequest.of("scores", "must be finite numbers")
        if len(request.version) > 18 or request.model_name.startswith("."):
            field = "version" if len(request.version) > 18 else "model_name"
            raise InvalidRequest.of(field, "can't be the name of a folder")
        task = detached(self._register(caller, request), f"registration of {request.model_name}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        model, number = await asyncio.shield(task)
        return self._registry.version(model, str(number)).message(config=True)

    async def delete(self, model: str, number: str) -> None:
        """Deletes a version with its files; does nothing when there is none. Raises VersionInUse while it is loaded or has traffic."""
        try:
            version = self._registry.version(model, number)
        except (ModelNotFound, VersionNotFound):
            return
        if version.state in IN_MEMORY or version.row.wanted or version.task is not None:
            raise VersionInUse(f"{version.name} is loaded; unload it first", metadata=version.metadata)
        if self._has_traffic(model, number):
            raise VersionInUse(f"traffic is sent to {version.name}; change the model's traffic first", metadata=version.metadata)
        async with self._store.transaction() as rows:
            await rows.lock(model)
            await rows.delete_version(model, version.row.version, built=version.built)
        await self._registry.changed()
        if all(left.row.name != model for left in self._registry.models()):
            await self._model_deleted(model)
        folder = self._repository / version.row.folder
        await asyncio.to_thread(shutil.rmtree, folder / number if version.built else folder, ignore_errors=True)

    async def _register(self, caller: Caller, request: pb.RegisterModelVersionRequest) -> tuple[str, int]:
        found = await self._registered(caller, request)
        if found is None:
            incoming = self._incoming / self._new_id("import")
            await asyncio.to_thread(incoming.mkdir, parents=True)
            try:
                await self._sources.fetch(request.source_uri, request.sha256, incoming / "files")
                digest, size = await asyncio.to_thread(manifest.digest, incoming / "files")
                found = await self._add(caller, request, incoming, digest, size)
            finally:
                await asyncio.to_thread(shutil.rmtree, incoming, ignore_errors=True)
        await self._registry.changed()
        return found

    async def _registered(self, caller: Caller, request: pb.RegisterModelVersionRequest) -> tuple[str, int] | None:
        """The version that an equal request registered, or the one with the same source, so that nothing is fetched for it."""
        async with self._store.transaction(caller.tenant_id) as rows:
            requests = rows.request_ids(caller.tenant_id, caller.user_id)
            if request.request_id and (standing := await requests.standing(request.request_id, fingerprint(request))) is not None:
                return _parsed(standing)
            found = await rows.version(request.model_name, int(request.version)) if request.version else None
            if found is None or found.source_sha256 != request.sha256:
                return None
            standing = await requests.claim(request.request_id, fingerprint(request), f"{found.model_name}/{found.version}")
            return (found.model_name, found.version) if standing is None else _parsed(standing)

    async def _add(
        self, caller: Caller, request: pb.RegisterModelVersionRequest, incoming: Path, digest: str, size: int
    ) -> tuple[str, int]:
        """Stores the fetched version, unless an equal request did so in the meantime: fetching takes minutes."""
        model = request.model_name
        async with self._store.transaction(caller.tenant_id) as rows:
            await rows.lock(model)
            number = int(request.version) if request.version else await rows.highest(model) + 1
            requests = rows.request_ids(caller.tenant_id, caller.user_id)
            standing = await requests.claim(request.request_id, fingerprint(request), f"{model}/{number}")
            if standing is not None:
                return _parsed(standing)
            existing = await rows.version(model, number)
            if existing is None:
                await self._put(rows, request, number, incoming, digest, size)
            elif existing.sha256 != digest:
                metadata = {"model": model, "version": str(number), "sha256": existing.sha256}
                raise VersionExists(f"{model}/{number} is registered with other content", metadata=metadata)
            return model, number

    async def _put(self, rows: Rows, request: pb.RegisterModelVersionRequest, number: int, incoming: Path, digest: str, size: int) -> None:
        model = request.model_name
        config = await asyncio.to_thread(self._config, request, incoming / "files")
        task, folder = model_pb2.ModelTask.Name(request.task), folder_of(model, number)
        await rows.add_model(model, task, "", self._new_id("etag"))
        if request.task:
            await rows.set_task(model, task)
        await rows.put_version(
            NewVersion(
                model_name=model,
                version=number,
                folder=folder,
                sha256=digest,
                source_uri=request.source_uri,
                source_sha256=request.sha256,
                platform=str(config.platform) or dict(_BACKENDS.values()).get(config.backend, str(config.backend)),
                precision=request.precision,
                size_bytes=size,
                memory_bytes=estimate(size),
                config=config.SerializeToString(deterministic=True),
                scores=dict(request.scores),
                labels=dict(request.labels),
            )
        )
        # Last before the commit: a folder without a row is replaced by the next version that gets its number.
        await asyncio.to_thread(self._move_in, incoming, folder, number, config)

    def _config(self, request: pb.RegisterModelVersionRequest, files: Path) -> model_config_pb2.ModelConfig:
        """The configuration of the request, of the files, or of the model's highest version, with the backend filled in."""
        config = model_config_pb2.ModelConfig()
        if request.HasField("config"):
            config.CopyFrom(request.config)
        elif (files / CONFIG).is_file():
            try:
                config = read_config(files / CONFIG)
            except LoadFailed as fault:
                raise InvalidRequest.of("source_uri", fault.message) from fault
        elif others := [m for m in self._registry.models() if m.row.name == request.model_name]:
            config.CopyFrom(others[0].sorted()[0].config)
            config.ClearField("instance_group")
            if not (files / (config.default_model_filename or "model.py")).exists():  # this version has another backend
                for field in ("backend", "platform", "default_model_filename"):
                    config.ClearField(field)
        config.name = request.model_name
        config.ClearField("version_policy")
        if not (config.backend or config.platform):
            config.backend = next((backend for file, (backend, _) in _BACKENDS.items() if (files / file).exists()), "")
        if not (config.backend or config.platform):
            reason = f"is missing, and no file tells which backend runs the model; it would be one of {', '.join(_BACKENDS)}"
            raise InvalidRequest.of("config.backend", reason)
        return config

    def _move_in(self, incoming: Path, folder: str, number: int, config: model_config_pb2.ModelConfig) -> None:
        complete = incoming / "model"
        complete.mkdir()
        (incoming / "files").rename(complete / str(number))
        own = model_config_pb2.ModelConfig()
        own.CopyFrom(config)
        own.name = folder
        own.version_policy.specific.versions.append(number)
        (complete / CONFIG).write_text(text_format.MessageToString(own), encoding="utf-8")
        self._repository.mkdir(parents=True, exist_ok=True)
        target = self._repository / folder
        shutil.rmtree(target, ignore_errors=True)
        complete.rename(target)

    def _remove_abandoned(self) -> None:
        """Removes the incoming files that a killed process left behind."""
        for left in self._incoming.glob("*"):
            with suppress(FileNotFoundError):  # another replica removes them too
                if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                    shutil.rmtree(left, ignore_errors=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # the caller that still waits gets it


def _parsed(result_id: str) -> tuple[str, int]:
    """The model and the number in a stored `model/number`."""
    model, _, number = result_id.rpartition("/")
    return model, int(number)
