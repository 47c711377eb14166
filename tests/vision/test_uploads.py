"""Uploads over gRPC, on real PostgreSQL."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from google.protobuf.duration_pb2 import Duration
from uat.vision.v1 import document_pb2, source_pb2
from uat.vision.v1 import vision_service_pb2 as pb

from services.mesh.parts.postgres import Postgres
from tests.vision import sheets
from tests.vision.house import Ground, House, refused
from tests.waiting import soon

CONTENT = sheets.encoded(sheets.page(30))
NOWHERE = "127.0.0.1:1"
"""Uploads need no model."""


def cut(content: bytes, size: int = 10_000) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


@pytest.fixture(scope="module")
async def small(ground: Ground) -> AsyncIterator[House]:
    """A replica where users may hold three uploads of this content, and none may be longer than it is."""
    async with ground.house(NOWHERE, max_upload_bytes=len(CONTENT), max_uploaded_bytes=3 * len(CONTENT)) as running:
        yield running


async def test_an_upload_comes_in_pieces_and_is_read(house: House) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    upload = await house.upload(cut(CONTENT), size_bytes=len(CONTENT), sha256=digest)
    assert upload.id.startswith("upl_")
    assert len(upload.id) == 30
    assert (upload.media_type, upload.size_bytes, upload.sha256) == ("image/png", len(CONTENT), digest)
    assert (upload.width, upload.height, upload.page_count) == (1240, 1754, 1)
    kept = upload.expire_time.ToDatetime() - upload.create_time.ToDatetime()
    assert kept == timedelta(hours=1)
    document = await _read(house, upload.id)
    assert sheets.accuracy(document.text, sheets.words(30)) > 0.95
    assert document.sha256 == digest


async def test_a_document_is_uploaded_too(small: House) -> None:
    upload = await small.upload([sheets.pdf([["one"], ["two"]])], retention=Duration(seconds=60))
    assert (upload.media_type, upload.width, upload.height, upload.page_count) == ("application/pdf", 0, 0, 2)
    assert upload.expire_time.ToDatetime() - upload.create_time.ToDatetime() == timedelta(minutes=1)


async def test_an_upload_is_its_users_own_and_is_deleted(small: House) -> None:
    upload = await small.upload([CONTENT])
    for who in (small.user("user_bob"), small.user("user_alice", "tenant_2")):
        await small.stub.DeleteUpload(pb.DeleteUploadRequest(upload_id=upload.id), metadata=who)
        assert (await refused(_read(small, upload.id, who)))[:2] == ("NOT_FOUND", "UPLOAD_NOT_FOUND")
    assert (await refused(_read(small, upload.id)))[0] == "UNAVAILABLE"  # it is there, and the models are not
    for _ in range(2):
        await small.stub.DeleteUpload(pb.DeleteUploadRequest(upload_id=upload.id), metadata=small.who)
    assert (await refused(_read(small, upload.id)))[:2] == ("NOT_FOUND", "UPLOAD_NOT_FOUND")


@pytest.mark.parametrize(
    ("chunks", "header", "reason"),
    [
        ([CONTENT], {"size_bytes": len(CONTENT) - 1}, "UPLOAD_MISMATCH"),
        ([CONTENT[:-1]], {"size_bytes": len(CONTENT)}, "UPLOAD_MISMATCH"),
        ([], {"size_bytes": len(CONTENT)}, "UPLOAD_MISMATCH"),
        ([CONTENT], {"sha256": "0" * 64}, "UPLOAD_MISMATCH"),
        ([], {}, "UPLOAD_INVALID"),
        ([b"a text"], {}, "NOT_AN_IMAGE"),
        ([CONTENT[: len(CONTENT) // 2]], {}, "CONTENT_CORRUPT"),
        ([sheets.pdf([["secret"]], locked=True)], {}, "DOCUMENT_ENCRYPTED"),
        ([CONTENT, b"x"], {}, "CONTENT_TOO_LARGE"),
    ],
)
async def test_what_is_not_as_it_should_be_is_refused_and_stores_nothing(
    small: House, postgres: Postgres, chunks: list[bytes], header: dict[str, Any], reason: str
) -> None:
    before = _stored(postgres)
    code, why, _ = await refused(small.upload(chunks, **header))
    assert (code, why) == ("INVALID_ARGUMENT", reason)
    assert _stored(postgres) == before


@pytest.mark.parametrize(
    "parts",
    [
        [pb.UploadImageRequest(chunk=CONTENT)],
        [pb.UploadImageRequest(header=pb.UploadHeader()), pb.UploadImageRequest(header=pb.UploadHeader())],
        [pb.UploadImageRequest(header=pb.UploadHeader()), pb.UploadImageRequest()],
        [],
    ],
)
async def test_a_header_comes_first_and_only_once(small: House, parts: list[pb.UploadImageRequest]) -> None:
    assert (await refused(_sent(small, parts)))[:2] == ("INVALID_ARGUMENT", "UPLOAD_INVALID")


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([pb.UploadImageRequest(header=pb.UploadHeader(size_bytes=len(CONTENT) + 1))], "CONTENT_TOO_LARGE"),
        ([pb.UploadImageRequest(header=pb.UploadHeader()), pb.UploadImageRequest(chunk=b"text" * 300)], "NOT_AN_IMAGE"),
        (
            [pb.UploadImageRequest(header=pb.UploadHeader()), pb.UploadImageRequest(chunk=sheets.png_header(30_000, 30_000) + bytes(1000))],
            "TOO_MANY_PIXELS",
        ),
    ],
)
async def test_what_breaks_a_limit_is_refused_while_the_rest_is_still_to_come(
    small: House, parts: list[pb.UploadImageRequest], reason: str
) -> None:
    async def forever() -> AsyncIterator[pb.UploadImageRequest]:
        for part in parts:
            yield part
        await asyncio.Event().wait()

    async with asyncio.timeout(10):
        assert (await refused(small.stub.UploadImage(forever(), metadata=small.who)))[1] == reason


async def test_a_user_holds_so_many_bytes_and_others_are_not_touched(small: House) -> None:
    who = small.user("user_dora")
    first = await small.upload([CONTENT], who)
    together = await asyncio.gather(*(small.upload([CONTENT], who) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, source_pb2.Upload) for one in together) == 2
    code, reason, _ = await refused(small.upload([CONTENT], who))
    assert (code, reason) == ("RESOURCE_EXHAUSTED", "UPLOAD_QUOTA_EXCEEDED")
    await small.upload([CONTENT], small.user("user_emil"))
    await small.stub.DeleteUpload(pb.DeleteUploadRequest(upload_id=first.id), metadata=who)
    await small.upload([CONTENT], who)


async def test_an_upload_past_its_time_is_gone_and_cleared_away(small: House, ground: Ground, postgres: Postgres) -> None:
    upload = await small.upload([CONTENT], small.user("user_fay"))
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("UPDATE vision.uploads SET expire_time = now() WHERE id = %s", (upload.id,))
        connection.execute("UPDATE vision.upload_expiries SET expire_time = now() WHERE upload_id = %s", (upload.id,))
    assert (await refused(_read(small, upload.id, small.user("user_fay"))))[1] == "UPLOAD_NOT_FOUND"
    async with ground.house(NOWHERE):
        await soon(lambda: upload.id not in _stored(postgres))


async def _read(house: House, upload_id: str, who: Any = None) -> document_pb2.Document:
    request = pb.RecognizeTextRequest(source=source_pb2.Source(upload_id=upload_id))
    return (await house.stub.RecognizeText(request, metadata=who or house.who)).document  # type: ignore[no-any-return]


async def _sent(house: House, parts: list[pb.UploadImageRequest]) -> Any:
    return await house.stub.UploadImage(iter(parts), metadata=house.who)


def _stored(postgres: Postgres) -> set[str]:
    with psycopg.connect(postgres.url) as connection:
        ids = {row[0] for row in connection.execute("SELECT id FROM vision.uploads")}
        assert ids >= {row[0] for row in connection.execute("SELECT upload_id FROM vision.upload_chunks")}
        assert ids == {row[0] for row in connection.execute("SELECT upload_id FROM vision.upload_expiries")}
    return ids
