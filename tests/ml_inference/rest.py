"""The data path behind a real edge, for those who speak REST."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from services.kit.app import serving
from services.kit.config import Settings
from services.kit.testing import Issuer
from services.mesh.parts.runner import running_part
from services.mesh.ports import Ports
from tests.edges import auth_app, envoy


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Any
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def error(self) -> str:
        """The sentence of an error, which is in the protocol's shape and nothing else."""
        assert self.headers["content-type"] == "application/json", self.raw
        (said,) = self.json.items()
        assert said[0] == "error"
        return str(said[1])


@dataclass
class Rest:
    """An edge, and a client of it."""

    address: str
    issuer: Issuer
    http: aiohttp.ClientSession

    def token(self, tenant_id: str = "tenant_1", *roles: str) -> str:
        return self.issuer.user(f"user_of_{tenant_id}", tenant_id, roles or ("USER",))

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        data: bytes | None = None,
        tenant_id: str = "tenant_1",
        roles: Any = (),
        **headers: str,
    ) -> Answer:
        """One call; `body` goes as JSON, `data` as it is."""
        sent = {"authorization": f"Bearer {self.token(tenant_id, *roles)}"} | {name.replace("_", "-"): v for name, v in headers.items()}
        async with self.http.request(
            method, f"http://{self.address}{path}", json=body, data=io.BytesIO(data) if data else data, headers=sent
        ) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def infer(self, model: str, body: Any = None, **more: Any) -> Answer:
        return await self.call("POST", f"/v2/models/{model}/infer", body, **more)

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.call("GET", path, **more)


@asynccontextmanager
async def running_edge(ports: Ports, issuer: Issuer, folder: Path) -> AsyncIterator[Rest]:
    """An edge before whatever listens where ml_inference should; it knows the keys."""
    auth = serving(auth_app(ports, issuer), Settings(drain_seconds=0.2))
    async with auth, running_part(envoy(ports, folder)), aiohttp.ClientSession() as http:
        rest = Rest(f"127.0.0.1:{ports.edge}", issuer, http)
        async with asyncio.timeout(10):
            while (await rest.get("/v2")).status != 200:
                await asyncio.sleep(0.05)
        yield rest
