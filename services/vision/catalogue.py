"""What there is to work with: the engine that reads, the models that make pictures, and what finds and describes things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from uat.vision.v1 import model_pb2 as pb

from services.vision.analysis import caption, faces
from services.vision.generation_models import GenerationModel


class Engine(Protocol):
    """What reads text."""

    async def describe(self) -> pb.Model:
        """The engine, for people; not ready while its models are away."""


class Painters(Protocol):
    """The models that make pictures."""

    @property
    def default(self) -> str:
        """The one that is taken where a request names none."""

    async def all(self) -> Sequence[GenerationModel]:
        """All that are known, the default one first; none is ready while Triton is down."""


class Catalogue:
    """Lists models."""

    def __init__(self, engine: Engine, painters: Painters) -> None:
        self._engine = engine
        self._painters = painters

    async def models(self, use: pb.ModelUse = pb.MODEL_USE_UNSPECIFIED) -> list[pb.Model]:
        """The models with this use, or all; of each use the default one first."""
        found = [await self._engine.describe()]
        found += [_painter(model, self._painters.default) for model in await self._painters.all()]
        found += [_faces(), _caption()]
        return [model for model in found if not use or use in model.uses]


def _painter(model: GenerationModel, default: str) -> pb.Model:
    return pb.Model(
        id=model.id,
        description=model.description,
        uses=[pb.MODEL_USE_GENERATION],
        ready=model.ready,
        is_default=model.id == default,
        version=model.version,
        device=model.device,
        sizes=[pb.ImageSize(width=width, height=height) for width, height in model.sizes],
        default_steps=model.default_steps,
        max_steps=model.max_steps,
    )


def _faces() -> pb.Model:
    said = "Finds faces that look at the camera and stand upright, and their eyes; the cascades that come with OpenCV"
    return pb.Model(
        id=faces.MODEL,
        description=said,
        uses=[pb.MODEL_USE_FACES],
        ready=faces.available(),
        is_default=True,
        version=faces.version(),
        device="cpu",
    )


def _caption() -> pb.Model:
    said = "Puts a sentence or two together from what was found on a picture; no network looks at it"
    return pb.Model(
        id=caption.MODEL, description=said, uses=[pb.MODEL_USE_CAPTION], ready=True, is_default=True, version=caption.VERSION, device="cpu"
    )
