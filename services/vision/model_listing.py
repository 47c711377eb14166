"""Lists the models: the OCR engine, the image generation models, the face detector and the captioner."""

from __future__ import annotations

from uat.vision.v1 import model_pb2 as pb
from uat.vision.v1 import vision_service_pb2 as service_pb

from services.kit import pages
from services.vision.analysis import caption, faces
from services.vision.generation.models import GenerationModels
from services.vision.recognition.engine import Engine

_PAGE_SIZE = 100


class ModelListing:
    """Lists models for ListModels."""

    def __init__(self, engine: Engine, generation: GenerationModels) -> None:
        self._engine = engine
        self._generation = generation

    async def page(self, request: service_pb.ListModelsRequest) -> tuple[list[pb.Model], str]:
        """A page of the models with the requested use, or of all, and the token of the next page; the default one of each use is first."""
        listing, size = f"vision.models {request.use}", pages.size(request.page_size, _PAGE_SIZE)
        position = pages.decode(request.page_token, listing, int)
        start = position[0] if position else 0
        found = await self._models(request.use)
        return found[start : start + size], pages.encode(listing, start + size) if len(found) > start + size else ""

    async def _models(self, use: pb.ModelUse) -> list[pb.Model]:
        found = [await self._engine.describe(), *await self._generation.all(), _face_detector(), _captioner()]
        return [model for model in found if not use or use in model.uses]


def _face_detector() -> pb.Model:
    return pb.Model(
        id=faces.MODEL,
        description="Detects upright frontal faces and their eyes, with the cascades that OpenCV ships",
        uses=[pb.MODEL_USE_FACES],
        ready=faces.available(),
        is_default=True,
        version=faces.version(),
        device="cpu",
    )


def _captioner() -> pb.Model:
    return pb.Model(
        id=caption.MODEL,
        description="Composes a sentence or two from the other findings about a picture; not a neural network",
        uses=[pb.MODEL_USE_CAPTION],
        ready=True,
        is_default=True,
        version=caption.VERSION,
        device="cpu",
    )
