"""The secrets in a cluster: `python -m services.codegen.deploy.secrets`, a Job before each release.

It makes the same as `uat up` makes on one machine, with the same code: a key for each service's identity, a password for each database
role, auth's encryption key and its first password. The originals are in the Secret `uat-private`, and each service has a Secret with its
own share. Existing secrets are kept."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import ssl
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from services.codegen.deploy.chart import PASSWORDS, PRIVATE, secret_variables
from services.codegen.deploy.names import secret
from services.mesh import environment, identity
from services.mesh import secrets as originals
from services.mesh.config import External, MeshConfig
from services.mesh.paths import MeshPaths, write_private
from services.targets import TARGETS

IDENTITY_KEY = "identity.jwk"
JWKS = "jwks.json"
_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_NOT_FOUND = 404


class ClusterError(Exception):
    """The cluster refused; the message has its words, and never a secret."""


@dataclass(frozen=True)
class Stored:
    """A Secret as the cluster has it. `version` lets a write fail when somebody else wrote in between."""

    data: Mapping[str, str]
    version: str


class Cluster:
    """The Secrets of one namespace."""

    def __init__(self, http: aiohttp.ClientSession, namespace: str) -> None:
        self._http = http
        self._path = f"/api/v1/namespaces/{namespace}/secrets"

    async def read(self, name: str) -> Stored | None:
        """The Secret, or None where there is none. Raises ClusterError."""
        async with self._http.get(f"{self._path}/{name}") as answer:
            if answer.status == _NOT_FOUND:
                return None
            await _check(answer)
            found = await answer.json()
        data = {key: base64.b64decode(value).decode("utf-8") for key, value in found.get("data", {}).items()}
        return Stored(data, found["metadata"]["resourceVersion"])

    async def write(self, name: str, data: Mapping[str, str], over: Stored | None) -> None:
        """Makes the Secret, or replaces what `read` gave. Raises ClusterError, also when it isn't `over` that is there now."""
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "Opaque",
            "metadata": {"name": name, "labels": {"app.kubernetes.io/part-of": "uat"}},
            "data": {key: base64.b64encode(value.encode("utf-8")).decode("ascii") for key, value in data.items()},
        }
        if over is None:
            request = self._http.post(self._path, json=body)
        else:
            body["metadata"] = {**body["metadata"], "resourceVersion": over.version}  # type: ignore[dict-item]
            request = self._http.put(f"{self._path}/{name}", json=body)
        async with request as answer:
            await _check(answer)


async def bring_up_to_date(cluster: Cluster, admin_url: str) -> None:
    """Makes every Secret that is missing. Safe to repeat; of two concurrent runs one fails and may try again. Raises ClusterError."""
    private = await cluster.read(PRIVATE)
    with tempfile.TemporaryDirectory() as folder:
        paths = MeshPaths(Path(folder))
        paths.make()
        kept = {"secrets.env": paths.secrets, **{f"{name}.jwk": paths.identity_key(name) for name in TARGETS}}
        for key, path in kept.items():
            if private is not None and key in private.data:
                write_private(path, private.data[key])
        made = originals.load_or_make(paths.secrets)
        identity.issue(paths, TARGETS)
        # The originals first: a share whose original was never stored would lock its owner out.
        await cluster.write(PRIVATE, {key: path.read_text(encoding="utf-8") for key, path in kept.items()}, private)
        config = MeshConfig(paths, external=External(postgres=admin_url))
        for name in TARGETS:
            variables = environment.for_service(name, config, made, {})
            share = {variable: variables[variable] for variable in secret_variables(name)}
            share[IDENTITY_KEY] = paths.identity_key(name).read_text(encoding="utf-8")
            share[JWKS] = paths.jwks.read_text(encoding="utf-8")
            await cluster.write(secret(name), share, await cluster.read(secret(name)))
        passwords = environment.for_migration(config, made, {})[environment.PASSWORDS]
        await cluster.write(PASSWORDS, {environment.PASSWORDS: passwords}, await cluster.read(PASSWORDS))


async def _check(answer: aiohttp.ClientResponse) -> None:
    if answer.status >= 400:
        try:
            said = (await answer.json()).get("message", "")
        except (aiohttp.ContentTypeError, json.JSONDecodeError):
            said = answer.reason or ""
        raise ClusterError(f"{answer.method} {answer.url.path}: {answer.status} {said}")


async def _main() -> None:
    trusted = ssl.create_default_context(cafile=str(_ACCOUNT / "ca.crt"))
    bearer = f"Bearer {(_ACCOUNT / 'token').read_text().strip()}"
    connector = aiohttp.TCPConnector(ssl=trusted)
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(
        "https://kubernetes.default.svc", headers={"authorization": bearer}, connector=connector, timeout=timeout
    ) as http:
        await bring_up_to_date(Cluster(http, os.environ["UAT_NAMESPACE"]), os.environ["UAT_POSTGRES_ADMIN_URL"])


if __name__ == "__main__":
    try:
        asyncio.run(_main())
    except (ClusterError, aiohttp.ClientError, OSError) as error:
        sys.exit(f"secrets: {error}")
