"""The whole service on real PostgreSQL, NATS and a Triton of its own with small models."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import psutil
from inference import grpc_service_pb2 as oip
from inference.grpc_service_pb2_grpc import GRPCInferenceServiceStub
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import ml_inference_service_pb2_grpc as pb_grpc
from uat.ml_inference.v1 import model_pb2

from services.kit.postgres.migrations.upgrade import upgrade
from services.kit.testing import Issuer, bearer, running, trusting
from services.kit.triton.client import Tensor, infer_request
from services.mesh.parts import triton as part
from services.mesh.parts.nats import Nats
from services.mesh.parts.part import NotReady
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.triton_wheel import Wheel
from services.mesh.supervisor.child import Child
from services.ml_inference.app import build
from services.ml_inference.config import MlInferenceConfig
from services.models import manifest
from tests import small_models
from tests.conftest import PASSWORD, postgres_url, settings_for
from tests.kit.job_houses import fresh_service
from tests.waiting import soon

MIGRATIONS = Path(__file__).parents[2] / "services" / "ml_inference" / "migrations"
READY = model_pb2.MODEL_STATE_READY


@dataclass
class Replica:
    """The stubs of one replica, with an operator's and a user's token."""

    channel: grpc.aio.Channel
    issuer: Issuer

    def __post_init__(self) -> None:
        self.ml = pb_grpc.MlInferenceServiceStub(self.channel)
        self.oip = GRPCInferenceServiceStub(self.channel)
        self.operator = bearer(self.issuer.user("user_operator", roles=("USER", "OPERATOR")))
        self.user = bearer(self.issuer.user("user_alice"))

    async def call(self, method: str, timeout: float = 60, **fields: Any) -> Any:
        """An RPC of MlInferenceService, as an operator."""
        request = getattr(pb, f"{method}Request")(**fields)
        return await getattr(self.ml, method)(request, metadata=self.operator, timeout=timeout)

    async def infer(self, model: str, version: str = "", timeout: float = 20, **inputs: Tensor) -> oip.ModelInferResponse:
        request = infer_request(model, inputs or {"x": np.ones((1, 2), np.float32)}, (), version)
        return await self.oip.ModelInfer(request, metadata=self.user, timeout=timeout)  # type: ignore[no-any-return]

    async def sleep(self, seconds: float, timeout: float = 20) -> oip.ModelInferResponse:
        return await self.infer("sleeper", timeout=timeout, seconds=np.array([seconds], np.float32))

    async def version(self, model: str, version: str) -> model_pb2.ModelVersion:
        return (await self.call("GetModelVersion", model_name=model, version=version)).version  # type: ignore[no-any-return]

    async def state(self, model: str, version: str) -> str:
        return model_pb2.ModelState.Name((await self.version(model, version)).state).removeprefix("MODEL_STATE_")

    async def all_ready(self) -> bool:
        return bool((await self.oip.ServerReady(oip.ServerReadyRequest(), metadata=self.user)).ready)


@dataclass
class House:
    """The parts below, and replicas on top of them."""

    postgres: Postgres
    nats: Nats
    issuer: Issuer
    identity_folder: Path
    triton: part.Triton
    service: str
    imports: Path
    child: Child | None = None
    config: dict[str, Any] = field(default_factory=dict)

    @asynccontextmanager
    async def replica(self, *, wait: bool = True, **config: Any) -> AsyncIterator[Replica]:
        settings = settings_for("ml_inference", self.identity_folder, self.issuer)
        settings = replace(settings, postgres_url=postgres_url(self.postgres, self.service), nats_url=self.nats.url)
        given = {"watch_seconds": 0.2, "read_seconds": 1.0, **self.config, **config}
        made = MlInferenceConfig(triton_url=self.triton.url, repository=self.triton.repository, import_dir=self.imports, **given)
        async with running(trusting(build(settings, made), self.issuer), settings) as channel:
            replica = Replica(channel, self.issuer)
            if wait:
                await soon(replica.all_ready, 30)
            yield replica

    async def start_triton(self) -> None:
        await asyncio.to_thread(self.triton.prepare)
        self.child = Child(self.triton.command(), self.triton.dir / "triton.log")
        begun = time.monotonic()
        while True:
            try:
                await self.triton.ready()
                return
            except NotReady:
                assert time.monotonic() < begun + 60
                await asyncio.sleep(0.05)

    def kill_process(self, place: str, version: int = 1) -> None:
        """Kills the process of one version, as the OOM killer does."""
        path = str(self.triton.repository / place / str(version) / "model.py")
        (process,) = [one for one in psutil.process_iter(["cmdline"]) if path in (one.info["cmdline"] or ())]
        process.kill()

    async def mend(self) -> None:
        """Starts Triton again, as the mesh does, should it have died of a process that was killed in the midst of a send."""
        assert self.child is not None
        try:
            code = await asyncio.wait_for(self.child.wait(), 1.5)
        except TimeoutError:
            return
        print(f"\nTriton itself died of it: {code}")
        await self.start_triton()

    async def kill_triton(self) -> None:
        assert self.child is not None
        child, self.child = self.child, None
        await child.kill()


@asynccontextmanager
async def house(
    folder: Path,
    postgres: Postgres,
    nats: Nats,
    issuer: Issuer,
    identity_folder: Path,
    wheel: Wheel,
    *,
    start: bool = True,
    models: Sequence[str] = small_models.USUAL,
    cache: Path | None = None,
) -> AsyncIterator[House]:
    """An empty database, and a Triton of its own, with small models or with those of a cache."""
    service = fresh_service()
    upgrade(postgres.url, service, MIGRATIONS, PASSWORD)
    imports = folder / "import"
    imports.mkdir(parents=True)
    triton = small_models.part(folder / "triton", wheel, cache or small_models.make(folder / "cache", models))
    made = House(postgres, nats, issuer, identity_folder, triton, service, imports)
    try:
        if start:
            await made.start_triton()
        yield made
    finally:
        if made.child is not None:
            await made.child.stop(grace_s=10)


TRIPLES = """
import numpy as np
import triton_python_backend_utils as triton


class TritonPythonModel:
    def execute(self, requests):
        found = []
        for request in requests:
            x = triton.get_input_tensor_by_name(request, "x").as_numpy()
            found.append(triton.InferenceResponse([triton.Tensor("y", (x * 3).astype(np.float32))]))
        return found
"""
BROKEN = "raise RuntimeError('this one has no wish to be loaded')\n"
CONFIG = """
backend: "python"
max_batch_size: 8
input [ { name: "x" data_type: TYPE_FP32 dims: [ -1 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ -1 ] } ]
instance_group [ { kind: KIND_CPU count: 1 } ]
"""


def version_folder(folder: Path, code: str = TRIPLES, config: str = CONFIG) -> str:
    """Makes the folder of a version; the digest that is stated of it."""
    folder.mkdir(parents=True)
    (folder / "model.py").write_text(code)
    if config:
        (folder / "config.pbtxt").write_text(config)
    return manifest.digest(folder)[0]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
