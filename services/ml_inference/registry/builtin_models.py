"""Takes in what was built for the mesh, so that its models are registered without anybody's doing."""

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
from services.ml_inference.lifecycle.memory import estimate
from services.ml_inference.lifecycle.triton_models import CONFIG, read_config
from services.ml_inference.registry.models import BUILT
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import NewVersion, Rows, Store, VersionRow
from services.models import manifest

_log = structlog.get_logger("uat.ml_inference")


class BuiltinModels:
    """Holds the registry against the manifest beside the live repository: when it is entered, and whenever the manifest has changed.

    What operators decided stays: settings, what is loaded, and that a built version was deleted.
    """

    def __init__(self, store: Store, registry: Registry, repository: Path, seconds: float, new_id: NewId) -> None:
        self._store = store
        self._registry = registry
        self._repository = repository
        self._seconds = seconds
        self._new_id = new_id
        self._seen = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.take_in()
        self._task = asyncio.create_task(keep(self._look, self._seconds, "built models not taken in"))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)

    async def take_in(self) -> None:
        """Adds what is new, replaces what was built anew, and takes out what isn't built any more. Raises DependencyUnavailable."""
        seen = await asyncio.to_thread(self._changed)
        built = await asyncio.to_thread(manifest.read, self._repository.parent)
        if not built:
            return  # a Triton of somebody else's, or one that was never started
        async with self._store.transaction() as rows:
            deleted = await rows.deleted()
            there: dict[str, dict[int, VersionRow]] = {}
            for row in await rows.versions():
                there.setdefault(row.model_name, {})[row.version] = row
            for name, model in built.items():
                await self._take_in(rows, name, model, there.get(name, {}), deleted)
            for name, versions in there.items():
                for number, row in versions.items():
                    if row.source_uri.startswith(BUILT) and (name not in built or number not in built[name].versions):
                        await rows.delete_version(name, number, built=False)
        self._seen = seen
        await self._registry.changed()

    async def _take_in(
        self, rows: Rows, name: str, model: manifest.Model, there: dict[int, VersionRow], deleted: dict[tuple[str, int], str]
    ) -> None:
        try:
            config = await asyncio.to_thread(read_config, self._repository / name / CONFIG)
        except LoadFailed as fault:
            _log.warning("a built model is not taken in", model=name, error=str(fault))
            return
        config.name = name
        config.ClearField("version_policy")
        fresh = {n: v for n, v in model.versions.items() if _is_new(name, n, v, there.get(n)) and deleted.get((name, n)) != v.sha256}
        if not fresh:
            return
        await rows.alone(name)
        task = f"MODEL_TASK_{model.task}"
        known = task if task in model_pb2.ModelTask.keys() else "MODEL_TASK_OTHER"  # noqa: SIM118 - not a dictionary
        await rows.add_model(name, known, model.description, self._new_id("etag"))
        for number, version in fresh.items():
            before = there.get(number)
            await rows.put_version(
                NewVersion(
                    model_name=name,
                    version=number,
                    place=name,
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

    def _changed(self) -> float:
        try:
            return (self._repository.parent / manifest.NAME).stat().st_mtime
        except OSError:
            return self._seen

    async def _look(self) -> None:
        if await asyncio.to_thread(self._changed) != self._seen:
            await self.take_in()


def _is_new(model: str, number: int, version: manifest.Built, before: VersionRow | None) -> bool:
    if before is None or before.sha256 == version.sha256:
        return before is None
    if before.source_uri.startswith(BUILT):
        return True
    _log.warning("a built version is not taken in: its number was registered by somebody", model=f"{model}/{number}")
    return False
