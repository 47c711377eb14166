"""Auto-registration: keeps the registry in step with the manifest of the models that were built with the mesh."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog
from uat.ml_inference.v1 import model_pb2

from services.kit.ids import NewId
from services.kit.tasks import end, keep
from services.ml_inference.errors import LoadFailed
from services.ml_inference.registry.models import BUILT
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.rows import NewVersion, VersionRow
from services.ml_inference.registry.store import Rows, Store
from services.ml_inference.triton.memory import estimate
from services.ml_inference.triton.repository import CONFIG, read_config
from services.models import manifest

_log = structlog.get_logger("uat.ml_inference")


class BuiltinModels:
    """Compares the registry with the manifest beside the model repository, when it is entered and whenever the manifest changes.

    It keeps what operators decided: settings, which versions are loaded, and that a built version was deleted.
    """

    def __init__(self, store: Store, registry: Registry, repository: Path, interval: float, new_id: NewId) -> None:
        self._store = store
        self._registry = registry
        self._repository = repository
        self._interval = interval
        self._new_id = new_id
        self._applied = 0.0
        """Modification time of the manifest that was applied last."""
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.synchronize()
        self._task = asyncio.create_task(keep(self._check, self._interval, "built models not registered"))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)

    async def synchronize(self) -> None:
        """Registers new versions, replaces rebuilt ones, and removes those that aren't built any more. Raises DependencyUnavailable."""
        modified = await asyncio.to_thread(self._modified)
        built = await asyncio.to_thread(manifest.read, self._repository.parent)
        if not built:
            return  # Triton is not the mesh's own, or was never started
        async with self._store.transaction() as rows:
            deleted = await rows.deleted()
            registered: dict[str, dict[int, VersionRow]] = {}
            for row in await rows.versions():
                registered.setdefault(row.model_name, {})[row.version] = row
            for name, model in built.items():
                await self._register(rows, name, model, registered.get(name, {}), deleted)
            for name, versions in registered.items():
                for number, row in versions.items():
                    if row.source_uri.startswith(BUILT) and (name not in built or number not in built[name].versions):
                        await rows.delete_version(name, number, built=False)
        self._applied = modified
        await self._registry.changed()

    async def _register(
        self, rows: Rows, name: str, model: manifest.Model, registered: dict[int, VersionRow], deleted: dict[tuple[str, int], str]
    ) -> None:
        try:
            config = await asyncio.to_thread(read_config, self._repository / name / CONFIG)
        except LoadFailed as fault:
            _log.warning("a built model is not registered", model=name, error=str(fault))
            return
        config.name = name
        config.ClearField("version_policy")
        new = {n: v for n, v in model.versions.items() if _is_new(name, n, v, registered.get(n)) and deleted.get((name, n)) != v.sha256}
        if not new:
            return
        await rows.lock(name)
        task = f"MODEL_TASK_{model.task}"
        known = task if task in model_pb2.ModelTask.keys() else "MODEL_TASK_OTHER"  # noqa: SIM118 - not a dictionary
        await rows.add_model(name, known, model.description, self._new_id("etag"))
        for number, version in new.items():
            before = registered.get(number)
            await rows.put_version(
                NewVersion(
                    model_name=name,
                    version=number,
                    folder=name,
                    sha256=version.sha256,
                    source_uri=f"{BUILT}{name}",
                    source_sha256=version.sha256,
                    platform=version.platform,
                    precision=version.precision,
                    size_bytes=version.size_bytes,
                    memory_bytes=estimate(version.size_bytes),
                    config=config.SerializeToString(deterministic=True),
                    scores=version.scores,
                    labels={},
                    wanted=number in model.default_versions if before is None else before.wanted,
                )
            )

    def _modified(self) -> float:
        try:
            return (self._repository.parent / manifest.NAME).stat().st_mtime
        except OSError:
            return self._applied

    async def _check(self) -> None:
        if await asyncio.to_thread(self._modified) != self._applied:
            await self.synchronize()


def _is_new(model: str, number: int, version: manifest.Built, before: VersionRow | None) -> bool:
    if before is None or before.sha256 == version.sha256:
        return before is None
    if before.source_uri.startswith(BUILT):
        return True
    _log.warning("a built version is not registered: an operator registered its number", model=f"{model}/{number}")
    return False
