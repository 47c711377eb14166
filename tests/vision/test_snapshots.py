"""Pages come out the same to the byte: alone, beside others, and on the next build of vision.

With `UAT_VISION_SNAPSHOTS=<folder>` the documents are kept there by the first run and compared by later ones, so that a change of the code
that must not change a page can be held against the code before it, on the same machine. Without it there are fewer documents.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from PIL import Image
from uat.vision.v1 import document_pb2

from tests.vision import sheets, soak
from tests.vision.house import House

FOLDER = os.environ.get("UAT_VISION_SNAPSHOTS")


def _set() -> dict[str, tuple[bytes, dict[str, object]]]:
    """The contents to read, each with the options."""
    page = sheets.page()
    rows = [["Fruit", "Country", "Price"], ["Apple", "France", "1.20"], ["Banana", "Ecuador", "0.90"], ["Cherry", "Turkey", "4.75"]]
    small = sheets.page(60, 3).resize((620, 877), Image.Resampling.LANCZOS)
    large = sheets.page(120, 4, size=14).resize((3720, 5262), Image.Resampling.BICUBIC)
    made: dict[str, tuple[bytes, dict[str, object]]] = {
        "page": (sheets.encoded(page), {}),
        "90": (sheets.encoded(page.transpose(Image.Transpose.ROTATE_270)), {}),
        "180": (sheets.encoded(page.transpose(Image.Transpose.ROTATE_180)), {}),
        "skewed": (sheets.encoded(page.rotate(-7, Image.Resampling.BICUBIC, expand=True, fillcolor="white")), {}),
        "small": (sheets.encoded(small), {}),
        "large": (sheets.encoded(large, "JPEG", quality=90), {}),
        "ruled": (sheets.encoded(sheets.table(rows)), {}),
        "aligned": (sheets.encoded(sheets.table(rows, ruled=False)), {}),
        "text layer": (sheets.pdf([["The first page says hello", "in two lines"], ["The second page"]]), {}),
        "drawn": (sheets.pdf([["The first page says hello", "in two lines"]]), {"text_layer": document_pb2.TEXT_LAYER_USE_NEVER}),
        "blank": (sheets.encoded(sheets.blank()), {}),
    }
    return made | {f"soak {number}": (soak.picture(number)[0], {}) for number in range(24 if FOLDER else 6)}


@pytest.mark.timeout(300)
async def test_a_page_is_the_same_to_the_byte_alone_and_beside_others(house: House) -> None:
    contents = _set()

    async def read(name: str) -> bytes:
        content, options = contents[name]
        document = await house.read(content, detail=document_pb2.RECOGNITION_DETAIL_WORDS, **options)
        document.ClearField("sha256")  # Pillow's PDFs hold the time of their making
        return document.SerializeToString(deterministic=True)

    begun = time.monotonic()
    alone = {name: await read(name) for name in contents}
    middle = time.monotonic()
    together: dict[str, bytes] = {}
    left = iter(contents)

    async def some() -> None:
        for name in left:
            together[name] = await read(name)

    await asyncio.gather(*(some() for _ in range(8)))
    print(f"\n{len(contents)} documents: {middle - begun:.1f} s one by one, {time.monotonic() - middle:.1f} s together")
    assert {name for name in contents if alone[name] != together[name]} == set()
    if FOLDER:
        folder = Path(FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        kept = {path.stem: path.read_bytes() for path in folder.glob("*.pb")}
        for name in contents.keys() - kept.keys():
            (folder / f"{name}.pb").write_bytes(alone[name])
        assert {name for name in contents.keys() & kept.keys() if alone[name] != kept[name]} == set()
