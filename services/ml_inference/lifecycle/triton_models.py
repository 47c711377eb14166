"""Loads versions into Triton and unloads them, one change at a time in each folder of its model repository.

The versions in one folder share a load: the version policy that is sent with it names those that should be loaded. Triton loads what is new
and unloads what is missing; the other versions go on (the first such load after Triton started loads them a second time beside themselves,
and loses no request). A failed load changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2

from services.kit.triton.client import ModelAway, Triton, TritonFailed
from services.kit.triton.liveness import RESTARTED
from services.ml_inference.errors import DigestMismatch, LoadFailed
from services.ml_inference.registry.models import Version
from services.ml_inference.triton.repository import CONFIG, model_of, read_config, set_device
from services.models import manifest

_LOAD_SECONDS, _UNLOAD_SECONDS = 1800.0, 15.0
"""How long Triton may take to load a model, and to end the process of an idle one."""
_POLL = 0.05
_MESSAGE_LENGTH = 2000


class TritonModels:
    """The loaded versions of one Triton. Its methods raise DependencyUnavailable while Triton is away."""

    def __init__(self, triton: Triton, repository: Path) -> None:
        self._triton = triton
        self._repository = repository
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._restarts: defaultdict[str, dict[str, str]] = defaultdict(dict)

    async def index(self) -> dict[tuple[str, int], str]:
        """The state of each folder's versions in Triton: READY, LOADING, UNLOADING, UNLOADED or UNAVAILABLE."""
        return {(m.name, int(m.version)): m.state for m in await self._triton.index() if m.version.isdecimal()}

    async def load(self, version: Version, device: str) -> model_config_pb2.ModelConfig:
        """Loads a version beside the loaded ones of its folder, and returns its configuration as Triton completed it.

        Raises DigestMismatch when its files aren't those that were registered, or LoadFailed with the backend's message.
        """
        folder = version.row.folder
        async with self._locks[folder]:
            await self.verify(version)
            loaded = {number for (name, number), state in (await self.index()).items() if name == folder and state == "READY"}
            await self._load(folder, loaded | {version.row.version}, device)
        found = await self.config(version)
        if found is None:
            raise LoadFailed(f"Triton loaded {version.name} and lost it again", metadata=version.metadata)
        return found

    async def verify(self, version: Version) -> None:
        """Raises DigestMismatch when a version's files aren't those that were registered."""
        folder = self._repository / version.row.folder / version.number
        digest, _ = await asyncio.to_thread(manifest.digest, folder)
        if digest != version.row.sha256:
            problem = f"have the digest {digest}, and {version.row.sha256} was registered" if folder.is_dir() else "are missing"
            raise DigestMismatch(f"the files of {version.name} {problem}", metadata=version.metadata)

    async def config(self, version: Version) -> model_config_pb2.ModelConfig | None:
        """The configuration of a version as Triton completed it; None when it isn't loaded."""
        found = await self._triton.config(version.row.folder, version.number)
        if found is not None:
            found.name = version.model
            found.ClearField("version_policy")
            for key in [key for key in found.parameters if key.startswith(RESTARTED)]:
                del found.parameters[key]
        return found

    async def restart(self, version: Version) -> model_config_pb2.ModelConfig:
        """Restarts a version whose process died. A load alone would do nothing: for Triton it is loaded and unchanged. Raises as `load`."""
        if version.config.model_transaction_policy.decoupled:  # its streams hang, and find the restart in the configuration
            self._restarts[version.row.folder][RESTARTED + version.number] = str(time.time())
        await self.unload(version, wait=False)
        return await self.load(version, version.row.device)

    async def unload(self, version: Version, *, wait: bool = True) -> None:
        """Unloads a version, and waits until its memory is free, which never happens while streams of a dead process hang."""
        folder, number = version.row.folder, version.row.version
        async with self._locks[folder]:
            index = await self.index()
            if index.get((folder, number)) == "READY":
                loaded = {other for (name, other), state in index.items() if name == folder and state == "READY"}
                if left := loaded - {number}:
                    await self._load(folder, left, version.row.device)
                else:
                    await self._call("RepositoryModelUnload", oip.RepositoryModelUnloadRequest(model_name=folder))
            for _ in range(int(_UNLOAD_SECONDS / _POLL) if wait else 0):
                if (await self.index()).get((folder, number)) not in ("READY", "UNLOADING"):
                    break
                await asyncio.sleep(_POLL)

    async def executions(self, version: Version) -> int:
        """How many requests Triton executed on a version since it was loaded."""
        request = oip.ModelStatisticsRequest(name=version.row.folder, version=version.number)
        try:
            answer = await self._triton.ask("ModelStatistics", request)
        except (TritonFailed, ModelAway):
            return 0
        return sum(stats.inference_count for stats in answer.model_stats)

    async def _load(self, folder: str, versions: Iterable[int], device: str) -> None:
        config = await asyncio.to_thread(read_config, self._repository / folder / CONFIG)
        config.version_policy.Clear()
        config.version_policy.specific.versions.extend(sorted(versions))
        if device:
            set_device(config, device)
        for key, restarted in self._restarts[folder].items():
            config.parameters[key].string_value = restarted
        request = oip.RepositoryModelLoadRequest(model_name=folder)
        request.parameters["config"].string_param = json_format.MessageToJson(config, preserving_proto_field_name=True, indent=None)
        await self._call("RepositoryModelLoad", request)

    async def _call(self, method: str, request: Any) -> None:
        try:
            await self._triton.ask(method, request, timeout=_LOAD_SECONDS)
        except TritonFailed as failed:
            raise LoadFailed(failed.triton_message[:_MESSAGE_LENGTH], metadata={"model": model_of(request.model_name)}) from failed
