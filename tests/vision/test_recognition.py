"""Text of pages and documents, over gRPC, with the real models."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from uat.common.v1 import job_pb2 as jobs_pb2
from uat.vision.v1 import document_pb2 as pb
from uat.vision.v1 import job_pb2, model_pb2, source_pb2
from uat.vision.v1 import vision_service_pb2 as service_pb

from services.kit.errors import DeadlineTooShort
from services.vision.jobs.messages import RECOGNITION
from services.vision.recognition.page_reader import read_page
from services.vision.workers.pool import WorkerPool
from tests.vision import sheets
from tests.vision.house import House, reason

WORDS = sheets.words(200)


async def test_of_a_page_with_200_known_words_more_than_95_percent_are_read(house: House) -> None:
    page = sheets.page()
    begun = time.monotonic()
    document = await house.read(sheets.encoded(page), detail=pb.RECOGNITION_DETAIL_WORDS)
    took = time.monotonic() - begun
    share = sheets.accuracy(document.text, WORDS)
    print(f"\n200 words: {share:.1%} read, in {took:.2f} s; confidence {document.pages[0].confidence:.3f}")
    assert share > 0.95
    assert document.text.split()[:5] == WORDS[:5]
    (read,) = document.pages
    assert (read.number, read.width, read.height, read.orientation) == (1, 1240, 1754, 0)
    assert (read.origin, document.model) == (pb.TEXT_ORIGIN_RECOGNIZED, "pp-ocrv6-small")
    assert (document.media_type, document.page_count, len(document.sha256)) == ("image/png", 1, 64)
    lines = [line for block in read.blocks for line in block.lines]
    assert [word.text for word in lines[0].words] == lines[0].text.split()
    first = lines[0].words[0].region.corners
    assert first[0].x == pytest.approx(100, abs=12)
    assert first[0].y == pytest.approx(100, abs=16)


@pytest.mark.parametrize(
    ("turn", "orientation", "skew"),
    [
        (lambda p: p.transpose(Image.Transpose.ROTATE_270), 90, 0),
        (lambda p: p.transpose(Image.Transpose.ROTATE_180), 180, 0),
        (lambda p: p.transpose(Image.Transpose.ROTATE_90), 270, 0),
        (lambda p: p.rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor="white"), 0, -3),
        (lambda p: p.rotate(-7, Image.Resampling.BICUBIC, expand=True, fillcolor="white"), 0, 7),
        (lambda p: p.rotate(184, Image.Resampling.BICUBIC, expand=True, fillcolor="white"), 180, -4),
    ],
    ids=["90", "180", "270", "leans left by 3", "leans right by 7", "on its head, leans left by 4"],
)
async def test_a_page_is_read_however_it_lies(house: House, turn: Callable[[Any], Any], orientation: int, skew: float) -> None:
    given = turn(sheets.page())
    document = await house.read(sheets.encoded(given))
    (page,) = document.pages
    share = sheets.accuracy(document.text, WORDS)
    print(f"\n{orientation} degrees, skew {page.skew:.2f}: {share:.1%}")
    assert share > 0.95
    assert page.orientation == orientation
    assert page.skew == pytest.approx(skew, abs=0.4)
    assert (page.width, page.height) == given.size
    assert all(0 <= c.x <= page.width and 0 <= c.y <= page.height for b in page.blocks for c in b.region.corners)


SAID = {
    "en": "It was the best of times and it was the worst of times, and we had everything before us",
    "de": "Der alte Mann ging mit dem Hund über die Straße, und es war noch nicht zu spät für einen Brief",
    "fr": "Le vieux maître est dans la forêt avec une lettre que les garçons ont écrite pour lui à Noël",
    "es": "El niño y la señora están en la casa con un perro que no quiere salir mañana por la mañana",
}


@pytest.mark.parametrize("font", ["Helvetica", "Times-Roman", "Courier"])
@pytest.mark.parametrize("language", SAID)
async def test_letters_of_several_languages_and_fonts_are_read_and_the_language_is_told(house: House, language: str, font: str) -> None:
    words = SAID[language].split()
    content = sheets.pdf([[" ".join(words[:9]), " ".join(words[9:])]], font=font)
    drawn = await house.read(content, text_layer=pb.TEXT_LAYER_USE_NEVER)
    carried = await house.read(content)
    assert drawn.text.split() == words
    assert [(page.origin, page.language) for page in (drawn.pages[0], carried.pages[0])] == [
        (pb.TEXT_ORIGIN_RECOGNIZED, language),
        (pb.TEXT_ORIGIN_TEXT_LAYER, language),
    ]
    assert carried.text.split() == words


async def test_a_page_that_may_not_be_turned_stays_as_it_lies(house: House) -> None:
    document = await house.read(sheets.encoded(sheets.page().transpose(Image.Transpose.ROTATE_180)), skip_orientation=True)
    assert document.pages[0].orientation == 0
    assert sheets.accuracy(document.text, WORDS) < 0.2


async def test_a_photograph_is_turned_as_its_camera_was_held(house: House) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned to the right by a quarter
    content = sheets.encoded(sheets.page().transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif.tobytes())
    document = await house.read(content)
    assert sheets.accuracy(document.text, WORDS) > 0.95
    assert (document.pages[0].width, document.pages[0].height) == (1754, 1240)


@pytest.mark.parametrize("colour", ["white", "black", (250, 246, 230)])
async def test_an_empty_page_is_an_empty_page(house: House, colour: Any) -> None:
    document = await house.read(sheets.encoded(sheets.blank(colour=colour)))
    (page,) = document.pages
    assert (document.text, document.markdown, len(page.blocks), page.confidence) == ("", "", 0, 0)
    assert page.origin == pb.TEXT_ORIGIN_NONE
    assert not page.HasField("error")


async def test_the_text_that_a_pdf_carries_is_taken(house: House) -> None:
    pages = [["The first page says hello", "in two lines"], ["The second page says goodbye"]]
    document = await house.read(sheets.pdf(pages))
    assert [page.origin for page in document.pages] == [pb.TEXT_ORIGIN_TEXT_LAYER] * 2
    assert [page.text.split() for page in document.pages] == [" ".join(lines).split() for lines in pages]
    assert document.text == "\f".join(page.text for page in document.pages)
    assert (document.media_type, document.page_count) == ("application/pdf", 2)
    second = await house.read(sheets.pdf(pages), pages="2", text_layer=pb.TEXT_LAYER_USE_NEVER)
    assert [(page.number, page.origin) for page in second.pages] == [(2, pb.TEXT_ORIGIN_RECOGNIZED)]
    assert second.text.split() == ["The", "second", "page", "says", "goodbye"]
    assert second.page_count == 2


async def test_a_scanned_pdf_is_recognised(house: House) -> None:
    pages = [sheets.page(100, seed) for seed in (1, 2)]
    content = sheets.encoded(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=150)
    document = await house.read(content)
    assert [page.origin for page in document.pages] == [pb.TEXT_ORIGIN_RECOGNIZED] * 2
    for page, seed in zip(document.pages, (1, 2), strict=True):
        assert sheets.accuracy(page.text, sheets.words(100, seed)) > 0.95


async def test_every_page_of_a_tiff_is_read_and_the_first_picture_of_an_animation(house: House) -> None:
    pages = [sheets.page(40, seed) for seed in (1, 2, 3)]
    tiff = await house.read(sheets.encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw"))
    assert (tiff.media_type, tiff.page_count) == ("image/tiff", 3)
    assert [sheets.accuracy(page.text, sheets.words(40, seed)) > 0.95 for page, seed in zip(tiff.pages, (1, 2, 3), strict=True)] == [
        True
    ] * 3
    gif = await house.read(sheets.encoded(pages[0].convert("L"), "GIF", save_all=True, append_images=[p.convert("L") for p in pages[1:]]))
    assert (gif.media_type, gif.page_count) == ("image/gif", 1)
    assert sheets.accuracy(gif.text, sheets.words(40, 1)) > 0.95


async def test_a_cmyk_jpeg_is_read(house: House) -> None:
    page = sheets.blank(colour=(240, 240, 255))
    sheets.write(page, WORDS[:60], fill=(20, 20, 90))
    document = await house.read(sheets.encoded(page.convert("CMYK"), "JPEG", quality=90))
    assert (document.media_type, sheets.accuracy(document.text, WORDS[:60]) > 0.95) == ("image/jpeg", True)


async def test_two_columns_are_read_one_after_the_other(house: House) -> None:
    page = sheets.blank()
    left, right = sheets.words(80, 1), sheets.words(80, 2)
    sheets.write(page, ["Two", "columns"], at=(100, 80), size=48)
    sheets.write(page, left, at=(100, 220), width=480)
    sheets.write(page, right, at=(660, 220), width=480)
    document = await house.read(sheets.encoded(page))
    assert document.text.split() == ["Two", "columns", *left, *right]
    assert re.match(r"#{1,3} Two columns\n", document.markdown)


@pytest.mark.parametrize("ruled", [True, False])
async def test_a_table_becomes_cells_and_markdown(house: House, ruled: bool) -> None:
    rows = [["Fruit", "Country", "Price"], ["Apple", "France", "1.20"], ["Banana", "Ecuador", "0.90"], ["Cherry", "Turkey", "4.75"]]
    document = await house.read(sheets.encoded(sheets.table(rows, ruled=ruled)))
    found = [block.table for block in document.pages[0].blocks if block.kind == pb.BLOCK_KIND_TABLE]
    assert [(table.rows, table.columns) for table in found] == [(4, 3)]
    assert [cell.text for cell in found[0].cells] == [cell for row in rows for cell in row]
    assert [cell.header for cell in found[0].cells[:4]] == [True, True, True, False]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in document.markdown.splitlines() if line.startswith("|")]
    assert [line for line in lines if not set("".join(line)) <= set("-: ")] == rows
    plain = await house.read(sheets.encoded(sheets.table(rows, ruled=ruled)), skip_tables=True)
    assert all(block.kind != pb.BLOCK_KIND_TABLE for block in plain.pages[0].blocks)


async def test_the_answer_is_as_fine_as_asked_for(house: House) -> None:
    content = sheets.encoded(sheets.page(30))
    text = await house.read(content, detail=pb.RECOGNITION_DETAIL_TEXT)
    lines = await house.read(content)
    assert text.text == lines.text
    assert not text.pages[0].blocks
    assert not lines.pages[0].blocks[0].lines[0].words


async def test_pages_come_from_the_cache_of_the_tenants_own(house: House) -> None:
    content = sheets.encoded(sheets.page(30, seed=11))
    first = await house.read(content, skip_cache=False)
    second = await house.read(content, house.user("user_bob"), skip_cache=False)
    other = await house.read(content, house.user("user_carol", "tenant_2"), skip_cache=False)
    finer = await house.read(content, skip_cache=False, detail=pb.RECOGNITION_DETAIL_WORDS)
    otherwise = await house.read(content, skip_cache=False, min_confidence=0.9)
    again = await house.read(content)
    assert [document.pages[0].cached for document in (first, second, other, finer, otherwise, again)] == [
        False, True, False, True, False, False
    ]  # fmt: skip
    assert second.text == first.text == other.text
    assert finer.pages[0].blocks[0].lines[0].words


async def test_pages_stream_as_they_finish(house: House) -> None:
    pages = [sheets.page(60, seed) for seed in range(4)]
    content = sheets.encoded(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=150)
    request = service_pb.RecognizeDocumentRequest(source=source_pb2.Source(content=content), options=pb.RecognitionOptions(skip_cache=True))
    events = [response.event async for response in house.stub.RecognizeDocument(request, metadata=house.who)]
    kinds = [event.WhichOneof("event") for event in events]
    read = [event.page for event in events if event.HasField("page")]
    assert kinds[-1] == "ended"
    assert kinds.index("page") < len(kinds) - 2
    assert sorted(page.number for page in read) == [1, 2, 3, 4]
    assert all(sheets.accuracy(page.text, sheets.words(60, page.number - 1)) > 0.95 for page in read)
    job = events[-1].ended.job
    assert (job.progress.state, job.kind, job.progress.fraction, job.model) == (
        jobs_pb2.JOB_STATE_SUCCEEDED,
        job_pb2.JOB_KIND_RECOGNITION,
        1,
        "pp-ocrv6-small",
    )
    result = await house.stub.GetJobResult(service_pb.GetJobResultRequest(job_id=job.id), metadata=house.who)
    assert [page.number for page in result.document.pages] == [1, 2, 3, 4]


async def test_a_page_that_fails_does_not_fail_the_others(house: House) -> None:
    page = sheets.page(20)
    tiff = io.BytesIO()
    page.save(tiff, "TIFF", save_all=True, append_images=[page, page], compression="tiff_lzw")
    content = bytearray(tiff.getvalue())
    with Image.open(io.BytesIO(bytes(content))) as opened:
        opened.seek(1)
        start, length = opened.tag_v2[273][0], opened.tag_v2[279][0]  # type: ignore[attr-defined]
    content[start : start + length] = b"\xff" * length
    document = await house.read(bytes(content))
    assert [page.HasField("error") for page in document.pages] == [False, True, False]
    assert document.pages[1].error.code == 3
    assert sheets.accuracy(document.pages[2].text, sheets.words(20)) > 0.95


async def test_a_deadline_that_is_over_fails_the_job_and_is_no_error_of_its_pages(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    run = WorkerPool.run

    async def late(self: WorkerPool, function: Any, *arguments: Any) -> Any:
        if function is read_page and arguments[0].number == 2:
            raise DeadlineTooShort("the deadline passed while a model worked")
        return await run(self, function, *arguments)

    monkeypatch.setattr(WorkerPool, "run", late)
    content = sheets.pdf([["one"], ["two"], ["three"]])
    request = service_pb.RecognizeDocumentRequest(source=source_pb2.Source(content=content), options=pb.RecognitionOptions(skip_cache=True))
    events = [response.event async for response in house.stub.RecognizeDocument(request, metadata=house.who)]
    job = events[-1].ended.job
    assert (job.progress.state, reason(job.progress.error)[0]) == (jobs_pb2.JOB_STATE_FAILED, "DEADLINE_TOO_SHORT")
    assert not [event for event in events if event.HasField("page") and event.page.HasField("error")]


async def test_models_and_limits_are_listed(house: House) -> None:
    answer = await house.stub.ListModels(service_pb.ListModelsRequest(), metadata=house.who)
    by_use = {use: [m for m in answer.models if use in m.uses] for use in model_pb2.ModelUse.values()[1:]}
    assert all(models and models[0].is_default and models[0].ready and models[0].version for models in by_use.values())
    (engine,) = by_use[model_pb2.MODEL_USE_RECOGNITION]
    assert (engine.id, engine.version) == ("pp-ocrv6-small", "1.1.1")
    assert {"en", "zh-Hans", "ja", "de"} <= set(engine.languages)
    assert by_use[model_pb2.MODEL_USE_GENERATION][0].sizes
    assert (answer.limits.max_pixels, answer.limits.max_edge, answer.limits.max_pages) == (64_000_000, 20_000, 500)
    first = await house.stub.ListModels(service_pb.ListModelsRequest(page_size=3), metadata=house.who)
    rest = await house.stub.ListModels(service_pb.ListModelsRequest(page_token=first.next_page_token), metadata=house.who)
    assert (len(first.models), [*first.models, *rest.models], rest.next_page_token) == (3, list(answer.models), "")
    some = await house.stub.ListModels(service_pb.ListModelsRequest(use=model_pb2.MODEL_USE_FACES), metadata=house.who)
    assert [list(m.uses) for m in some.models] == [[model_pb2.MODEL_USE_FACES]]


def test_kinds_of_jobs_are_named_as_the_contract_does() -> None:
    assert job_pb2.JobKind.Value("JOB_KIND_" + RECOGNITION.upper()) == job_pb2.JOB_KIND_RECOGNITION
