"""Replicas of the data path with traffic before it, on real Triton, PostgreSQL and NATS."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import numpy as np
from google.protobuf.duration_pb2 import Duration
from inference import grpc_service_pb2 as oip
from inference.grpc_service_pb2_grpc import GRPCInferenceServiceStub
from uat.common.v1.event_position_pb2 import EventPosition
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import model_pb2, traffic_pb2
from uat.ml_inference.v1.ml_inference_service_pb2_grpc import MlInferenceServiceStub

from services.kit.app import App, Served, serving
from services.kit.config import Settings
from services.kit.ids import new_id
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.kit.testing import Issuer, bearer
from services.kit.triton.client import Triton, infer_request
from services.ml_inference.inference.build import build as build_inference
from services.ml_inference.inference.cache_invalidation import CacheInvalidation
from services.ml_inference.open_inference.repository import Repository
from services.ml_inference.routing.build import build as build_routing
from services.ml_inference.routing.traffic import Traffic
from services.ml_inference.scheduling.explain import Explain
from services.ml_inference.scheduling.load import Load
from services.ml_inference.service_open_inference import OpenInferenceGrpcServicer
from services.ml_inference.service_traffic import TrafficServicer
from tests.ml_inference.catalog import Catalog, refuse_to_load
from tests.ml_inference.conftest import AllLoaded


def memory() -> list[model_pb2.MemoryBudget]:
    return [model_pb2.MemoryBudget(device="cpu", limit_bytes=100, used_bytes=40)]


async def jobs() -> tuple[int, int]:
    return 3, 1


@dataclass
class Replica:
    """One process of the service, as its callers see it."""

    channel: grpc.aio.Channel
    catalog: Catalog
    traffic: Traffic
    issuer: Issuer

    def __post_init__(self) -> None:
        self.oip = GRPCInferenceServiceStub(self.channel)
        self.stub = MlInferenceServiceStub(self.channel)
        self.operator = bearer(self.issuer.user("operator", roles=("USER", "OPERATOR")))

    async def set(self, model: str, *, validate_only: bool = False, **rules: Any) -> traffic_pb2.Traffic:
        request = pb.SetTrafficRequest(traffic=traffic_pb2.Traffic(model_name=model, **rules), validate_only=validate_only)
        return (await self.stub.SetTraffic(request, metadata=self.operator)).traffic  # type: ignore[no-any-return]

    async def get(self, model: str) -> pb.GetTrafficResponse:
        return await self.stub.GetTraffic(pb.GetTrafficRequest(model_name=model), metadata=self.operator)  # type: ignore[no-any-return]

    async def state(self, model: str) -> traffic_pb2.CanaryState:
        return (await self.get(model)).traffic.canary.status.state

    async def watch(self, model: str, after: int | None, until: str = "", count: int = 0) -> list[traffic_pb2.TrafficEvent]:
        """Events up to the first of a kind, or so many."""
        found: list[traffic_pb2.TrafficEvent] = []
        position = None if after is None else EventPosition(sequence=after)
        request = pb.WatchTrafficRequest(model_name=model, after=position)
        call = self.stub.WatchTraffic(request, metadata=self.operator)
        async with asyncio.timeout(20):
            async for answer in call:
                found.append(answer.event)
                if answer.event.WhichOneof("event") == until or len(found) == count:
                    break
        call.cancel()
        return found

    async def infer(
        self, x: float = 1.0, *, model: str = "tried", tenant: str = "tenant_1", version: str = "", sequence: str = "", timeout: float = 20
    ) -> oip.ModelInferResponse:
        shape = (1, 1) if model == "echo" else (1,)
        request = infer_request(model, {"x": np.full(shape, x, np.float32)}, version=version)
        if sequence:
            request.parameters["sequence_id"].string_param = sequence
        metadata = bearer(self.issuer.user(f"user_of_{tenant}", tenant))
        return await self.oip.ModelInfer(request, metadata=metadata, timeout=timeout)  # type: ignore[no-any-return]

    @asynccontextmanager
    async def load(self, callers: int = 4, pause: float = 0.0, x: float = 1.0) -> AsyncIterator[Answers]:
        """Callers that ask `tried` again and again inside the block, each request from another tenant."""
        answers, stop = Answers(), False

        async def caller(number: int) -> None:
            turn = 0
            while not stop:
                turn += 1
                try:
                    answers.came.append((await self.infer(x, tenant=f"t{number}_{turn}")).model_version)
                except grpc.aio.AioRpcError as error:
                    answers.failed.append(error.details() or "")
                await asyncio.sleep(pause)

        async with asyncio.TaskGroup() as group:
            for number in range(callers):
                group.create_task(caller(number))
            try:
                yield answers
            finally:
                stop = True


@dataclass
class Answers:
    """What callers got: the versions that answered, and what failures said."""

    came: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@dataclass
class Town:
    """Where replicas of one service live."""

    triton_url: str
    postgres_url: str
    nats_url: str
    issuer: Issuer
    identity_folder: Path

    @asynccontextmanager
    async def replica(self) -> AsyncIterator[Replica]:
        async with Triton(self.triton_url) as triton:
            catalog = Catalog()
            await catalog.read(triton)
            database, nats, replica = Database(self.postgres_url, max_size=4, timeout=1), Nats(self.nats_url), new_id("replica")
            routing = build_routing(
                catalog.registry, catalog.queues, database, nats, replica, new_id, time.monotonic, patience=1.0, router=catalog.router
            )
            data_path = build_inference(catalog.router, catalog.queues, catalog.cache, triton, refuse_to_load, lambda: None, time.monotonic)
            invalidation = CacheInvalidation(catalog.cache, nats, replica)
            load = Load(catalog.registry, catalog.queues, triton, memory, jobs, time.monotonic)
            servicer = TrafficServicer(routing.control, Explain(catalog.router, catalog.queues, time.monotonic), load, invalidation)
            repository = Repository(catalog.registry, catalog.router, AllLoaded(), triton)  # type: ignore[arg-type]
            infers = OpenInferenceGrpcServicer(data_path.inference, repository, triton)
            app = App(
                name="ml_inference_test",
                port=0,
                served=[
                    Served(oip.DESCRIPTOR.services_by_name["GRPCInferenceService"], infers),
                    Served(pb.DESCRIPTOR.services_by_name["MlInferenceService"], servicer),
                ],
                trust=self.issuer.trust(),
                resources=[database, nats, data_path.shadows, routing.traffic, routing.automation, invalidation],
                drains=[load.drain],
            )
            settings = Settings(identity_jwks_file=self.identity_folder / "jwks.json", drain_seconds=0.5)
            async with serving(app, settings) as port, grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield Replica(channel, catalog, routing.traffic, self.issuer)


def splits(**weights: int) -> list[traffic_pb2.TrafficSplit]:
    """`v1=90, v2=10` as the contract has it."""
    return [traffic_pb2.TrafficSplit(version=name[1:], weight=weight) for name, weight in weights.items()]


def canary(version: str, *weights: int, requests: int = 30, hold: float = 0.5, **fields: Any) -> traffic_pb2.Canary:
    """A canary of quick stages."""
    span = Duration()
    span.FromNanoseconds(int(hold * 1e9))
    stages = [traffic_pb2.CanaryStage(weight=weight, hold=span, min_requests=requests) for weight in weights]
    fields = {"window": Duration(seconds=10), "max_latency_ratio": 100.0} | fields
    return traffic_pb2.Canary(version=version, stages=stages, **fields)
