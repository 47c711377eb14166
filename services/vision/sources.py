"""Where content comes from: out of the request, or from one of the caller's uploads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from uat.vision.v1 import document_pb2, source_pb2

from services.kit.context import Caller
from services.kit.errors import InvalidRequest
from services.vision.content import Facts, inspect
from services.vision.errors import ContentTooLarge, FormatUnsupported
from services.vision.headers.read import PixelLimits
from services.vision.spool import Spool
from services.vision.terms import Terms


class Workers(Protocol):
    """Processes for what would hold the event loop up."""

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function returns; raises what it raises."""


class Uploads(Protocol):
    """What callers uploaded."""

    async def content(self, caller: Caller, upload_id: str) -> bytes:
        """What one of the caller's uploads holds. Raises UploadNotFound."""


class Sources:
    """Hands content out that keeps every limit that can be told before it is decoded. What was uploaded was held against them before."""

    def __init__(self, uploads: Uploads, workers: Workers, spool: Spool, limits: PixelLimits, terms: Terms, max_inline_bytes: int) -> None:
        self._uploads = uploads
        self._workers = workers
        self._spool = spool
        self._limits = limits
        self._terms = terms
        self._max_inline_bytes = max_inline_bytes

    async def fetch(self, caller: Caller, source: source_pb2.Source) -> bytes:
        """The bytes, for one who looks at them. Raises ContentTooLarge or UploadNotFound."""
        match source.WhichOneof("source"):
            case "content":
                size = len(source.content)
                if size > self._max_inline_bytes:
                    said = f"{size} bytes are more than a request may hold; upload them with UploadImage"
                    raise ContentTooLarge.over(said, self._max_inline_bytes, size)
                return source.content
            case "upload_id":
                return await self._uploads.content(caller, source.upload_id)
            case _:
                raise InvalidRequest.of("source", "holds neither content nor the id of an upload")

    async def content(self, caller: Caller, source: source_pb2.Source, *, documents: bool) -> bytes:
        """The bytes of a source; of documents only where they are wanted. Raises the content's fault, or UploadNotFound."""
        content, facts = await self._inspected(caller, source)
        if facts.is_document and not documents:
            raise FormatUnsupported.of(facts.media_type, "is a document, and a picture is wanted")
        return content

    async def document(self, caller: Caller, source: source_pb2.Source, options: document_pb2.RecognitionOptions) -> bytes:
        """The bytes of a source whose text may be read as the options say. Raises what is wrong with either."""
        self._terms.check(options)
        content, facts = await self._inspected(caller, source)
        self._terms.pages(facts, options)
        return content

    async def _inspected(self, caller: Caller, source: source_pb2.Source) -> tuple[bytes, Facts]:
        content = await self.fetch(caller, source)
        async with self._spool.holding(content) as place:
            return content, await self._workers.run(inspect, place, self._limits)
