"""Reads documents: content in, pages out as they are finished."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import structlog
from uat.vision.v1 import document_pb2 as pb

from services.kit.admission.queue import AdmissionQueue, Demand, Limits
from services.kit.context import timeout_within
from services.kit.errors import Fault
from services.vision.content.header import Facts, inspect
from services.vision.content.limits import PixelLimits
from services.vision.content.scratch import Scratch
from services.vision.errors import ContentFault, ProcessingFailed, TooManyPages
from services.vision.parallel import merged
from services.vision.recognition.engine import Engine
from services.vision.recognition.margins import Margins
from services.vision.recognition.page_cache import PageCache
from services.vision.recognition.page_reader import ModelAccess, PageRequest, read_page
from services.vision.recognition.validation import Validation
from services.vision.workers.pool import WorkerPool

_REVISION = 1
"""Part of a cached page's key: raised with a change of this code that changes pages, so that older ones are no longer used."""
MAX_ANSWER_BYTES = 30 * 1024 * 1024
"""The longest document in one message; a message may have 32 MiB."""
_DOTS, _MIN_DOTS = 200, 72
_MIN_CONFIDENCE = 0.3
_log = structlog.get_logger("uat.vision.recognition")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One document that is being read, with every option resolved."""

    content: Path
    facts: Facts
    numbers: tuple[int, ...]
    options: pb.RecognitionOptions
    tenant_id: str
    version: str

    def key(self, number: int) -> bytes:
        """The cache key of a page: equal for equal content, models and options that change it."""
        chosen = self.options
        parts = (
            _REVISION, self.version, self.facts.sha256, number, chosen.skip_orientation, chosen.skip_tables,
            chosen.text_layer, chosen.dots_per_inch if self.facts.is_document else 0,
            round(chosen.min_confidence, 6), sorted(chosen.languages),
        )  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).digest()


class Recognition:
    """Reads documents, `at_once` pages of all callers at a time. Requests (not jobs) beyond that wait, up to `max_waiting`."""

    def __init__(
        self,
        engine: Engine,
        workers: WorkerPool,
        cache: PageCache,
        scratch: Scratch,
        limits: PixelLimits,
        validation: Validation,
        *,
        access: ModelAccess,
        at_once: int,
        max_waiting: int,
    ) -> None:
        self._engine = engine
        self._workers = workers
        self._cache = cache
        self._scratch = scratch
        self._limits = limits
        self._validation = validation
        self._access = access
        self._at_once = at_once
        self._requests = AdmissionQueue("text recognition", Limits(at_once, max_waiting))
        self._pages_read = AdmissionQueue("page reading", Limits(at_once, 0))
        """Grants the pages of requests and jobs their turns, fairly between tenants. It refuses none: requests and jobs are bounded."""

    async def recognize(self, content: bytes, options: pb.RecognitionOptions, tenant_id: str) -> pb.Document:
        """The whole document. Raises the content's fault, Overloaded when too many requests wait, TooManyPages for an answer that exceeds a
        message, and DependencyUnavailable.
        """
        document, pages = pb.Document(), []
        async with self._requests.join(Demand(tenant_id)), aclosing(self._parts(content, options, tenant_id, ())) as parts:
            async for part in parts:
                if isinstance(part, pb.Document):
                    document = part
                else:
                    pages.append(part)
        margins = Margins()
        for page in pages:
            margins.observe(page)
        for page in pages:
            margins.mark(page)
            _trim(page, options.detail)
        _assemble(document, pages)
        if (size := document.ByteSize()) > MAX_ANSWER_BYTES:
            description = (
                f"the text of {len(pages)} pages takes {size} bytes, more than one answer holds; name fewer pages, or use RecognizeDocument"
            )
            raise TooManyPages.over(description, MAX_ANSWER_BYTES, size)
        return document

    async def read(
        self, content: bytes, options: pb.RecognitionOptions, tenant_id: str, done: Collection[int]
    ) -> AsyncGenerator[pb.Document | pb.Page, None]:
        """Reads a document as a stream. Yields the document first, with its facts and the numbers of all requested pages; then each page
        that is not in `done` as it is finished. A page whose content can't be read has its `error`.

        Closing the generator stops the work. Raises a Fault when the document as a whole can't be read, or can't be read now.
        """
        margins = Margins()
        async with aclosing(self._parts(content, options, tenant_id, done)) as parts:
            async for part in parts:
                if isinstance(part, pb.Page):
                    margins.observe(part)
                    margins.mark(part)
                    _trim(part, options.detail)
                yield part

    async def _parts(
        self, content: bytes, requested: pb.RecognitionOptions, tenant_id: str, done: Collection[int]
    ) -> AsyncGenerator[pb.Document | pb.Page, None]:
        options = _resolved(requested)
        self._validation.check(options)
        async with self._scratch.holding(content) as path:
            facts: Facts = await self._workers.run(inspect, path, self._limits)
            numbers = self._validation.pages(facts, options)
            document = pb.Document(page_count=facts.page_count, media_type=facts.media_type, sha256=facts.sha256, model=self._engine.name)
            document.pages.extend(pb.Page(number=number) for number in numbers)
            yield document
            left = tuple(number for number in numbers if number not in done)
            reading = _Reading(path, facts, left, options, tenant_id, await self._engine.version())
            async with aclosing(self._pages(reading)) as pages:
                async for page in pages:
                    yield page

    async def _pages(self, reading: _Reading) -> AsyncGenerator[pb.Page, None]:
        """The pages of a document: first those from the cache, then the others as they are read."""
        keys = {number: reading.key(number) for number in reading.numbers}
        cached = {} if reading.options.skip_cache else await self._cache.get(reading.tenant_id, list(keys.values()))
        for number, key in keys.items():
            if key in cached:
                page = pb.Page.FromString(cached[key])
                page.number, page.cached = number, True
                yield page

        async def read(number: int) -> AsyncGenerator[pb.Page, None]:
            async with self._pages_read.join(Demand(reading.tenant_id, bounded=False)):
                page = await self._page(reading, number)
            yield page

        left = [number for number, key in keys.items() if key not in cached]
        async with aclosing(merged(left, read, min(self._at_once, len(left)))) as pages:
            async for page in pages:
                yield page

    async def _page(self, reading: _Reading, number: int) -> pb.Page:
        """One page. What is wrong with its content is its own `error`, unless it is the only page; any other fault is the document's: the
        models are away or the time is up, so the other pages would fail as well.
        """
        request = PageRequest(reading.content, reading.facts.media_type, number, self._limits, reading.options)
        access = ModelAccess(self._access.triton_url, self._access.in_flight, timeout_within(None))
        try:
            page: pb.Page = await self._workers.run(read_page, request, access)
        except Fault as fault:
            if not isinstance(fault, ContentFault) or reading.facts.page_count == 1:
                raise
            return pb.Page(number=number, error=fault.status())
        except Exception as error:
            _log.exception("a page could not be read", page=number, media_type=reading.facts.media_type)
            failed = ProcessingFailed(f"page {number} can't be read")
            if reading.facts.page_count == 1:
                raise failed from error
            return pb.Page(number=number, error=failed.status())
        await self._cache.put(reading.tenant_id, reading.key(number), page.SerializeToString())
        page.number = number
        return page


def _resolved(options: pb.RecognitionOptions) -> pb.RecognitionOptions:
    """The options with the defaults in place."""
    made = pb.RecognitionOptions()
    made.CopyFrom(options)
    made.dots_per_inch = max(options.dots_per_inch, _MIN_DOTS) if options.dots_per_inch else _DOTS
    made.text_layer = options.text_layer or pb.TEXT_LAYER_USE_AUTO
    made.min_confidence = options.min_confidence if options.HasField("min_confidence") else _MIN_CONFIDENCE
    return made


def _assemble(document: pb.Document, pages: Sequence[pb.Page]) -> None:
    """Puts pages into their document, with the text of all."""
    del document.pages[:]
    document.pages.extend(sorted(pages, key=lambda page: page.number))
    document.text = "\f".join(page.text for page in document.pages)
    document.markdown = "\n\n".join(page.markdown for page in document.pages if page.markdown)


def _trim(page: pb.Page, detail: int) -> None:
    """Removes what is finer than requested."""
    if detail == pb.RECOGNITION_DETAIL_TEXT:
        page.ClearField("blocks")
    elif detail != pb.RECOGNITION_DETAIL_WORDS:
        for block in page.blocks:
            for line in block.lines:
                line.ClearField("words")
