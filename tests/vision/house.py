"""The whole of vision in this process, on real PostgreSQL, NATS and Triton."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status
from uat.vision.v1 import document_pb2, source_pb2
from uat.vision.v1 import vision_service_pb2 as pb
from uat.vision.v1 import vision_service_pb2_grpc as pb_grpc

from services.kit.testing import Issuer, bearer, running, trusting
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.vision.app import build
from services.vision.config import VisionConfig
from services.vision.workers.pool import WorkerPool
from tests.conftest import postgres_url, settings_for


@dataclass
class House:
    """One replica, and who calls it."""

    stub: Any
    workers: WorkerPool
    issuer: Issuer
    who: Any

    def user(self, user_id: str, tenant_id: str = "tenant_1") -> Any:
        """The metadata of another caller."""
        return bearer(self.issuer.user(user_id, tenant_id))

    async def read(self, content: bytes, who: Any = None, **options: Any) -> document_pb2.Document:
        """The document of some content; from no cache unless that is asked for."""
        asked = document_pb2.RecognitionOptions(**{"skip_cache": True, **options})
        request = pb.RecognizeTextRequest(source=source_pb2.Source(content=content), options=asked)
        return (await self.stub.RecognizeText(request, metadata=who or self.who, timeout=100)).document  # type: ignore[no-any-return]

    async def upload(self, chunks: Iterable[bytes], who: Any = None, **header: Any) -> source_pb2.Upload:
        """Uploads these chunks."""
        parts = [pb.UploadImageRequest(header=pb.UploadHeader(**header)), *(pb.UploadImageRequest(chunk=chunk) for chunk in chunks)]
        return (await self.stub.UploadImage(iter(parts), metadata=who or self.who)).upload  # type: ignore[no-any-return]


@dataclass
class Ground:
    """What every replica stands on."""

    postgres: Postgres
    nats: Nats
    issuer: Issuer
    identity_folder: Path

    @asynccontextmanager
    async def house(self, triton_url: str, **config: Any) -> AsyncIterator[House]:
        """A replica."""
        settings = settings_for(
            "vision", self.identity_folder, self.issuer, postgres_url=postgres_url(self.postgres, "vision"), nats_url=self.nats.url
        )
        app = trusting(build(settings, VisionConfig(triton_url=triton_url, **config)), self.issuer)
        workers = next(part for part in app.resources if isinstance(part, WorkerPool))
        async with running(app, settings) as channel:
            yield House(pb_grpc.VisionServiceStub(channel), workers, self.issuer, bearer(self.issuer.user("user_alice")))  # type: ignore[no-untyped-call]


def status(error: grpc.aio.AioRpcError) -> status_pb2.Status:
    """The whole status of a failed call."""
    found = rpc_status.from_call(error)  # type: ignore[arg-type]
    assert found is not None, error
    return found


def reason(error: grpc.aio.AioRpcError | status_pb2.Status) -> tuple[str, dict[str, str]]:
    """Why a call failed: the reason with its metadata."""
    info = error_details_pb2.ErrorInfo()
    whole = status(error) if isinstance(error, grpc.aio.AioRpcError) else error
    assert any(detail.Unpack(info) for detail in whole.details), whole
    return info.reason, dict(info.metadata)


async def refused(call: Any) -> tuple[str, str, dict[str, str]]:
    """Why a call is refused: code, reason and metadata."""
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call
    return error.value.code().name, *reason(error.value)
