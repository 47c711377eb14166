"""Content that is not what it should be: a typed error each, and told before anything is decoded."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from uat.vision.v1 import document_pb2 as pb
from uat.vision.v1 import source_pb2
from uat.vision.v1 import vision_service_pb2 as service_pb

from services.vision.recognition import recognition
from services.vision.workers.pool import WorkerPool
from tests.vision import sheets
from tests.vision.house import House, reason, refused

PAGE = sheets.encoded(sheets.page(40))
BOMB = sheets.bomb(8000, 8000)

WRONG: dict[str, tuple[bytes, str, dict[str, str]]] = {
    "a text file called .jpg": (b"This is a text, whatever it is called.\n" * 20, "NOT_AN_IMAGE", {}),
    "zeros": (bytes(4096), "NOT_AN_IMAGE", {}),
    "a film": (b"\x00\x00\x00\x18ftypmp42" + bytes(2000), "FORMAT_UNSUPPORTED", {"media_type": "video/mp4"}),
    "a drawing in XML": (
        b"<svg xmlns='http://www.w3.org/2000/svg'></svg>" + b" " * 1000,
        "FORMAT_UNSUPPORTED",
        {"media_type": "image/svg+xml"},
    ),
    "a truncated PNG": (PAGE[: len(PAGE) // 2], "CONTENT_CORRUPT", {}),
    "a PNG of which only the start is left": (PAGE[:40], "CONTENT_CORRUPT", {}),
    "a PNG whose data are damaged": (PAGE[:200] + bytes(400) + PAGE[600:], "CONTENT_CORRUPT", {}),
    "a header of 30,000 x 30,000": (sheets.png_header(30_000, 30_000), "TOO_MANY_PIXELS", {"limit": "20000", "actual": "30000"}),
    "a header of 10,000 x 10,000": (sheets.png_header(10_000, 10_000), "TOO_MANY_PIXELS", {"limit": "64000000", "actual": "100000000"}),
    "a bomb": (BOMB, "DECOMPRESSION_BOMB", {"limit": "1000"}),
    "one pixel": (sheets.encoded(sheets.blank(1, 1)), "IMAGE_TOO_SMALL", {"limit": "8", "actual": "1"}),
    "a PDF that asks for a password": (sheets.pdf([["secret"]], locked=True), "DOCUMENT_ENCRYPTED", {}),
    "a PDF that is none": (b"%PDF-1.7\n" + bytes(4000), "CONTENT_CORRUPT", {}),
    "a truncated JPEG": (sheets.encoded(sheets.page(40), "JPEG")[:700], "CONTENT_CORRUPT", {}),
    "a truncated TIFF": (sheets.encoded(sheets.page(40), "TIFF")[:5000], "CONTENT_CORRUPT", {}),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_wrong_with_content_is_told_by_every_rpc_that_takes_it(house: House, name: str) -> None:
    content, wanted, metadata = WRONG[name]
    code, why, told = await refused(house.read(content))
    assert (code, why) == ("INVALID_ARGUMENT", wanted)
    assert metadata.items() <= told.items()
    assert await _ended(house, content) == wanted


async def _ended(house: House, content: bytes) -> str:
    """Why a job with this content isn't begun, or how it ends."""
    request = service_pb.RecognizeDocumentRequest(source=source_pb2.Source(content=content))
    try:
        events = [response.event async for response in house.stub.RecognizeDocument(request, metadata=house.who)]
    except grpc.aio.AioRpcError as error:
        return reason(error)[0]
    return reason(events[-1].ended.job.progress.error)[0]


@pytest.mark.parametrize("name", ["a header of 30,000 x 30,000", "a bomb", "a text file called .jpg", "a film"])
async def test_what_breaks_a_limit_is_refused_before_it_is_decoded(house: House, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    run = WorkerPool.run

    async def watched(self: WorkerPool, function: Any, *arguments: Any) -> Any:
        asked.append(function.__name__)
        return await run(self, function, *arguments)

    monkeypatch.setattr(WorkerPool, "run", watched)
    await refused(house.read(WRONG[name][0]))
    assert asked == ["inspect"]


async def test_pages_that_are_not_there_or_too_many_are_refused(house: House) -> None:
    content = sheets.pdf([["one"], ["two"]])
    code, why, metadata = await refused(house.read(content, pages="2,9"))
    assert (code, why, metadata) == ("INVALID_ARGUMENT", "PAGE_NOT_FOUND", {"page": "9", "page_count": "2"})
    many = sheets.pdf([["a"]] * 501)
    assert (await refused(house.read(many)))[1:] == ("TOO_MANY_PAGES", {"limit": "500", "actual": "501"})
    assert [page.number for page in (await house.read(many, pages="3-4,501")).pages] == [3, 4, 501]
    request = service_pb.RecognizeDocumentRequest(source=source_pb2.Source(content=many))
    assert (await refused(house.stub.RecognizeDocument(request, metadata=house.who).read()))[1] == "TOO_MANY_PAGES"


async def test_an_answer_that_no_message_holds_is_refused_with_a_way_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "MAX_ANSWER_BYTES", 10_000)
    content = sheets.pdf([["some words on a page", "and some more"]] * 30)
    code, why, metadata = await refused(house.read(content))
    assert (code, why, metadata["limit"]) == ("INVALID_ARGUMENT", "TOO_MANY_PAGES", "10000")
    assert len((await house.read(content, pages="1-3")).pages) == 3


async def test_models_and_languages_that_are_not_there_are_refused(house: House) -> None:
    assert (await refused(house.read(PAGE, model="tesseract")))[:2] == ("NOT_FOUND", "MODEL_NOT_FOUND")
    assert (await refused(house.read(PAGE, languages=["en", "am"])))[1:] == (
        "LANGUAGE_UNSUPPORTED",
        {"language": "am", "model": "pp-ocrv6-small"},
    )
    assert (await house.read(PAGE, languages=["en-GB", "de"])).pages[0].origin == pb.TEXT_ORIGIN_RECOGNIZED


async def test_a_request_may_hold_so_many_bytes_and_no_more(house: House) -> None:
    content = PAGE + bytes(25 * 1024 * 1024 - len(PAGE))
    code, why, metadata = await refused(house.read(content))
    assert (code, why) == ("INVALID_ARGUMENT", "CONTENT_TOO_LARGE")
    assert metadata == {"limit": str(24 * 1024 * 1024), "actual": str(len(content))}


async def test_a_blank_scan_is_no_bomb(house: House) -> None:
    content = sheets.encoded(sheets.blank(4900, 3500), compress_level=9)
    assert 4900 * 3500 * 3 / len(content) > 800
    assert (await house.read(content)).pages[0].origin == pb.TEXT_ORIGIN_NONE
