"""How versions come and go: registered with their files, and deleted with them."""

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

from services.kit.context import Caller
from services.kit.errors import InvalidRequest
from services.kit.ids import NewId
from services.kit.postgres.idempotency import fingerprint
from services.ml_inference.errors import LoadFailed, ModelNotFound, VersionExists, VersionInUse, VersionNotFound
from services.ml_inference.lifecycle.memory import estimate
from services.ml_inference.lifecycle.memory_budget import Budget
from services.ml_inference.lifecycle.triton_models import CONFIG, place_of, read_config
from services.ml_inference.registry.models import IN_MEMORY
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.sources import Sources
from services.ml_inference.registry.store import NewVersion, Rows, Store, VersionRow
from services.models import manifest

_LEFT_SECONDS = 24 * 3600.0
_BACKENDS = {
    "model.py": ("python", "python"),
    "model.onnx": ("onnxruntime", "onnxruntime_onnx"),
    "model.plan": ("tensorrt", "tensorrt_plan"),
    "model.pt": ("pytorch", "pytorch_libtorch"),
    "model.xml": ("openvino", "openvino"),
    "model.savedmodel": ("tensorflow", "tensorflow_savedmodel"),
}
"""What runs a version, by the name of its main file: backend and platform."""


class Registration:
    """Registers and deletes. What is being fetched lies beside the live repository, and moves into it when it is whole. `gone` is told of
    a model that went with its last version.
    """

    def __init__(
        self,
        store: Store,
        registry: Registry,
        sources: Sources,
        budget: Budget,
        repository: Path,
        gone: Callable[[str], Awaitable[None]],
        new_id: NewId,
    ) -> None:
        self._store = store
        self._registry = registry
        self._sources = sources
        self._budget = budget
        self._repository = repository
        self._incoming = repository.parent / "incoming"
        self._gone = gone
        self._new_id = new_id
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._sweep)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def register(self, caller: Caller, request: pb.RegisterModelVersionRequest) -> model_pb2.ModelVersion:
        """Adds a version, and returns it as stored. A caller who goes away doesn't stop it, and finds it with the same `request_id`.

        Raises SourceRefused, DigestMismatch, VersionExists, RequestIdReused, InvalidRequest or DependencyUnavailable.
        """
        if any(not math.isfinite(score) for score in request.scores.values()):
            raise InvalidRequest.of("scores", "must be finite numbers")
        if len(request.version) > 18 or request.model_name.startswith("."):
            field = "version" if len(request.version) > 18 else "model_name"
            raise InvalidRequest.of(field, "is not one that a folder can have")
        task = asyncio.create_task(self._register(caller.user_id, request))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        model, number = await asyncio.shield(task)
        return self._registry.version(model, str(number)).message(config=True)

    async def delete(self, model: str, number: str) -> None:
        """Deletes a version with its files. Raises VersionInUse while it is loaded or has traffic."""
        try:
            version = self._registry.version(model, number)
        except (ModelNotFound, VersionNotFound):
            return
        named = {"model": model, "version": number}
        if version.state in IN_MEMORY or version.row.wanted or version.task is not None:
            raise VersionInUse(f"{version.name} is loaded; unload it first", metadata=named)
        if self._budget.has_share(version):
            raise VersionInUse(f"traffic is sent to {version.name}; change the model's traffic first", metadata=named)
        async with self._store.transaction() as rows:
            await rows.alone(model)
            await rows.delete_version(model, version.row.version, built=version.built)
        await self._registry.changed()
        if all(left.row.name != model for left in self._registry.models()):
            await self._gone(model)
        folder = self._repository / version.row.place
        await asyncio.to_thread(shutil.rmtree, folder / number if version.built else folder, ignore_errors=True)

    async def _register(self, user_id: str, request: pb.RegisterModelVersionRequest) -> tuple[str, int]:
        print_ = fingerprint(request)
        async with self._store.transaction() as rows:
            if request.request_id and (before := await rows.repeated(user_id, request.request_id, print_)) is not None:
                return before
            there = await rows.version(request.model_name, int(request.version)) if request.version else None
        if there is not None and there.source_sha256 == request.sha256:
            return await self._again(user_id, request, print_, there)
        fresh = self._incoming / self._new_id("import")
        await asyncio.to_thread(fresh.mkdir, parents=True)
        try:
            await self._sources.fetch(request.source_uri, request.sha256, fresh / "files")
            digest, size = await asyncio.to_thread(manifest.digest, fresh / "files")
            async with self._store.transaction() as rows:
                await rows.alone(request.model_name)
                number = int(request.version) if request.version else await rows.highest(request.model_name) + 1
                if (there := await rows.version(request.model_name, number)) is not None:
                    if there.sha256 != digest:
                        named = {"model": request.model_name, "version": str(number), "sha256": there.sha256}
                        raise VersionExists(f"{request.model_name}/{number} is registered with other content", metadata=named)
                else:
                    await self._put(rows, request, number, fresh, digest, size)
                if request.request_id:
                    await rows.remember(user_id, request.request_id, print_, request.model_name, number)
        finally:
            await asyncio.to_thread(shutil.rmtree, fresh, ignore_errors=True)
        await self._registry.changed()
        return request.model_name, number

    async def _again(self, user_id: str, request: pb.RegisterModelVersionRequest, print_: bytes, there: VersionRow) -> tuple[str, int]:
        if request.request_id:
            async with self._store.transaction() as rows:
                await rows.remember(user_id, request.request_id, print_, there.model_name, there.version)
        await self._registry.read()
        return there.model_name, there.version

    async def _put(self, rows: Rows, request: pb.RegisterModelVersionRequest, number: int, fresh: Path, digest: str, size: int) -> None:
        model, place = request.model_name, place_of(request.model_name, number)
        config = await asyncio.to_thread(self._config, request, fresh / "files")
        task = model_pb2.ModelTask.Name(request.task)
        await rows.add_model(model, task, "", self._new_id("etag"))
        if request.task:
            await rows.set_task(model, task)
        await rows.put_version(
            NewVersion(
                model_name=model,
                version=number,
                place=place,
                sha256=digest,
                source_uri=request.source_uri,
                source_sha256=request.sha256,
                platform=_platform(config),
                precision=request.precision,
                size_bytes=size,
                memory_bytes=estimate(size),
                config=config.SerializeToString(deterministic=True),
                scores=dict(request.scores),
                labels=dict(request.labels),
            )
        )
        # The last thing before the commit: a folder that no version names is replaced by the next that has its number.
        await asyncio.to_thread(self._move_in, fresh, place, number, config)

    def _config(self, request: pb.RegisterModelVersionRequest, files: Path) -> model_config_pb2.ModelConfig:
        """The one that was given, or that lies with the files, or else the model's highest version's; what runs it is filled in."""
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
            if not (files / (config.default_model_filename or "model.py")).exists():  # something else runs this one
                for field in ("backend", "platform", "default_model_filename"):
                    config.ClearField(field)
        config.name = request.model_name
        config.ClearField("version_policy")
        if not (config.backend or config.platform):
            config.backend = next((backend for file, (backend, _) in _BACKENDS.items() if (files / file).exists()), "")
        if not (config.backend or config.platform):
            said = f"is missing, and no file says what runs the model; there would have to be one of {', '.join(_BACKENDS)}"
            raise InvalidRequest.of("config.backend", said)
        return config

    def _move_in(self, fresh: Path, place: str, number: int, config: model_config_pb2.ModelConfig) -> None:
        whole = fresh / "place"
        whole.mkdir()
        (fresh / "files").rename(whole / str(number))
        own = model_config_pb2.ModelConfig()
        own.CopyFrom(config)
        own.name = place
        own.version_policy.specific.versions.append(number)
        (whole / CONFIG).write_text(text_format.MessageToString(own), encoding="utf-8")
        self._repository.mkdir(parents=True, exist_ok=True)
        target = self._repository / place
        shutil.rmtree(target, ignore_errors=True)
        whole.rename(target)

    def _sweep(self) -> None:
        """Removes what a killed process left half fetched."""
        for left in self._incoming.glob("*"):
            with suppress(FileNotFoundError):  # another replica sweeps too
                if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
                    shutil.rmtree(left, ignore_errors=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waited has it


def _platform(config: model_config_pb2.ModelConfig) -> str:
    return str(config.platform) or dict(_BACKENDS.values()).get(config.backend, str(config.backend))
