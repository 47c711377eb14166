"""Finds the image generation models: those in Triton whose configuration declares the task.

The parameters of a model's `config.pbtxt` declare it: `task` is `image-generation`, `sizes` lists the sizes that it makes (`64x64,96x64`,
the default one first), and `default_steps`, `max_steps`, `default_guidance` and `description` complete it. So a model that an operator
puts into the repository is offered without a change here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from inference import model_config_pb2

from services.kit.errors import DependencyUnavailable
from services.kit.triton.client import Triton
from services.vision.errors import ModelNotFound, ModelNotReady

TASK = "image-generation"
_FRESH_SECONDS = 5.0
"""How long an answer of Triton is used before it is asked for again."""
_READY = "READY"


@dataclass(frozen=True, slots=True)
class GenerationModel:
    """A model that makes pictures. `sizes` has the default one first, and is never empty."""

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
    """Finds models by name. Keeps models that disappeared, so that one that is being reloaded differs from one that never existed."""

    def __init__(self, triton: Triton, default: str, names: Mapping[str, str], clock: Callable[[], float]) -> None:
        self._triton = triton
        self.default = default
        self._aliases = dict(names)
        self._clock = clock
        self._models: dict[str, GenerationModel] = {}
        self._fresh_until = float("-inf")
        self._refreshing = asyncio.Lock()

    async def all(self) -> list[GenerationModel]:
        """All known models, the default one first; none is ready while Triton is down."""
        try:
            await self._refreshed()
        except DependencyUnavailable:
            self._models = {name: replace(model, ready=False) for name, model in self._models.items()}
        return sorted(self._models.values(), key=lambda m: (m.id != self.default, m.id))

    async def named(self, name: str, field: str) -> GenerationModel:
        """The model of this name or alias, or with an empty name the default one. Raises ModelNotFound, ModelNotReady, or
        DependencyUnavailable while Triton is down.
        """
        wanted = self._aliases.get(name, name) or self.default
        await self._refreshed()
        model = self._models.get(wanted)
        if model is None and wanted != self.default:
            raise ModelNotFound.named(name, "makes pictures", field)
        if model is None or not model.ready:
            raise ModelNotReady.named(wanted)
        return model

    def refresh(self) -> None:
        """Drops Triton's last answer, which turned out to be outdated."""
        self._fresh_until = float("-inf")

    async def _refreshed(self) -> None:
        if self._clock() < self._fresh_until:
            return
        async with self._refreshing:
            if self._clock() < self._fresh_until:
                return
            found = await self._loaded()
            gone = {name: replace(model, ready=False) for name, model in self._models.items() if name not in found}
            self._models = {**gone, **found}
            self._fresh_until = self._clock() + _FRESH_SECONDS

    async def _loaded(self) -> dict[str, GenerationModel]:
        versions: dict[str, str] = {}
        for entry in await self._triton.index():
            if entry.state == _READY and int(entry.version) > int(versions.get(entry.name, "0")):
                versions[entry.name] = entry.version
        configs = await asyncio.gather(*(self._triton.config(name, version) for name, version in versions.items()))
        models = [_model(config, version) for config, version in zip(configs, versions.values(), strict=True) if config is not None]
        return {model.id: model for model in models if model is not None}


def _model(config: model_config_pb2.ModelConfig, version: str) -> GenerationModel | None:
    parameters = {name: value.string_value for name, value in config.parameters.items()}
    sizes = tuple(_sizes(parameters.get("sizes", "")))
    if parameters.get("task") != TASK or not sizes:
        return None
    steps = _whole(parameters.get("default_steps"), 20)
    return GenerationModel(
        id=config.name,
        description=parameters.get("description", ""),
        version=version,
        device=_device(config),
        sizes=sizes,
        default_steps=steps,
        max_steps=max(steps, _whole(parameters.get("max_steps"), 200)),
        default_guidance=_number(parameters.get("default_guidance"), 5.0),
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
    """Parses `alias=model` pairs."""
    return {alias.strip(): model.strip() for alias, _, model in (pair.partition("=") for pair in pairs) if model}
