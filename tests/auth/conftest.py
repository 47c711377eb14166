"""Auth on real PostgreSQL, Redis and NATS."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from uat.auth.v1 import auth_service_pb2 as pb
from uat.auth.v1 import auth_service_pb2_grpc, user_pb2

from services.auth.app import build
from services.auth.config import AuthConfig
from services.kit.testing import Issuer, bearer, running
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.redis import Redis
from tests.conftest import postgres_url, settings_for

KEY = base64.urlsafe_b64encode(os.urandom(32)).decode()
ADMIN_PASSWORD = "the first password"
PASSWORD = "a long password"


@dataclass
class Client:
    """A program that talks to auth."""

    stub: auth_service_pb2_grpc.AuthServiceAsyncStub

    async def sign_in(self, email: str, password: str) -> pb.CreateSessionResponse:
        return await self.stub.CreateSession(pb.CreateSessionRequest(email=email, password=password))

    async def join(self, email: str) -> user_pb2.User:
        """Signs up, with the password `PASSWORD`."""
        return (await self.stub.SignUp(pb.SignUpRequest(email=email, password=PASSWORD))).user

    async def session(self, email: str) -> tuple[tuple[str, str], ...]:
        """Metadata of a new session of a user with the password `PASSWORD`."""
        return bearer((await self.sign_in(email, PASSWORD)).tokens.access_token)

    async def admin(self) -> tuple[tuple[str, str], ...]:
        """Metadata of the first user."""
        return bearer((await self.sign_in("admin@localhost", ADMIN_PASSWORD)).tokens.access_token)


class Start(Protocol):
    """Starts one more replica of auth, with a configuration of its own."""

    def __call__(self, **given: Any) -> AbstractAsyncContextManager[Client]: ...


@pytest.fixture(scope="session")
def another_auth(postgres: Postgres, redis: Redis, nats: Nats, identity_folder: Path, issuer: Issuer) -> Start:
    settings = settings_for(
        "auth", identity_folder, issuer, postgres_url=postgres_url(postgres, "auth"), redis_url=redis.url, nats_url=nats.url
    )

    @asynccontextmanager
    async def start(**given: Any) -> AsyncIterator[Client]:
        config = AuthConfig(key_encryption_key=KEY, bootstrap_password=ADMIN_PASSWORD, **given)
        async with running(build(settings, config), settings) as channel:
            yield Client(auth_service_pb2_grpc.AuthServiceStub(channel))

    return start


@pytest.fixture(scope="session")
async def auth(another_auth: Start) -> AsyncIterator[Client]:
    async with another_auth() as client:
        yield client


@pytest.fixture(scope="session")
async def replica(another_auth: Start, auth: Client) -> AsyncIterator[Client]:
    """A second replica of the same auth."""
    async with another_auth() as client:
        yield client
