"""What pictures are and show, over gRPC, measured by real worker processes."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from google.rpc import error_details_pb2
from PIL import Image, ImageOps
from uat.common.v1 import job_pb2 as jobs_pb2
from uat.vision.v1 import analysis_pb2, document_pb2, source_pb2
from uat.vision.v1 import vision_service_pb2 as pb
from uat.vision.v1 import vision_service_pb2_grpc as pb_grpc

from services.kit.errors import Overloaded
from services.kit.testing import Issuer, bearer
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.vision.analysis import faces, measure
from services.vision.errors import ContentFault
from tests.vision import drawn
from tests.vision.house import reason, status
from tests.vision.picture_app import LIMITS, Script, Studio

EXIF, QUALITY, PALETTE, HASH = (
    analysis_pb2.ANALYSIS_FEATURE_EXIF,
    analysis_pb2.ANALYSIS_FEATURE_QUALITY,
    analysis_pb2.ANALYSIS_FEATURE_PALETTE,
    analysis_pb2.ANALYSIS_FEATURE_HASH,
)
BARCODES, FACES, TEXT, CAPTION = (
    analysis_pb2.ANALYSIS_FEATURE_BARCODES,
    analysis_pb2.ANALYSIS_FEATURE_FACES,
    analysis_pb2.ANALYSIS_FEATURE_TEXT,
    analysis_pb2.ANALYSIS_FEATURE_CAPTION,
)
ASTRONAUT = (Path(__file__).parent / "data" / "astronaut.jpg").read_bytes()
NO_TRITON = "127.0.0.1:9"
WANTED = analysis_pb2.AnalysisOptions(features=measure.MEASURED, palette_size=5, min_face_confidence=0.6)
WITHOUT_FACES = analysis_pb2.AnalysisOptions(features=measure.MEASURED - {FACES}, palette_size=5)


@pytest.fixture(scope="module")
async def service(
    postgres: Postgres, nats: Nats, issuer: Issuer, identity_folder: Path
) -> AsyncIterator[tuple[pb_grpc.VisionServiceStub, Script]]:
    """A replica, and what is scripted of it. Analyses need no Triton."""
    studio = Studio(postgres, nats, NO_TRITON, issuer, identity_folder)
    async with studio.replica() as channel:
        yield pb_grpc.VisionServiceStub(channel), studio.script


@pytest.fixture
def script(service: tuple[Any, Script]) -> Iterator[Script]:
    script = service[1]
    yield script
    script.says = "Hello"
    script.asked.clear()


@pytest.fixture
def analyze(service: tuple[Any, Script], issuer: Issuer) -> Any:
    """Asks for an analysis of some content."""
    stub, who = service[0], bearer(issuer.user("user_alice"))

    async def ask(content: bytes, *features: int, **options: Any) -> analysis_pb2.Analysis:
        request = pb.AnalyzeImageRequest(
            source=source_pb2.Source(content=content), options=analysis_pb2.AnalysisOptions(features=features, **options)
        )
        return (await stub.AnalyzeImage(request, metadata=who)).analysis  # type: ignore[no-any-return]

    return ask


def apart(one: str, other: str) -> int:
    """How many bits of two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


# What it is


async def test_by_default_everything_is_found_but_text_and_caption(analyze: Any, script: Script) -> None:
    found = await analyze(ASTRONAUT)
    assert (found.media_type, found.color_space, found.bits_per_channel, found.frame_count) == ("image/jpeg", "rgb", 8, 1)
    assert found.size_bytes == len(ASTRONAUT)
    assert len(found.sha256) == 64
    assert found.HasField("quality")
    assert found.HasField("hash")
    assert len(found.palette) == 5
    assert not found.failures
    assert not found.HasField("document")
    assert not found.HasField("caption")
    assert not script.asked


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (drawn.saved(drawn.photo().convert("CMYK"), "JPEG"), ("image/jpeg", "cmyk", 8, False, 1)),
        (drawn.saved(drawn.photo().convert("P"), "PNG"), ("image/png", "palette", 8, False, 1)),
        (drawn.saved(drawn.photo().convert("RGBA"), "PNG"), ("image/png", "rgb", 8, True, 1)),
        (drawn.saved(drawn.photo().convert("L"), "TIFF"), ("image/tiff", "grey", 8, False, 1)),
        (drawn.saved(drawn.photo().convert("1"), "BMP"), ("image/bmp", "grey", 1, False, 1)),
        (
            drawn.saved(Image.fromarray(np.linspace(0, 65535, 64 * 48).reshape(48, 64).astype(np.uint16)), "PNG"),
            ("image/png", "grey", 16, False, 1),
        ),
        (
            drawn.saved(drawn.photo(), "GIF", save_all=True, append_images=[drawn.photo(seed=2), drawn.photo(seed=3)]),
            ("image/gif", "palette", 8, False, 3),
        ),
        (
            drawn.saved(drawn.photo(), "WEBP", save_all=True, append_images=[drawn.photo(seed=2)]),
            ("image/webp", "rgb", 8, False, 2),
        ),
    ],
    ids=["cmyk", "palette", "alpha", "grey", "two colours", "16 bits", "animated gif", "animated webp"],
)
async def test_every_kind_of_picture_is_told_as_what_it_is(analyze: Any, content: bytes, told: tuple[Any, ...]) -> None:
    found = await analyze(content)
    assert (found.media_type, found.color_space, found.bits_per_channel, found.has_alpha, found.frame_count) == told
    assert not found.failures
    assert 0.1 < found.quality.brightness < 0.9


# What EXIF says


async def test_the_place_is_left_out_unless_it_is_asked_for(analyze: Any) -> None:
    content = drawn.saved(drawn.photo(), "JPEG", exif=drawn.exif(place=True))
    plain = await analyze(content, EXIF)
    assert plain.exif["Make"] == "Acme"
    assert plain.has_location
    assert not [name for name in plain.exif if "GPS" in name]
    placed = await analyze(content, EXIF, include_location=True)
    assert (placed.exif["GPSLatitude"], placed.exif["GPSLongitude"]) == ("48.858333", "-2.294444")
    assert not (await analyze(drawn.saved(drawn.photo(), "JPEG", exif=drawn.exif()), EXIF)).has_location


async def test_a_place_in_xmp_counts_too(analyze: Any) -> None:
    packet = b'<x:xmpmeta><rdf exif:GPSLatitude="48,51.5N" exif:GPSLongitude="2,17.6667W"/></x:xmpmeta>'
    content = drawn.saved(drawn.photo(), "JPEG", xmp=packet)
    plain = await analyze(content, EXIF)
    assert plain.has_location
    assert not plain.exif
    assert (await analyze(content, EXIF, include_location=True)).exif["GPSLatitude"] == "48.858333"


@pytest.mark.parametrize("damage", ["entries that lie outside", "cut in the middle", "no EXIF at all", "a block in nowhere"])
async def test_broken_exif_leaves_the_rest_good(analyze: Any, damage: str) -> None:
    whole = drawn.exif(place=True).tobytes()
    broken = {
        "entries that lie outside": whole[:6] + b"II*\0\x08\0\0\0\xff\xff" + b"\x0f\x01\x02\0\xff\xff\xff\x7f\xff\xff\xff\x7f" * 3,
        "cut in the middle": whole[: len(whole) // 2],
        "no EXIF at all": b"Exif\0\0" + b"something else altogether" * 3,
        "a block in nowhere": whole[:6] + b"MM\0*\xff\xff\xff\xff" + whole[14:],
    }[damage]
    found = await analyze(drawn.saved(drawn.photo(), "JPEG", exif=broken), include_location=True)
    assert found.exif_orientation == 1
    assert not found.has_location
    assert not found.failures
    assert found.HasField("quality")


async def test_orientation_is_told_and_hashes_are_of_the_upright_picture(analyze: Any) -> None:
    upright = drawn.photo()
    stored = upright.transpose(Image.Transpose.ROTATE_90)
    content = drawn.saved(stored, "PNG", exif=drawn.exif(orientation=6))
    turned = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    found, plain = await analyze(content), await analyze(drawn.saved(turned, "PNG"))
    assert found.exif_orientation == 6
    assert (found.width, found.height) == stored.size
    assert (found.hash.phash, found.hash.dhash) == (plain.hash.phash, plain.hash.dhash)


# What it shows


async def test_hashes_are_near_for_what_looks_alike_and_far_for_the_rest(analyze: Any) -> None:
    picture = drawn.photo(seed=1)
    original = (await analyze(drawn.saved(picture, "PNG"), HASH)).hash
    for alike in (drawn.saved(picture, "JPEG", quality=50), drawn.saved(picture.resize((320, 240)), "WEBP", quality=80)):
        found = (await analyze(alike, HASH)).hash
        assert apart(original.phash, found.phash) <= 6
        assert apart(original.dhash, found.dhash) <= 6
    other = (await analyze(drawn.saved(drawn.photo(seed=9), "PNG"), HASH)).hash
    assert apart(original.phash, other.phash) > 16


async def test_the_palette_has_the_colours_with_their_shares(analyze: Any) -> None:
    image = Image.new("RGB", (200, 100), "#ff0000")
    image.paste("#0000ff", (0, 0, 50, 100))
    image.paste("#ffff00", (0, 0, 20, 100))
    found = (await analyze(drawn.saved(image, "PNG"), PALETTE, palette_size=3)).palette
    assert [(color.hex, round(color.share, 2)) for color in found] == [("#ff0000", 0.75), ("#0000ff", 0.15), ("#ffff00", 0.1)]
    assert len((await analyze(drawn.saved(drawn.photo(), "PNG"), PALETTE, palette_size=16)).palette) > 8


async def test_what_can_be_seen_through_has_no_colour(analyze: Any) -> None:
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    image.paste((0, 255, 0, 255), (0, 0, 50, 50))
    assert [color.hex for color in (await analyze(drawn.saved(image, "PNG"), PALETTE)).palette] == ["#00ff00"]
    assert not (await analyze(drawn.saved(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG"), PALETTE)).palette


async def test_sharpness_falls_with_blur_and_exposure_follows_the_light(analyze: Any) -> None:
    picture = drawn.photo(1024, 768)
    sharp = [(await analyze(drawn.saved(drawn.blurred(picture, r), "PNG"), QUALITY)).quality.sharpness for r in (0, 1.5, 5)]
    assert sharp[0] > sharp[1] > sharp[2]
    assert sharp[2] < 0.2 < sharp[0]
    dark = (await analyze(drawn.saved(Image.new("RGB", (64, 64)), "PNG"), QUALITY)).quality
    light = (await analyze(drawn.saved(Image.new("RGB", (64, 64), "white"), "PNG"), QUALITY)).quality
    assert (dark.brightness, dark.clipped_shadows, dark.sharpness, dark.contrast) == (0, 1, 0, 0)
    assert (light.brightness, light.clipped_highlights) == (1, 1)


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("QRCode", "https://example.org/a?b=ä", "qr_code"),
        ("EAN13", "4006381333931", "ean_13"),
        ("Code128", "UAT-2026", "code_128"),
        ("DataMatrix", "matrix", "data_matrix"),
        ("PDF417", "stacked", "pdf_417"),
    ],
)
async def test_codes_are_read_with_their_place(analyze: Any, kind: str, text: str, name: str) -> None:
    page = Image.new("L", (900, 700), 255)
    label = drawn.code(kind, text)
    page.paste(label, (150, 200))
    (found,) = (await analyze(drawn.saved(page, "PNG"), BARCODES)).barcodes
    assert (found.format, found.text) == (name, text)
    assert found.data == text.encode("latin-1")  # as it stands in the code
    assert all(150 <= p.x <= 150 + label.width and 200 <= p.y <= 200 + label.height for p in found.region.corners)


async def test_two_codes_on_a_turned_page_are_both_read(analyze: Any) -> None:
    page = Image.new("L", (900, 700), 255)
    page.paste(drawn.code("QRCode", "one"), (50, 60))
    page.paste(drawn.code("QRCode", "two"), (500, 400))
    found = (await analyze(drawn.saved(page.rotate(20, fillcolor=255), "JPEG"), BARCODES)).barcodes
    assert {code.text for code in found} == {"one", "two"}


async def test_a_face_is_found_where_it_is_also_when_the_camera_was_turned(analyze: Any) -> None:
    (face,) = (await analyze(ASTRONAUT, FACES)).faces
    image = Image.open(io.BytesIO(ASTRONAUT))
    left, top, right, bottom = box(face)
    assert 0.6 <= face.confidence <= 1
    assert 0 <= left < right <= image.width
    assert len(face.landmarks) in (0, 2)
    assert all(left < eye.x < right and top < eye.y < (top + bottom) / 2 + 5 for eye in face.landmarks)
    lying = drawn.saved(image.transpose(Image.Transpose.ROTATE_90), "PNG", exif=drawn.exif(orientation=6))
    (turned,) = (await analyze(lying, FACES)).faces
    # A quarter turn against the clock takes (x, y) to (y, width - x).
    assert np.allclose(box(turned), (top, image.width - right, bottom, image.width - left), atol=12)
    assert not (await analyze(ASTRONAUT, FACES, min_face_confidence=1.0)).faces
    assert not (await analyze(drawn.saved(drawn.photo(), "PNG"), FACES)).faces


def box(face: analysis_pb2.Face) -> tuple[float, float, float, float]:
    xs, ys = [p.x for p in face.region.corners], [p.y for p in face.region.corners]
    return min(xs), min(ys), max(xs), max(ys)


# Text and captions


async def test_text_is_read_for_the_tenant_and_of_the_first_page(analyze: Any, script: Script) -> None:
    found = await analyze(ASTRONAUT, TEXT, recognition=document_pb2.RecognitionOptions(languages=["en"]))
    assert found.document.text == "Hello"
    assert (list(script.asked[0].languages), script.asked[0].pages) == (["en"], "1")
    assert (found.width > 0, found.HasField("quality"), list(found.palette)) == (True, False, [])


@pytest.mark.parametrize("error", [Overloaded("32 wait already", retry_after=2), RuntimeError("unforeseen")])
async def test_text_that_fails_does_not_fail_the_rest(analyze: Any, script: Script, error: Exception) -> None:
    script.says = error
    found = await analyze(ASTRONAUT, TEXT, HASH)
    (failure,) = found.failures
    assert failure.feature == TEXT
    assert reason(failure.error)[0] == ("OVERLOADED" if isinstance(error, Overloaded) else "PROCESSING_FAILED")
    assert "unforeseen" not in failure.error.message
    assert found.hash.phash
    assert not found.HasField("document")


async def test_a_caption_is_made_of_findings_that_are_not_told_unless_asked_for(analyze: Any) -> None:
    page = Image.open(io.BytesIO(ASTRONAUT)).convert("RGB")
    page.paste(drawn.code("QRCode", "hi", 2).convert("RGB"), (0, 0))
    found = await analyze(drawn.saved(page, "PNG"), CAPTION, PALETTE)
    assert f"{page.width} by {page.height} pixels" in found.caption.text
    assert "a QR code that says “hi”" in found.caption.text
    assert "one face" in found.caption.text
    assert not found.caption.model
    assert found.palette
    assert not [field.name for field, _ in found.ListFields() if field.name in ("faces", "barcodes", "quality", "failures")]
    assert "Its text reads: “Hello”." in (await analyze(ASTRONAUT, CAPTION, TEXT)).caption.text


async def test_a_finding_that_fails_is_told_and_the_others_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(*_: Any) -> None:
        raise RuntimeError("a path of this machine")

    monkeypatch.setattr(faces, "available", lambda: False)
    monkeypatch.setitem(measure._FINDINGS, PALETTE, raises)
    made = measure.measure(ASTRONAUT, LIMITS, WANTED)
    found = made.analysis
    assert {failure.feature: reason(failure.error)[0] for failure in found.failures} == {
        FACES: "FEATURE_UNAVAILABLE",
        PALETTE: "PROCESSING_FAILED",
    }
    assert "path" not in str(found.failures)
    assert "a path of this machine" in made.tracebacks[0]
    assert found.hash.phash


# What is refused


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"just some words, whatever the name says", "NOT_AN_IMAGE"),
        (b"%PDF-1.7\n1 0 obj\n", "FORMAT_UNSUPPORTED"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "FORMAT_UNSUPPORTED"),
        (drawn.saved(drawn.photo(), "PNG")[:-4000], "CONTENT_CORRUPT"),
        (drawn.saved(drawn.photo(), "JPEG")[:200], "CONTENT_CORRUPT"),
        (drawn.png_claiming(64, 64), "CONTENT_CORRUPT"),
    ],
    ids=["text", "pdf", "svg", "half a png", "start of a jpeg", "a png with too little in it"],
)
async def test_what_is_no_whole_picture_is_refused_with_its_reason(analyze: Any, content: bytes, why: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await analyze(content)
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason(error.value)[0] == why


@pytest.mark.filterwarnings("ignore")  # Pillow's, of what is broken
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"])
def test_whatever_is_broken_is_analysed_or_refused_with_a_reason(kind: str) -> None:
    options: dict[str, Any] = {} if kind in ("GIF", "BMP") else {"exif": drawn.exif(place=True)}
    if kind in ("GIF", "WEBP"):
        options |= {"save_all": True, "append_images": [drawn.photo(96, 72, seed=2)]}
    whole, random, seen = drawn.saved(drawn.photo(96, 72), kind, **options), np.random.default_rng(7), Counter[str]()
    for _ in range(60):
        broken = np.frombuffer(whole, np.uint8).copy()
        reach = len(broken) if random.random() < 0.5 else min(len(broken), 300)
        broken[random.integers(0, reach, random.integers(1, 6))] = random.integers(0, 256)
        try:
            made = measure.measure(broken.tobytes(), LIMITS, WITHOUT_FACES)
        except ContentFault as fault:
            seen[fault.reason] += 1
        else:
            assert not made.tracebacks
            seen["analysed"] += 1
    assert seen["analysed"] + seen["CONTENT_CORRUPT"] > 40, seen


async def test_a_bomb_is_refused_before_it_is_decoded(analyze: Any) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await analyze(drawn.png_claiming(30_000, 30_000))
    assert reason(error.value) == ("TOO_MANY_PIXELS", {"limit": "20000", "actual": "30000"})
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await analyze(drawn.png_claiming(9_000, 9_000))
    assert reason(error.value) == ("TOO_MANY_PIXELS", {"limit": "64000000", "actual": "81000000"})
    bomb = drawn.png_claiming(7_900, 7_900, b"\0" * (7_900 * 3 + 1) * 7_900)
    assert len(bomb) < 200_000
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await analyze(bomb)
    assert reason(error.value)[0] == "DECOMPRESSION_BOMB"


async def test_more_than_can_wait_is_turned_away_with_a_time(analyze: Any) -> None:
    content = drawn.saved(drawn.photo(1600, 1200), "PNG")
    asked = await asyncio.gather(*(analyze(content) for _ in range(8)), return_exceptions=True)
    turned_away = [answer for answer in asked if isinstance(answer, grpc.aio.AioRpcError)]
    assert 1 <= len(turned_away) <= 5  # one works and two wait
    for error in turned_away:
        assert (error.code(), reason(error)[0]) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        retry = error_details_pb2.RetryInfo()
        assert any(detail.Unpack(retry) for detail in status(error).details)
        assert retry.retry_delay.ToMilliseconds() > 0
    assert all(isinstance(answer, analysis_pb2.Analysis) for answer in asked if answer not in turned_away)


async def test_an_upload_and_a_job_are_analysed_too(service: tuple[Any, Script], script: Script, issuer: Issuer) -> None:
    stub, who = service[0], bearer(issuer.user("user_alice"))
    script.uploads["upl_1"] = ASTRONAUT
    source = source_pb2.Source(upload_id="upl_1")
    found = (await stub.AnalyzeImage(pb.AnalyzeImageRequest(source=source), metadata=who)).analysis
    job = (await stub.SubmitJob(pb.SubmitJobRequest(analysis=pb.AnalysisJob(source=source)), metadata=who)).job
    async with asyncio.timeout(30):
        async for response in stub.WatchJob(pb.WatchJobRequest(job_id=job.id), metadata=who):
            last = response.event
    assert last.ended.job.progress.state == jobs_pb2.JOB_STATE_SUCCEEDED
    assert (await stub.GetJobResult(pb.GetJobResultRequest(job_id=job.id), metadata=who)).analysis == found
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await stub.AnalyzeImage(pb.AnalyzeImageRequest(source=source_pb2.Source(upload_id="upl_2")), metadata=who)
    assert reason(error.value)[0] == "UPLOAD_NOT_FOUND"
