"""The edge in a cluster: `python -m services.codegen.deploy.edge run | drain`, in a pod of its own behind Istio's ingress gateway.

It is the local edge's configuration, made by the same code from the same contracts when the pod starts, so it fits the image it comes from.
What differs is how the services are reached: by name and through the sidecar, which balances, retries and shifts weight.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from services.codegen.deploy.names import host
from services.mesh.edge import render
from services.mesh.parts import binaries
from services.mesh.parts.envoy import Envoy
from services.mesh.ports import Ports
from services.targets import TARGETS

FOLDER = Path("/tmp")  # noqa: S108 - the one folder of the pod that can be written to, and nobody shares it
EVERYWHERE = "0.0.0.0"
TRUSTED_PROXIES = 1
"""Trusted proxies: Istio's gateway appends the client's address. Otherwise all clients would share one rate-limit bucket for signing in."""


def config(namespace: str) -> str:
    """Envoy's bootstrap as JSON for a pod in the namespace. Reads `UAT_EDGE_*` as the local edge does."""
    bootstrap: dict[str, Any] = json.loads(render(Ports(), FOLDER))
    resources = bootstrap["static_resources"]
    for cluster in resources["clusters"]:
        if cluster["name"] in TARGETS:
            _by_name(cluster, host(cluster["name"], namespace))
    for listener in resources["listeners"]:
        listener["address"]["socket_address"]["address"] = EVERYWHERE
        for manager in _managers(listener):
            manager["xff_num_trusted_hops"] = TRUSTED_PROXIES
            for virtual_host in manager["route_config"]["virtual_hosts"]:
                for route in virtual_host["routes"]:
                    _through_the_sidecar(route.get("route", {}))
    return json.dumps(bootstrap, indent=1)


def _managers(listener: dict[str, Any]) -> list[dict[str, Any]]:
    filters = [f["typed_config"] for chain in listener["filter_chains"] for f in chain["filters"]]
    return [f for f in filters if "route_config" in f]


def _by_name(cluster: dict[str, Any], name: str) -> None:
    cluster["type"] = "STRICT_DNS"
    cluster["dns_lookup_family"] = "V4_PREFERRED"
    for locality in cluster["load_assignment"]["endpoints"]:
        for endpoint in locality["lb_endpoints"]:
            endpoint["endpoint"]["address"]["socket_address"]["address"] = name


def _through_the_sidecar(action: dict[str, Any]) -> None:
    if action.get("cluster") in TARGETS:
        action["auto_host_rewrite"] = True  # the sidecar finds the service by the host; the client's own means nothing to it
        action.pop("retry_policy", None)  # it is the sidecar that retries, and retries of retries multiply


def _run(namespace: str) -> None:
    path = FOLDER / "envoy.json"
    path.write_text(config(namespace), encoding="utf-8")
    binary = str(binaries.envoy())
    workers = os.environ.get("UAT_EDGE_WORKERS", "2")
    os.execv(binary, [binary, "-c", str(path), "--disable-hot-restart", "--concurrency", workers, "--log-level", "warning"])  # noqa: S606


def main(arguments: list[str]) -> int:
    """Becomes Envoy (`run`), or waits until running calls have ended before the pod stops (`drain`); returns the exit status."""
    if arguments == ["run"]:
        _run(os.environ["UAT_NAMESPACE"])
    elif arguments == ["drain"]:
        ports = Ports()
        asyncio.run(Envoy(FOLDER, ports.edge, ports.envoy_admin, lambda: "").drain())
        return 0
    print("usage: python -m services.codegen.deploy.edge run | drain", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
