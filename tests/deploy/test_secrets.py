"""The Job that makes the cluster's secrets, against a Kubernetes that knows Secrets and nothing else."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from services.codegen.deploy import chart, secrets
from services.codegen.deploy.names import secret
from services.kit.identity.service_tokens import ServiceSigner, ServiceVerifier
from services.targets import TARGETS
from tests.ports import free_port

ADMIN_URL = "postgresql://admin:p%40ss@pg.example:5433/uat?sslmode=require"


@dataclass
class FakeKubernetes:
    """Answers as the API server does: 409 for what is there already, and for a write over another version than the current one."""

    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    allowed: bool = True

    def app(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/api/v1/namespaces/uat/secrets/{name}", self.get)
        application.router.add_post("/api/v1/namespaces/uat/secrets", self.post)
        application.router.add_put("/api/v1/namespaces/uat/secrets/{name}", self.put)
        return application

    async def get(self, request: web.Request) -> web.Response:
        found = self.stored.get(request.match_info["name"])
        return web.json_response(found) if found else self.refuse(404, "not found")

    async def post(self, request: web.Request) -> web.Response:
        body = await request.json()
        if not self.allowed:
            return self.refuse(403, "secrets is forbidden")
        return self.refuse(409, "already exists") if body["metadata"]["name"] in self.stored else self.keep(body, 1)

    async def put(self, request: web.Request) -> web.Response:
        body = await request.json()
        version = self.stored[request.match_info["name"]]["metadata"]["resourceVersion"]
        if body["metadata"]["resourceVersion"] != version:
            return self.refuse(409, "the object has been modified")
        return self.keep(body, int(version) + 1)

    def keep(self, body: dict[str, Any], version: int) -> web.Response:
        body["metadata"]["resourceVersion"] = str(version)
        self.stored[body["metadata"]["name"]] = body
        return web.json_response(body)

    def refuse(self, status: int, message: str) -> web.Response:
        return web.json_response({"kind": "Status", "code": status, "message": message}, status=status)

    def data(self, name: str) -> dict[str, str]:
        return {key: base64.b64decode(value).decode() for key, value in self.stored[name]["data"].items()}


@pytest.fixture
def kubernetes() -> FakeKubernetes:
    return FakeKubernetes()


@pytest.fixture
async def cluster(kubernetes: FakeKubernetes) -> AsyncIterator[secrets.Cluster]:
    runner = web.AppRunner(kubernetes.app())
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        yield secrets.Cluster(http, "uat")
    await runner.cleanup()


async def test_every_service_gets_its_share_and_no_more(kubernetes: FakeKubernetes, cluster: secrets.Cluster) -> None:
    await secrets.bring_up_to_date(cluster, ADMIN_URL)
    assert set(kubernetes.stored) == {chart.PRIVATE, chart.PASSWORDS, *(secret(name) for name in TARGETS)}
    for name in TARGETS:
        assert set(kubernetes.data(secret(name))) == {"identity.jwk", "jwks.json", *chart.secret_variables(name)}
    assert {f"{name}.jwk" for name in TARGETS} < set(kubernetes.data(chart.PRIVATE))


def identity_of(kubernetes: FakeKubernetes, service: str, folder: Path) -> str:
    """The service that the verifier of `auth` recognizes in a token signed with the service's Secret."""
    key, jwks = folder / "identity.jwk", folder / "jwks.json"
    key.write_text(kubernetes.data(secret(service))["identity.jwk"])
    jwks.write_text(kubernetes.data("uat-auth")["jwks.json"])
    token = ServiceSigner(key).token("uat.auth.v1.AuthService")
    assert token is not None
    return ServiceVerifier(jwks).verify(token, "uat.auth.v1.AuthService").service


async def test_every_service_is_recognized_by_its_key(kubernetes: FakeKubernetes, cluster: secrets.Cluster, tmp_path: Path) -> None:
    await secrets.bring_up_to_date(cluster, ADMIN_URL)
    assert [identity_of(kubernetes, name, tmp_path) for name in TARGETS] == list(TARGETS)


async def test_each_service_has_a_role_of_its_own_with_the_password_that_the_migration_sets(
    kubernetes: FakeKubernetes, cluster: secrets.Cluster
) -> None:
    await secrets.bring_up_to_date(cluster, ADMIN_URL)
    passwords = json.loads(kubernetes.data(chart.PASSWORDS)["UAT_POSTGRES_PASSWORDS"])
    assert set(passwords) == set(TARGETS)
    for name in TARGETS:
        url = urlsplit(kubernetes.data(secret(name))["UAT_POSTGRES_URL"])
        assert (url.username, url.password) == (f"uat_{name}", passwords[name])
        assert (url.hostname, url.port, url.path, url.query) == ("pg.example", 5433, "/uat", "sslmode=require")


async def test_a_second_run_keeps_everything(kubernetes: FakeKubernetes, cluster: secrets.Cluster) -> None:
    await secrets.bring_up_to_date(cluster, ADMIN_URL)
    before = {name: kubernetes.data(name) for name in kubernetes.stored}
    await secrets.bring_up_to_date(cluster, ADMIN_URL)
    assert {name: kubernetes.data(name) for name in kubernetes.stored} == before


async def test_a_secret_lost_is_made_again_from_the_originals(kubernetes: FakeKubernetes, cluster: secrets.Cluster) -> None:
    await secrets.bring_up_to_date(cluster, ADMIN_URL)
    url = kubernetes.data("uat-chat")["UAT_POSTGRES_URL"]
    del kubernetes.stored["uat-chat"]
    await secrets.bring_up_to_date(cluster, ADMIN_URL)
    assert kubernetes.data("uat-chat")["UAT_POSTGRES_URL"] == url


async def test_of_two_first_runs_at_a_time_one_fails_and_both_leave_one_truth(
    kubernetes: FakeKubernetes, cluster: secrets.Cluster, tmp_path: Path
) -> None:
    runs = await asyncio.gather(*(secrets.bring_up_to_date(cluster, ADMIN_URL) for _ in range(2)), return_exceptions=True)
    assert any(isinstance(result, secrets.ClusterError) for result in runs)
    await secrets.bring_up_to_date(cluster, ADMIN_URL)
    assert identity_of(kubernetes, "chat", tmp_path) == "chat"


async def test_a_refusal_is_told_in_the_cluster_s_words(kubernetes: FakeKubernetes, cluster: secrets.Cluster) -> None:
    kubernetes.allowed = False
    with pytest.raises(secrets.ClusterError, match="403 secrets is forbidden"):
        await secrets.bring_up_to_date(cluster, ADMIN_URL)
