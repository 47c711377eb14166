"""Documents: pages through the whole mesh, one by one and many together, and what memory 300 pictures of all kinds leave behind."""

import asyncio
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from rich.table import Table
from uat.common.v1 import job_pb2 as jobs_pb2
from uat.vision.v1 import document_pb2, source_pb2, vision_service_pb2, vision_service_pb2_grpc

from tests.bench.mesh import Mesh
from tests.bench.processes import BenchError
from tests.bench.quiet import MOST_CORES, Foreign
from tests.vision import sheets, soak

WORDS = 200
SINGLE = 8
PAGES = 16
PICTURES = 300
EARLY = 50
MOST_GROWTH = 1.1
_SECONDS = 120.0


@dataclass(frozen=True)
class Documents:
    """How fast pages were read, how well, and how much memory was held, in MiB, after some pictures and after all."""

    page_seconds: Sequence[float]
    together_seconds: float
    word_share: float
    early: dict[str, int]
    late: dict[str, int]
    picture_word_share: float
    picture_seconds: float
    foreign_cores: float

    def as_json(self) -> dict[str, Any]:
        """Gives the figures, for table and report file."""
        return {
            "words_a_page": WORDS,
            "seconds_a_page": sorted(self.page_seconds)[len(self.page_seconds) // 2],
            "pages_per_second": PAGES / self.together_seconds,
            "word_share": self.word_share,
            "pictures": PICTURES,
            "pictures_per_second": PICTURES / self.picture_seconds,
            "picture_word_share": self.picture_word_share,
            "mib_after": {str(EARLY): self.early, str(PICTURES): self.late},
            "growth": max(self.late[name] / max(1, self.early[name]) for name in self.late if name in self.early),
            "most_growth": MOST_GROWTH,
            "foreign_cores": self.foreign_cores,
            "sound": self.foreign_cores <= MOST_CORES,
        }


def measure(mesh: Mesh) -> Documents:
    """Reads pages and pictures. Raises BenchError when one can't be read."""
    return asyncio.run(_measure(mesh))


async def _measure(mesh: Mesh) -> Documents:
    foreign = Foreign(mesh.processes)
    async with grpc.aio.insecure_channel(mesh.edge_address, options=[("grpc.max_receive_message_length", -1)]) as channel:
        reader = _Reader(vision_service_pb2_grpc.VisionServiceStub(channel), (("authorization", f"Bearer {mesh.key}"),))
        await reader.read(sheets.encoded(sheets.page(20)))  # the first call also opens connections and starts workers
        single, shares = [], []
        for seed in range(SINGLE):
            content, begun = sheets.encoded(sheets.page(WORDS, seed)), time.monotonic()
            document = await reader.read(content)
            single.append(time.monotonic() - begun)
            shares.append(sheets.accuracy(document.text, sheets.words(WORDS, seed)))
        together, more = await reader.together()
        begun = time.monotonic()
        early_share = await soak.read(reader.read, range(EARLY))
        early = soak.resident(p.pid for p in mesh.processes("vision", "triton"))
        late_share = await soak.read(reader.read, range(EARLY, PICTURES))
        seconds = time.monotonic() - begun
        late = soak.resident(p.pid for p in mesh.processes("vision", "triton"))
    share = sum([*shares, *more]) / (SINGLE + PAGES)
    return Documents(single, together, share, early, late, min(early_share, late_share), seconds, foreign.cores())


@dataclass(frozen=True)
class _Reader:
    stub: Any
    metadata: tuple[tuple[str, str], ...]

    async def read(self, content: bytes) -> document_pb2.Document:
        """Has one content read, from no cache."""
        options = document_pb2.RecognitionOptions(skip_cache=True)
        request = vision_service_pb2.RecognizeTextRequest(source=source_pb2.Source(content=content), options=options)
        try:
            answer = await self.stub.RecognizeText(request, metadata=self.metadata, timeout=_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise BenchError(f"RecognizeText answered {error.code().name}: {error.details()}") from error
        return answer.document  # type: ignore[no-any-return]

    async def together(self) -> tuple[float, list[float]]:
        """Has a scanned document read. Returns the seconds from the first call to the last page, and the share of words of each page."""
        pages = [sheets.page(WORDS, seed) for seed in range(PAGES)]
        out = io.BytesIO()
        pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
        options = document_pb2.RecognitionOptions(skip_cache=True, dots_per_inch=150)
        request = vision_service_pb2.RecognizeDocumentRequest(source=source_pb2.Source(content=out.getvalue()), options=options)
        begun, read = time.monotonic(), {}
        try:
            async for response in self.stub.RecognizeDocument(request, metadata=self.metadata, timeout=_SECONDS):
                if response.event.HasField("page"):
                    read[response.event.page.number] = response.event.page.text
                elif response.event.HasField("ended") and response.event.ended.job.progress.state != jobs_pb2.JOB_STATE_SUCCEEDED:
                    raise BenchError(f"A document could not be read: {response.event.ended.job.progress.error.message}.")
        except grpc.aio.AioRpcError as error:
            raise BenchError(f"RecognizeDocument answered {error.code().name}: {error.details()}") from error
        return time.monotonic() - begun, [sheets.accuracy(read.get(seed + 1, ""), sheets.words(WORDS, seed)) for seed in range(PAGES)]


def table(figures: dict[str, Any]) -> Table:
    """Gives the figures as a table."""
    made = Table("what", "figure", title="Documents through the edge")
    made.add_row(f"one page of {figures['words_a_page']} words, alone", f"{figures['seconds_a_page']:.2f} s")
    made.add_row("pages of a scanned document", f"{figures['pages_per_second']:.2f}/s")
    made.add_row("words read rightly", f"{figures['word_share']:.2%}")
    made.add_row(f"{figures['pictures']} small pictures of all kinds", f"{figures['pictures_per_second']:.1f}/s")
    made.add_row("their words read rightly", f"{figures['picture_word_share']:.1%}")
    for count, held in figures["mib_after"].items():
        made.add_row(f"MiB after {count} pictures", ", ".join(f"{name} {size}" for name, size in held.items()))
    return made
