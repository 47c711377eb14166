"""Where versions live in Triton, and how they get in and out of it.

Built versions share their model's folder, and which of them are loaded is said by the version policy that goes with a load. Triton loads
only what is new and unloads only what is gone; versions that stay answer on (the first such load after Triton started loads them anew
beside themselves, and loses nothing). A failed load leaves everything as it was.

A registered version has a folder of its own, `name@version`, because Triton has one configuration for all versions in a folder: so it may
have inputs, outputs and instances of its own, and nothing that happens to it can touch the others. Callers never see that name.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from pathlib import Path
from typing import Any

from google.protobuf import json_format, text_format
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2

from services.kit.errors import Fault
from services.kit.triton.client import ModelAway, Triton, TritonFailed
from services.kit.triton.liveness import REVIVED
from services.ml_inference.errors import DigestMismatch, LoadFailed
from services.ml_inference.registry.models import Version
from services.models import manifest

LOAD_SECONDS = 1800.0
_UNLOAD_SECONDS = 15.0
"""How long Triton may take to end the process of a model that has nothing to do any more."""
_LOOK = 0.05
_LONGEST = 2000
CONFIG = "config.pbtxt"

Place = tuple[str, int]
"""A model of Triton's and its version."""


def place_of(model: str, version: int) -> str:
    """The folder of a registered version. No caller can name a model like this."""
    return f"{model}@{version}"


def model_of(place: str) -> str:
    """The model that callers know for a model of Triton's."""
    return place.partition("@")[0]


class TritonModels:
    """Loads and unloads in Triton, one at a time in each folder."""

    def __init__(self, triton: Triton, repository: Path) -> None:
        self._triton = triton
        self._repository = repository
        self._alone: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._revived: defaultdict[str, dict[str, str]] = defaultdict(dict)

    async def index(self) -> dict[Place, str]:
        """The state of everything in Triton: READY, LOADING, UNLOADING or UNAVAILABLE. Raises DependencyUnavailable."""
        return {(m.name, int(m.version)): m.state for m in await self._triton.index() if m.version.isdecimal()}

    async def load(self, version: Version, device: str) -> model_config_pb2.ModelConfig:
        """Loads a version beside those of its folder that are there, and returns its configuration with all that was filled in.

        Raises DigestMismatch when its files aren't what was registered, LoadFailed with the backend's words, or DependencyUnavailable.
        """
        row = version.row
        async with self._alone[row.place]:
            await self.check(version)
            there = {number for (place, number), state in (await self.index()).items() if place == row.place and state == "READY"}
            await self._ask_to_load(row.place, there | {row.version}, device)
        found = await self.config(version)
        if found is None:
            raise LoadFailed(f"Triton loaded {version.name} and has lost it again", metadata=_named(version))
        return found

    async def check(self, version: Version) -> None:
        """Raises DigestMismatch when a version's files aren't what was registered."""
        folder = self._repository / version.row.place / version.number
        digest, _ = await asyncio.to_thread(manifest.digest, folder)
        if digest != version.row.sha256:
            said = "are not there" if not folder.is_dir() else f"have the digest {digest}, and {version.row.sha256} was registered"
            raise DigestMismatch(f"the files of {version.name} {said}", metadata=_named(version))

    async def config(self, version: Version) -> model_config_pb2.ModelConfig | None:
        """The configuration of a version with all that was filled in; None when it isn't loaded. Raises DependencyUnavailable."""
        found = await self._triton.config(version.row.place, version.number)
        if found is not None:
            found.name = version.model
            found.ClearField("version_policy")
            for key in [key for key in found.parameters if key.startswith(REVIVED)]:
                del found.parameters[key]
        return found

    async def revive(self, version: Version) -> model_config_pb2.ModelConfig:
        """Loads a version anew whose process died; a load alone would do nothing, for in Triton's eyes it is there and unchanged. Raises as
        `load` does.
        """
        if version.config.model_transaction_policy.decoupled:  # its streams hang, and can learn of it here
            self._revived[version.row.place][REVIVED + version.number] = str(time.time())
        await self.unload(version, wait=False)
        return await self.load(version, version.row.device)

    async def unload(self, version: Version, *, wait: bool = True) -> None:
        """Takes a version out of Triton and waits until its memory is free, which it never is where streams of a dead process hang. Raises
        DependencyUnavailable.
        """
        place = (version.row.place, version.row.version)
        async with self._alone[place[0]]:
            index = await self.index()
            if index.get(place) == "READY":
                there = {number for (name, number), state in index.items() if name == place[0] and state == "READY"}
                if left := there - {place[1]}:
                    await self._ask_to_load(place[0], left, version.row.device)
                else:
                    await self._ask("RepositoryModelUnload", oip.RepositoryModelUnloadRequest(model_name=place[0]))
            for _ in range(int(_UNLOAD_SECONDS / _LOOK) if wait else 0):
                if (await self.index()).get(place) not in ("READY", "UNLOADING"):
                    break
                await asyncio.sleep(_LOOK)

    async def executed(self, version: Version) -> int:
        """How many requests Triton executed with a version since it was loaded. Raises DependencyUnavailable."""
        request = oip.ModelStatisticsRequest(name=version.row.place, version=version.number)
        try:
            answer = await self._triton.ask("ModelStatistics", request)
        except (TritonFailed, ModelAway):
            return 0
        return sum(stats.inference_count for stats in answer.model_stats)

    async def _ask_to_load(self, place: str, versions: Iterable[int], device: str) -> None:
        config = await asyncio.to_thread(read_config, self._repository / place / CONFIG)
        config.version_policy.Clear()
        config.version_policy.specific.versions.extend(sorted(versions))
        if device:
            put_on(config, device)
        for key, died in self._revived[place].items():
            config.parameters[key].string_value = died
        request = oip.RepositoryModelLoadRequest(model_name=place)
        request.parameters["config"].string_param = json_format.MessageToJson(config, preserving_proto_field_name=True, indent=None)
        await self._ask("RepositoryModelLoad", request)

    async def _ask(self, method: str, request: Any) -> None:
        try:
            await self._triton.ask(method, request, timeout=LOAD_SECONDS)
        except TritonFailed as failed:
            raise LoadFailed(failed.said[:_LONGEST], metadata={"model": model_of(request.model_name)}) from failed


class NamedTriton(Triton):
    """Triton as the data path sees it: models have the names that callers know. `noticed` is called when it or a model was away."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._places: dict[tuple[str, str], str] = {}
        self.noticed: Callable[[], None] = lambda: None

    def place(self, model: str, version: str, place: str | None) -> None:
        """Takes in where a version lies; None forgets it. Only those outside their model's own folder need another name."""
        if place is None or place == model:
            self._places.pop((model, version), None)
        else:
            self._places[model, version] = place

    async def exchange(self, request: oip.ModelInferRequest, *, timeout: float | None) -> oip.ModelInferResponse:
        """As Triton's."""
        model = request.model_name
        place = self._places.get((model, request.model_version))
        try:
            if place is None:
                return await super().exchange(request, timeout=timeout)
            request.model_name = place
            response = await super().exchange(request, timeout=timeout)
        except Fault as fault:
            if fault.transient:
                self.noticed()
            raise
        finally:
            request.model_name = model
        response.model_name = model
        return response

    async def stream(self, request: oip.ModelInferRequest, *, timeout: float | None) -> AsyncGenerator[oip.ModelInferResponse, None]:
        """As Triton's."""
        model = request.model_name
        sent = request
        if (place := self._places.get((model, request.model_version))) is not None:
            sent = oip.ModelInferRequest()
            sent.CopyFrom(request)
            sent.model_name = place
        try:
            async with aclosing(super().stream(sent, timeout=timeout)) as responses:
                async for response in responses:
                    response.model_name = model
                    yield response
        except Fault as fault:
            if fault.transient:
                self.noticed()
            raise

    async def ask(self, method: str, request: Any, *, timeout: float = 10.0) -> Any:
        """As Triton's. Statistics are asked for and told under the names that callers know."""
        if method != "ModelStatistics":
            return await super().ask(method, request, timeout=timeout)
        asked = oip.ModelStatisticsRequest(name=self._places.get((request.name, request.version), request.name), version=request.version)
        answer = await super().ask(method, asked, timeout=timeout)
        for stats in answer.model_stats:
            stats.name = model_of(stats.name)
        return answer


def read_config(path: Path) -> model_config_pb2.ModelConfig:
    """The configuration in a `config.pbtxt`. Raises LoadFailed when there is none, or when it can't be read."""
    try:
        return text_format.Parse(path.read_text(encoding="utf-8"), model_config_pb2.ModelConfig())
    except (OSError, UnicodeDecodeError) as error:
        raise LoadFailed(f"{path.parent.name} has no {CONFIG} that can be read") from error
    except text_format.ParseError as error:
        raise LoadFailed(f"{CONFIG} of {path.parent.name} can't be read: {error}") from error


def put_on(config: model_config_pb2.ModelConfig, device: str) -> None:
    """Has a model run on a device instead of where its configuration says."""
    group = model_config_pb2.ModelInstanceGroup
    groups = config.instance_group or [config.instance_group.add(count=1)]
    for one in groups:
        if device == "cpu":
            one.kind = group.KIND_CPU
            del one.gpus[:]
        else:
            one.kind = group.KIND_GPU
            one.gpus[:] = [int(device.removeprefix("gpu"))]


def device_of(config: model_config_pb2.ModelConfig) -> str:
    """The device that a configuration asks for; the first, where there are several."""
    for group in config.instance_group:
        if group.kind == model_config_pb2.ModelInstanceGroup.KIND_GPU:
            return f"gpu{group.gpus[0] if group.gpus else 0}"
    return "cpu"


def _named(version: Version) -> dict[str, str]:
    return {"model": version.model, "version": version.number}
