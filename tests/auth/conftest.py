"""Auth on real PostgreSQL, Redis and NATS."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from uat.auth.v1 import auth_service_pb2 as pb
from uat.auth.v1 import auth_service_pb2_grpc

from services.auth.app import build
from services.auth.config import AuthConfig
from services.kit.testing import Issuer, bearer, running
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.redis import Redis
from tests.conftest import postgres_url, settings_for

KEY = base64.urlsafe_b64encode(os.urandom(32)).decode()
ADMIN_PASSWORD = "the first password"


@dataclass
class Client:
    """A program that talks to auth."""

    stub: auth_service_pb2_grpc.AuthServiceAsyncStub

    async def sign_in(self, email: str, password: str) -> pb.CreateSessionResponse:
        return await self.stub.CreateSession(pb.CreateSessionRequest(email=email, password=password))

    async def admin(self) -> tuple[tuple[str, str], ...]:
        """Metadata of the first user."""
        return bearer((await self.sign_in("admin@localhost", ADMIN_PASSWORD)).tokens.access_token)


@pytest.fixture(scope="session")
async def auth(postgres: Postgres, redis: Redis, nats: Nats, identity_folder: Path, issuer: Issuer) -> AsyncIterator[Client]:
    settings = settings_for(
        "auth", identity_folder, issuer, postgres_url=postgres_url(postgres, "auth"), redis_url=redis.url, nats_url=nats.url
    )
    config = AuthConfig(key_encryption_key=KEY, bootstrap_password=ADMIN_PASSWORD)
    async with running(build(settings, config), settings) as channel:
        yield Client(auth_service_pb2_grpc.AuthServiceStub(channel))


@pytest.fixture(scope="session")
async def replica(
    postgres: Postgres, redis: Redis, nats: Nats, identity_folder: Path, issuer: Issuer, auth: Client
) -> AsyncIterator[Client]:
    """A second replica of the same auth."""
    settings = settings_for(
        "auth", identity_folder, issuer, postgres_url=postgres_url(postgres, "auth"), redis_url=redis.url, nats_url=nats.url
    )
    async with running(build(settings, AuthConfig(key_encryption_key=KEY)), settings) as channel:
        yield Client(auth_service_pb2_grpc.AuthServiceStub(channel))


def code_of(error: pytest.ExceptionInfo[grpc.aio.AioRpcError]) -> grpc.StatusCode:
    return error.value.code()
