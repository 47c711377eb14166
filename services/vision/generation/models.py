"""Finds the image generation models: those in Triton whose configuration declares the task.

The parameters of a model's `config.pbtxt` declare it: `task` is `image-generation`, `sizes` lists the sizes that it makes (`64x64,96x64`,
the default one first), and `default_steps`, `max_steps`, `default_guidance` and `description` complete it. So a model that an operator
puts into the repository is offered without a change here.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping

from inference import model_config_pb2
from uat.vision.v1.model_pb2 import MODEL_USE_GENERATION, ImageSize, Model

from services.kit.errors import DependencyUnavailable
from services.kit.triton.client import Triton
from services.vision.errors import ModelNotFound, ModelNotReady

TASK = "image-generation"
_FRESH_SECONDS = 5.0
"""How long an answer of Triton is used before it is asked for again."""
_READY = "READY"
_SIZE = re.compile(r"(\d+)x(\d+)")


class GenerationModels:
    """Finds models by name. Keeps models that disappeared, so that one that is being reloaded differs from one that never existed."""

    def __init__(self, triton: Triton, default: str, names: Mapping[str, str], clock: Callable[[], float]) -> None:
        self._triton = triton
        self.default = default
        self._aliases = dict(names)
        self._clock = clock
        self._models: dict[str, Model] = {}
        self._fresh_until = float("-inf")
        self._refreshing = asyncio.Lock()

    async def all(self) -> list[Model]:
        """All known models, the default one first; none is ready while Triton is down."""
        try:
            await self._refreshed()
        except DependencyUnavailable:
            for model in self._models.values():
                model.ready = False
        return sorted(self._models.values(), key=lambda m: (m.id != self.default, m.id))

    async def named(self, name: str, field: str) -> Model:
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
            for model in self._models.values():
                model.ready = False
            self._models |= found
            self._fresh_until = self._clock() + _FRESH_SECONDS

    async def _loaded(self) -> dict[str, Model]:
        versions: dict[str, str] = {}
        for entry in await self._triton.index():
            if entry.state == _READY and int(entry.version) > int(versions.get(entry.name, "0")):
                versions[entry.name] = entry.version
        configs = await asyncio.gather(*(self._triton.config(name, version) for name, version in versions.items()))
        models = [
            _model(config, version, config.name == self.default)
            for config, version in zip(configs, versions.values(), strict=True)
            if config is not None
        ]
        return {model.id: model for model in models if model is not None}


def _model(config: model_config_pb2.ModelConfig, version: str, is_default: bool) -> Model | None:
    parameters = {name: value.string_value for name, value in config.parameters.items()}
    sizes = [ImageSize(width=int(width), height=int(height)) for width, height in _SIZE.findall(parameters.get("sizes", ""))]
    if parameters.get("task") != TASK or not sizes:
        return None
    steps = _whole(parameters.get("default_steps"), 20)
    return Model(
        id=config.name,
        description=parameters.get("description", ""),
        uses=[MODEL_USE_GENERATION],
        ready=True,
        is_default=is_default,
        version=version,
        device=_device(config),
        sizes=sizes,
        default_steps=steps,
        max_steps=max(steps, _whole(parameters.get("max_steps"), 200)),
        default_guidance=_number(parameters.get("default_guidance"), 5.0),
    )


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
