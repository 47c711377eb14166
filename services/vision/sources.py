"""Fetches content: from the request, or from one of the caller's uploads."""

from __future__ import annotations

from uat.vision.v1 import document_pb2, source_pb2

from services.kit.context import Caller
from services.kit.errors import InvalidRequest
from services.vision.content.header import Facts, inspect
from services.vision.content.limits import PixelLimits
from services.vision.content.scratch import Scratch
from services.vision.errors import ContentTooLarge, FormatUnsupported
from services.vision.recognition.validation import Validation
from services.vision.uploads.uploads import Uploads
from services.vision.workers.pool import WorkerPool


class Sources:
    """Fetches content, and checks content for jobs before they are stored."""

    def __init__(
        self, uploads: Uploads, workers: WorkerPool, scratch: Scratch, limits: PixelLimits, validation: Validation, max_inline_bytes: int
    ) -> None:
        self._uploads = uploads
        self._workers = workers
        self._scratch = scratch
        self._limits = limits
        self._validation = validation
        self._max_inline_bytes = max_inline_bytes

    async def fetch(self, caller: Caller, source: source_pb2.Source) -> bytes:
        """The content, unchecked. Raises ContentTooLarge or UploadNotFound."""
        match source.WhichOneof("source"):
            case "content":
                size = len(source.content)
                if size > self._max_inline_bytes:
                    description = f"{size} bytes are more than a request may hold; upload them with UploadImage"
                    raise ContentTooLarge.over(description, self._max_inline_bytes, size)
                return source.content
            case "upload_id":
                return await self._uploads.content(caller, source.upload_id)
            case _:
                raise InvalidRequest.of("source", "holds neither content nor the id of an upload")

    async def picture(self, caller: Caller, source: source_pb2.Source) -> bytes:
        """A picture for a job. Raises the content's fault, FormatUnsupported for documents, or UploadNotFound."""
        content, facts = await self._inspected(caller, source)
        if facts.is_document:
            raise FormatUnsupported.of(facts.media_type, "is a document, and a picture is wanted")
        return content

    async def document(self, caller: Caller, source: source_pb2.Source, options: document_pb2.RecognitionOptions) -> bytes:
        """A picture or document for a job that reads it as the options say. Raises the fault of either, or UploadNotFound."""
        self._validation.check(options)
        content, facts = await self._inspected(caller, source)
        self._validation.pages(facts, options)
        return content

    async def _inspected(self, caller: Caller, source: source_pb2.Source) -> tuple[bytes, Facts]:
        content = await self.fetch(caller, source)
        async with self._scratch.holding(content) as path:
            return content, await self._workers.run(inspect, path, self._limits, True)
