"""The models that make pictures: those in Triton whose configuration says so.

A model takes part by the parameters of its `config.pbtxt`: `task` is `image-generation`, `sizes` lists what it can make (`64x64,96x64`, the
default one first), and `default_steps`, `max_steps`, `default_guidance` and `description` say the rest. So a pipeline folder that an
operator puts into the repository is offered without a change here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from inference import grpc_service_pb2 as oip
from inference import model_config_pb2

from services.kit.errors import DependencyUnavailable
from services.vision.errors import ModelNotFound, ModelNotReady

TASK = "image-generation"
_KNOWN_FOR = 5.0
"""Seconds for which what Triton said is believed."""
_READY = "READY"


class Repository(Protocol):
    """What is asked of Triton. Raises DependencyUnavailable while it is down."""

    async def index(self) -> Sequence[oip.RepositoryIndexResponse.ModelIndex]:
        """The versions of all models, with their states."""

    async def config(self, model: str, version: str) -> model_config_pb2.ModelConfig | None:
        """The configuration of a loaded version; None when it isn't loaded any more."""


@dataclass(frozen=True, slots=True)
class GenerationModel:
    """A model that makes pictures. `sizes` has the default one first and is never empty."""

    id: str
    description: str
    version: str
    device: str
    sizes: tuple[tuple[int, int], ...]
    default_steps: int
    max_steps: int
    default_guidance: float
    ready: bool = True


class GenerationModels:
    """Finds models by name. Remembers what it saw, so that a model that is being loaded again is told from one that never was."""

    def __init__(self, repository: Repository, default: str, names: Mapping[str, str], clock: Callable[[], float]) -> None:
        self._repository = repository
        self.default = default
        self._aliases = dict(names)
        self._clock = clock
        self._seen: dict[str, GenerationModel] = {}
        self._fresh_until = float("-inf")
        self._asking = asyncio.Lock()

    async def all(self) -> list[GenerationModel]:
        """All that are known, the default one first; none is ready while Triton is down."""
        try:
            await self._ask()
        except DependencyUnavailable:
            self._seen = {name: replace(model, ready=False) for name, model in self._seen.items()}
        return sorted(self._seen.values(), key=lambda m: (m.id != self.default, m.id))

    async def named(self, name: str, field: str) -> GenerationModel:
        """The model of this name, or the default one. Raises ModelNotFound, ModelNotReady, or DependencyUnavailable without Triton."""
        wanted = self._aliases.get(name, name) or self.default
        await self._ask()
        model = self._seen.get(wanted)
        if model is None and wanted != self.default:
            raise ModelNotFound.named(name, "makes pictures", field)
        if model is None or not model.ready:
            raise ModelNotReady.named(wanted)
        return model

    def forget(self) -> None:
        """Has Triton asked again next time: what it said turned out to be old."""
        self._fresh_until = float("-inf")

    async def _ask(self) -> None:
        if self._clock() < self._fresh_until:
            return
        async with self._asking:
            if self._clock() < self._fresh_until:
                return
            found = await self._loaded()
            gone = {name: replace(model, ready=False) for name, model in self._seen.items() if name not in found}
            self._seen = {**gone, **found}
            self._fresh_until = self._clock() + _KNOWN_FOR

    async def _loaded(self) -> dict[str, GenerationModel]:
        versions: dict[str, str] = {}
        for entry in await self._repository.index():
            if entry.state == _READY and int(entry.version) > int(versions.get(entry.name, "0")):
                versions[entry.name] = entry.version
        configs = await asyncio.gather(*(self._repository.config(name, version) for name, version in versions.items()))
        models = [_model(config, version) for config, version in zip(configs, versions.values(), strict=True) if config is not None]
        return {model.id: model for model in models if model is not None}


def _model(config: model_config_pb2.ModelConfig, version: str) -> GenerationModel | None:
    said = {name: value.string_value for name, value in config.parameters.items()}
    sizes = tuple(_sizes(said.get("sizes", "")))
    if said.get("task") != TASK or not sizes:
        return None
    steps = _whole(said.get("default_steps"), 20)
    return GenerationModel(
        id=config.name,
        description=said.get("description", ""),
        version=version,
        device=_device(config),
        sizes=sizes,
        default_steps=steps,
        max_steps=max(steps, _whole(said.get("max_steps"), 200)),
        default_guidance=_number(said.get("default_guidance"), 5.0),
    )


def _sizes(text: str) -> Iterable[tuple[int, int]]:
    for size in text.replace(" ", "").split(","):
        width, _, height = size.partition("x")
        if width.isdecimal() and height.isdecimal():
            yield int(width), int(height)


def _device(config: model_config_pb2.ModelConfig) -> str:
    for group in config.instance_group:
        if group.kind == model_config_pb2.ModelInstanceGroup.KIND_GPU:
            return f"gpu{group.gpus[0] if group.gpus else 0}"
    return "cpu"


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise


def _number(text: str | None, otherwise: float) -> float:
    try:
        return float(text or "")
    except ValueError:
        return otherwise


def aliases(pairs: Iterable[str]) -> dict[str, str]:
    """`alias=model` pairs as a table."""
    return {alias.strip(): model.strip() for alias, _, model in (pair.partition("=") for pair in pairs) if model}
