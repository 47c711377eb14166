"""Pictures: held-out captions painted through the whole mesh, held against what they say, on the sheet `.bench/pictures.png`."""

import asyncio
import io
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.table import Table
from uat.vision.v1 import generation_pb2, vision_service_pb2, vision_service_pb2_grpc

from services.models.shapes import evaluate, scenes
from services.models.shapes.sheet import contact_sheet
from tests.bench.mesh import Mesh
from tests.bench.processes import BenchError, state_folder
from tests.bench.quiet import MOST_CORES, Foreign

COUNT = 240
SHOWN = 64
AT_ONCE = 8
"""Requests on their way together: more than the service paints at a time, so that its queue is never empty."""
BAR = 0.9
MODEL = "shapes"
_SECONDS = 60.0

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Pictures:
    """How many pictures show what their captions say, and how fast they came."""

    result: evaluate.Result
    seconds: float
    sheet: Path
    foreign_cores: float

    def as_json(self) -> dict[str, Any]:
        """Gives the figures, for table and report file."""
        overall = self.result.overall
        return {
            "count": overall.count,
            "matched": overall.matched,
            "share": overall.share,
            "by_kind": {kind: {"share": rates.share, "count": rates.count} for kind, rates in sorted(self.result.kinds.items())},
            "complaints": dict(self.result.complaints.most_common(5)),
            "per_second": overall.count / self.seconds,
            "at_once": AT_ONCE,
            "steps": evaluate.STEPS,
            "sheet": self.sheet.name,
            "bar": BAR,
            "foreign_cores": self.foreign_cores,
            "sound": self.foreign_cores <= MOST_CORES,
        }


def measure(mesh: Mesh, count: int = COUNT) -> Pictures:
    """Paints so many captions and judges each picture. Raises BenchError when one can't be had."""
    return asyncio.run(_measure(mesh, count))


async def _measure(mesh: Mesh, count: int) -> Pictures:
    foreign = Foreign(mesh.processes)
    found = await painted(mesh.edge_address, mesh.key, evaluate.captions(count))
    return Pictures(
        evaluate.score(found.wanted, found.pictures), found.seconds, found.write(state_folder() / "pictures.png"), foreign.cores()
    )


@dataclass(frozen=True)
class Painted:
    """Scenes with the pictures that were made of their captions."""

    wanted: Sequence[scenes.Scene]
    pictures: Sequence[Pixels]
    seconds: float

    def write(self, path: Path) -> Path:
        """Writes the first pictures with their captions and what became of them, and gives the path."""
        some = list(zip(self.wanted, self.pictures, strict=True))[:SHOWN]
        matches = [evaluate.score([scene], [picture]).overall.matched == 1 for scene, picture in some]
        contact_sheet([picture for _, picture in some], [scene.caption for scene, _ in some], matches, path)
        return path


async def painted(address: str, key: str, wanted: Sequence[scenes.Scene]) -> Painted:
    """Has pictures made of captions at an edge, a few at a time, each with a seed of its own. Raises BenchError."""
    pictures: dict[int, Pixels] = {}
    left = iter(range(len(wanted)))
    metadata = (("authorization", f"Bearer {key}"),)
    async with grpc.aio.insecure_channel(address) as channel:
        stub = vision_service_pb2_grpc.VisionServiceStub(channel)

        async def work() -> None:
            for number in left:
                pictures[number] = await _picture(stub, metadata, wanted[number].caption, number)
                if len(pictures) % 60 == 0:
                    print(f"pictures: {len(pictures)} of {len(wanted)} …", file=sys.stderr, flush=True)

        await _picture(stub, metadata, wanted[0].caption, 0)  # the first call also opens connections and starts workers
        begun = time.monotonic()
        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        seconds = time.monotonic() - begun
    return Painted(wanted, [pictures[number] for number in range(len(wanted))], seconds)


async def _picture(stub: Any, metadata: tuple[tuple[str, str], ...], prompt: str, seed: int) -> Pixels:
    spec = generation_pb2.GenerationSpec(prompt=prompt, model=MODEL, seed=seed)
    call = stub.GenerateImage(vision_service_pb2.GenerateImageRequest(spec=spec), metadata=metadata, timeout=_SECONDS)
    content, why = b"", "its stream broke off"
    try:
        async for response in call:
            if response.event.HasField("image"):
                content = response.event.image.content
            elif response.event.HasField("ended"):
                why = response.event.ended.job.progress.error.message
    except grpc.aio.AioRpcError as error:
        raise BenchError(f"GenerateImage answered {error.code().name}: {error.details()}") from error
    finally:
        call.cancel()
    if not content:
        raise BenchError(f"No picture came of {prompt!r}: {why}.")
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def table(figures: dict[str, Any]) -> Table:
    """Gives the figures as a table."""
    made = Table(
        "captions",
        "pictures",
        "match",
        title=f"Pictures through the edge, {figures['per_second']:.1f}/s; look at .bench/{figures['sheet']}",
    )
    made.add_row("all", str(figures["count"]), f"{figures['share']:.1%}")
    for kind, rates in figures["by_kind"].items():
        made.add_row(kind, str(rates["count"]), f"{rates['share']:.1%}")
    return made
