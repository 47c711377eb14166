"""The servicer of text recognition, uploads and the listing of models."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from uat.vision.v1 import source_pb2
from uat.vision.v1 import vision_service_pb2 as pb

from services.kit.context import caller
from services.vision.model_listing import ModelListing
from services.vision.recognition.recognition import Recognition
from services.vision.sources import Sources
from services.vision.uploads.uploads import Uploads


class DocumentsServicer:
    """RPCs of `uat.vision.v1.VisionService`: RecognizeText, uploads and ListModels."""

    def __init__(
        self, recognition: Recognition, sources: Sources, uploads: Uploads, listing: ModelListing, limits: source_pb2.Limits
    ) -> None:
        self._recognition = recognition
        self._sources = sources
        self._uploads = uploads
        self._listing = listing
        self._limits = limits

    async def RecognizeText(self, request: pb.RecognizeTextRequest, _: Any) -> pb.RecognizeTextResponse:
        content = await self._sources.fetch(caller(), request.source)
        return pb.RecognizeTextResponse(document=await self._recognition.recognize(content, request.options, caller().tenant_id))

    async def UploadImage(self, requests: AsyncIterator[pb.UploadImageRequest], _: Any) -> pb.UploadImageResponse:
        return pb.UploadImageResponse(upload=await self._uploads.receive(caller(), requests))

    async def DeleteUpload(self, request: pb.DeleteUploadRequest, _: Any) -> pb.DeleteUploadResponse:
        await self._uploads.delete(caller(), request.upload_id)
        return pb.DeleteUploadResponse()

    async def ListModels(self, request: pb.ListModelsRequest, _: Any) -> pb.ListModelsResponse:
        models, next_page_token = await self._listing.page(request)
        return pb.ListModelsResponse(models=models, limits=self._limits, next_page_token=next_page_token)
