"""Reading documents: content in, pages out as they are finished."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog
from uat.vision.v1 import document_pb2 as pb

from services.kit.errors import Fault
from services.kit.tasks import end
from services.vision import stages
from services.vision.content import Facts, inspect
from services.vision.drawing import Drawing, Drawn, draw
from services.vision.engine import Engine
from services.vision.errors import ProcessingFailed
from services.vision.gate import Gate
from services.vision.headers.read import PixelLimits
from services.vision.margins import Margins
from services.vision.ocr import orientation
from services.vision.ocr.geometry import Turn
from services.vision.pdf import Use
from services.vision.spool import Spool
from services.vision.terms import Terms

REVISION = 1
"""Counts changes that make pages of the same content different, so that older ones in the cache don't count any more."""
_DOTS = 200
_MIN_DOTS = 72
_MIN_CONFIDENCE = 0.3
_MOST_LOOKS = 3
_FEW = 4
_USES = {
    pb.TEXT_LAYER_USE_UNSPECIFIED: Use.AUTO,
    pb.TEXT_LAYER_USE_AUTO: Use.AUTO,
    pb.TEXT_LAYER_USE_ALWAYS: Use.ALWAYS,
    pb.TEXT_LAYER_USE_NEVER: Use.NEVER,
}
_log = structlog.get_logger("uat.vision.recognition")


class Workers(Protocol):
    """Processes for what would hold the event loop up."""

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function returns; raises what it raises."""


class Cache(Protocol):
    """Pages that were read before. Forgets; never fails."""

    async def get(self, tenant_id: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The pages that are there, by key."""

    async def put(self, tenant_id: str, key: bytes, page: bytes) -> None:
        """Keeps a page."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, with nothing left open."""

    content: Path
    facts: Facts
    numbers: tuple[int, ...]
    options: pb.RecognitionOptions
    tenant_id: str
    version: str

    def key(self, number: int) -> bytes:
        """Under which a page is kept: the same for the same content, options that change it, and models."""
        asked = self.options
        parts = (
            REVISION, self.version, self.facts.sha256, number, asked.skip_orientation, asked.skip_tables, _USES[asked.text_layer].value,
            asked.dots_per_inch if self.facts.is_document else 0, round(_min_confidence(asked), 6), sorted(asked.languages),
        )  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).digest()


class Recognition:
    """Reads documents."""

    def __init__(
        self,
        engine: Engine,
        workers: Workers,
        cache: Cache,
        spool: Spool,
        gate: Gate,
        limits: PixelLimits,
        terms: Terms,
        at_once: int,
    ) -> None:
        self._engine = engine
        self._workers = workers
        self._cache = cache
        self._spool = spool
        self._gate = gate
        self._limits = limits
        self._terms = terms
        self._at_once = at_once
        self._turns = asyncio.Semaphore(at_once)

    async def recognize(self, content: bytes, options: pb.RecognitionOptions, tenant_id: str) -> pb.Document:
        """The whole document. Raises the content's fault, Overloaded when too many wait, and what Engine raises."""
        document, pages = pb.Document(), []
        async with self._gate.turn(patient=False), aclosing(self._parts(content, options, tenant_id, ())) as parts:
            async for part in parts:
                if isinstance(part, pb.Document):
                    document = part
                else:
                    pages.append(part)
        margins = Margins()
        for page in pages:
            margins.see(page)
        for page in pages:
            margins.mark(page)
            trim(page, options.detail)
        return assembled(document, pages)

    async def read(
        self, content: bytes, options: pb.RecognitionOptions, tenant_id: str, done: Collection[int]
    ) -> AsyncGenerator[pb.Document | pb.Page, None]:
        """First the document as far as it is known: page_count, media_type, sha256, model, and in `pages` the numbers, and nothing else, of
        all pages that are asked for. Then each page that is not `done` when it is finished; one that can't be read has its `error`. Closing
        the generator stops it. Raises a Fault when nothing of it can be read.
        """
        margins = Margins()
        async with aclosing(self._parts(content, options, tenant_id, done)) as parts:
            async for part in parts:
                if isinstance(part, pb.Page):
                    margins.see(part)
                    margins.mark(part)
                    trim(part, options.detail)
                yield part

    async def _parts(
        self, content: bytes, asked: pb.RecognitionOptions, tenant_id: str, done: Collection[int]
    ) -> AsyncGenerator[pb.Document | pb.Page, None]:
        options = _complete(asked)
        self._terms.check(options)
        async with self._spool.holding(content) as path:
            facts: Facts = await self._workers.run(inspect, path, self._limits)
            numbers = self._terms.pages(facts, options)
            known = pb.Document(page_count=facts.page_count, media_type=facts.media_type, sha256=facts.sha256, model=self._engine.name)
            known.pages.extend(pb.Page(number=number) for number in numbers)
            yield known
            order = Order(path, facts, tuple(n for n in numbers if n not in done), options, tenant_id, await self._engine.version())
            async with aclosing(self._pages(order)) as pages:
                async for page in pages:
                    yield page

    async def _pages(self, order: Order) -> AsyncGenerator[pb.Page, None]:
        """The pages of an order: those from the cache first, the others a few at a time."""
        keys = {number: order.key(number) for number in order.numbers}
        cached = {} if order.options.skip_cache else await self._cache.get(order.tenant_id, list(keys.values()))
        for number, key in keys.items():
            if key in cached:
                yield _numbered(cached[key], number, cached=True)
        left = iter([number for number, key in keys.items() if key not in cached])
        finished: asyncio.Queue[pb.Page | Exception | None] = asyncio.Queue(self._at_once)

        async def work() -> None:
            try:
                for number in left:
                    async with self._turns:
                        page = await self._page_or_error(order, number)
                    await finished.put(page)
                await finished.put(None)
            except Exception as error:
                await finished.put(error)

        working = [asyncio.create_task(work()) for _ in range(min(self._at_once, len(order.numbers)))]
        try:
            running = len(working)
            while running:
                page = await finished.get()
                if isinstance(page, Exception):
                    raise page
                running -= page is None
                if page is not None:
                    yield page
        finally:
            for task in working:
                await end(task)

    async def _page_or_error(self, order: Order, number: int) -> pb.Page:
        """One page; where it is one of several, a fault of its own is told in it."""
        try:
            try:
                data = await self._read(order, number)
            except Fault:
                raise
            except Exception as error:
                _log.exception("a page could not be read", page=number, media_type=order.facts.media_type)
                raise ProcessingFailed(f"page {number} can't be read") from error
        except Fault as fault:
            if fault.transient or order.facts.page_count == 1:
                raise
            return pb.Page(number=number, error=fault.status())
        await self._cache.put(order.tenant_id, order.key(number), data)
        return _numbered(data, number)

    async def _read(self, order: Order, number: int) -> bytes:
        """One page, as a message without its number."""
        options = order.options
        plain = not options.skip_tables, tuple(options.languages)
        drawing = Drawing(order.content, order.facts.media_type, self._limits, options.dots_per_inch, _USES[options.text_layer])
        async with self._spool.place() as place:
            drawn: Drawn = await self._workers.run(draw, drawing, number, place)
            if drawn.layer is not None and drawn.layer.covers:
                return await self._composed(stages.compose_layer, drawn, *plain)
            seen: stages.Look = await self._workers.run(stages.look, drawn, Turn(drawn.held))
            answers = await self._engine.detect(seen.tiles)
            if drawn.layer is not None and await self._workers.run(stages.covered, drawn, seen, answers):
                return await self._composed(stages.compose_layer, drawn, *plain)
            turnable = not options.skip_orientation
            for tries in range(1, _MOST_LOOKS + 1):
                found: stages.Found = await self._workers.run(stages.find, drawn, seen, answers, turnable, tries == _MOST_LOOKS)
                if found.again is None:
                    break
                seen = found.again
                answers = await self._engine.detect(seen.tiles)
            turn, quads, said = await self._said(drawn, seen.turn, found)
            return await self._composed(stages.compose, drawn, turn, quads, said, _min_confidence(options), *plain)

    async def _said(self, drawn: Drawn, turn: Turn, found: stages.Found) -> tuple[Turn, Any, list[Any]]:
        """What the lines say, the page turned by a half where it stands on its head."""
        quads, batches = found.quads, found.batches
        head_down: bool | None = False
        if found.samples is not None:
            head_down = orientation.head_down(await self._engine.upside_down(found.samples))
            if head_down and len(found.sampled) < _FEW:
                head_down = None
        if head_down is None:
            head_down = await self._reads_better_turned(drawn, turn, found)
        if head_down:
            turn, quads, batches = await self._workers.run(stages.half_turn, drawn, turn, quads)
        said = await self._engine.recognize(batches)
        return turn, quads, [said[index] for index in range(len(quads))]

    async def _reads_better_turned(self, drawn: Drawn, turn: Turn, found: stages.Found) -> bool:
        """Where the model for it can't tell how a page stands, a few lines are read both ways."""
        some = found.sampled[:_FEW]
        _, _, turned = await self._workers.run(stages.half_turn, drawn, turn, found.quads, some)
        ways = [await self._engine.recognize(batches) for batches in (found.batches, turned)]
        sure = [sum(way[i].confidence * len(way[i].text) for i in some) / max(1, sum(len(way[i].text) for i in some)) for way in ways]
        return sure[1] > sure[0] + 0.05

    async def _composed(self, function: Callable[..., bytes], *arguments: Any) -> bytes:
        return bytes(await self._workers.run(function, *arguments))


def assembled(document: pb.Document, pages: Sequence[pb.Page]) -> pb.Document:
    """The document of these pages."""
    made = pb.Document()
    made.CopyFrom(document)
    del made.pages[:]
    made.pages.extend(sorted(pages, key=lambda page: page.number))
    made.text = "\f".join(page.text for page in made.pages)
    made.markdown = "\n\n".join(page.markdown for page in made.pages if page.markdown)
    return made


def trim(page: pb.Page, detail: int) -> None:
    """Takes out what is finer than asked for."""
    if detail == pb.RECOGNITION_DETAIL_TEXT:
        page.ClearField("blocks")
    elif detail != pb.RECOGNITION_DETAIL_WORDS:
        for block in page.blocks:
            for line in block.lines:
                line.ClearField("words")


def _complete(options: pb.RecognitionOptions) -> pb.RecognitionOptions:
    made = pb.RecognitionOptions()
    made.CopyFrom(options)
    made.dots_per_inch = max(options.dots_per_inch, _MIN_DOTS) if options.dots_per_inch else _DOTS
    return made


def _min_confidence(options: pb.RecognitionOptions) -> float:
    return options.min_confidence if options.HasField("min_confidence") else _MIN_CONFIDENCE


def _numbered(data: bytes, number: int, *, cached: bool = False) -> pb.Page:
    page = pb.Page.FromString(data)
    page.number, page.cached = number, cached
    return page
