"""The data path of ml_inference on a real Triton with small models, under a catalog of the tests' own."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from inference import grpc_service_pb2 as oip
from inference.grpc_service_pb2_grpc import GRPCInferenceServiceStub
from uat.ml_inference.v1 import open_inference_service_pb2

from services.kit.app import App, Served, serving
from services.kit.config import Settings
from services.kit.testing import Issuer, bearer
from services.kit.triton.client import Tensor, Triton, infer_request
from services.mesh.parts import triton as part
from services.mesh.ports import Ports
from services.ml_inference.inference.build import build as build_inference
from services.ml_inference.inference.inference import Inference
from services.ml_inference.open_inference.repository import Repository
from services.ml_inference.scheduling.queues import Queues
from services.ml_inference.service_open_inference import OpenInferenceGrpcServicer
from services.ml_inference.service_open_inference_rest import OpenInferenceRestServicer
from tests.ml_inference.catalog import Catalog, refuse_to_load
from tests.ml_inference.rest import Rest, running_edge
from tests.ports import free_ports


@dataclass
class House:
    """The running data path, and its parts."""

    channel: grpc.aio.Channel
    address: str
    catalog: Catalog
    inference: Inference
    triton: Triton
    issuer: Issuer

    def __post_init__(self) -> None:
        self.stub = GRPCInferenceServiceStub(self.channel)

    @property
    def queues(self) -> Queues:
        return self.catalog.queues

    def token(self, tenant_id: str = "tenant_1", **claims: str) -> tuple[tuple[str, str], ...]:
        return bearer(self.issuer.user(f"user_of_{tenant_id}", tenant_id, **claims))

    async def infer(
        self,
        model: str,
        version: str = "",
        tenant_id: str = "tenant_1",
        timeout: float | None = 20,
        *,
        outputs: tuple[str, ...] = (),
        **inputs: Tensor,
    ) -> oip.ModelInferResponse:
        request = infer_request(model, inputs, outputs, version)
        return await self.stub.ModelInfer(request, metadata=self.token(tenant_id), timeout=timeout)  # type: ignore[no-any-return]

    async def sleep(
        self, seconds: float, tenant_id: str = "tenant_1", deadline: float | None = 20, **parameters: int
    ) -> oip.ModelInferResponse:
        request = infer_request("sleeper", {"seconds": floats(seconds)})
        for name, value in parameters.items():
            request.parameters[name].int64_param = value
        return await self.stub.ModelInfer(request, metadata=self.token(tenant_id), timeout=deadline)  # type: ignore[no-any-return]


class AllLoaded:
    """The lifecycle of versions that are always loaded."""

    def all_ready(self) -> bool:
        return True

    async def load(self, version: Any) -> None:
        return

    async def unload(self, version: Any, seconds: float, *, force: bool) -> None:
        return


@asynccontextmanager
async def running_house(url: str, issuer: Issuer, identity_folder: Path, port: int = 0) -> AsyncIterator[House]:
    """The data path before one Triton, over gRPC and behind the edge's REST; on a free port unless one is given."""
    async with Triton(url) as triton:
        catalog = Catalog()
        await catalog.read(triton)
        catalog.reset()
        built = build_inference(catalog.router, catalog.queues, catalog.cache, triton, refuse_to_load, lambda: None, time.monotonic)
        inference, shadows = built.inference, built.shadows
        repository = Repository(catalog.registry, catalog.router, AllLoaded(), triton)  # type: ignore[arg-type]
        settings = Settings(identity_jwks_file=identity_folder / "jwks.json", drain_seconds=0.5)
        app = App(
            name="ml_inference_test",
            port=port,
            served=[
                Served(oip.DESCRIPTOR.services_by_name["GRPCInferenceService"], OpenInferenceGrpcServicer(inference, repository, triton)),
                Served(
                    open_inference_service_pb2.DESCRIPTOR.services_by_name["OpenInferenceService"],
                    OpenInferenceRestServicer(inference, repository, settings.max_message_bytes),
                ),
            ],
            trust=issuer.trust(),
            resources=[shadows],
        )
        async with serving(app, settings) as bound, grpc.aio.insecure_channel(address := f"127.0.0.1:{bound}") as channel:
            yield House(channel, address, catalog, inference, triton, issuer)


@pytest.fixture(scope="session")
def ports() -> Ports:
    """Where an edge looks for the data path."""
    return free_ports()


@pytest.fixture(scope="session")
async def shared_house(small_triton: part.Triton, issuer: Issuer, identity_folder: Path, ports: Ports) -> AsyncIterator[House]:
    async with running_house(small_triton.url, issuer, identity_folder, ports.service("ml_inference")) as house:
        yield house


@pytest.fixture(scope="session")
async def shared_rest(shared_house: House, issuer: Issuer, ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rest]:
    async with running_edge(ports, issuer, tmp_path_factory.mktemp("edge")) as rest:
        yield rest


@pytest.fixture
def rest(house: House, shared_rest: Rest) -> Rest:
    """The data path behind an edge."""
    return shared_rest


@pytest.fixture
def house(shared_house: House) -> Iterator[House]:
    """The data path, with no settings and no traffic rules."""
    shared_house.catalog.reset()
    yield shared_house
    shared_house.catalog.reset()


def floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)
