"""The edge as a pod runs it: what differs from the local edge, and nothing else."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from services.codegen.deploy import edge
from services.mesh.edge import render
from services.mesh.parts import binaries
from services.mesh.ports import Ports
from services.targets import TARGETS


@pytest.fixture
def here(tmp_path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(render(Ports(), tmp_path))
    return loaded


@pytest.fixture
def there() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(edge.config("uat"))
    return loaded


def manager(config: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = config["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
    return found


def test_envoy_takes_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "envoy.json"
    path.write_text(edge.config("uat"))
    command = [str(binaries.envoy()), "--mode", "validate", "-c", str(path), "--log-level", "error"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr


def test_services_are_found_by_name_and_the_edge_itself_is_not(there: dict[str, Any]) -> None:
    for cluster in there["static_resources"]["clusters"]:
        (endpoint,) = [e for part in cluster["load_assignment"]["endpoints"] for e in part["lb_endpoints"]]
        address = endpoint["endpoint"]["address"]["socket_address"]
        if cluster["name"] in TARGETS:
            assert cluster["type"] == "STRICT_DNS"
            assert address == {
                "address": f"{cluster['name'].replace('_', '-')}.uat.svc.cluster.local",
                "port_value": TARGETS[cluster["name"]].port,
            }
        else:
            assert address["address"] == "127.0.0.1", "over which it fetches the public keys"


def test_every_route_to_a_service_says_its_host_and_leaves_retries_to_the_sidecar(there: dict[str, Any]) -> None:
    actions = [r["route"] for h in manager(there)["route_config"]["virtual_hosts"] for r in h["routes"] if "route" in r]
    assert any(a["cluster"] in TARGETS for a in actions)
    for action in actions:
        assert action.get("auto_host_rewrite", False) == (action["cluster"] in TARGETS)
        assert action["cluster"] not in TARGETS or "retry_policy" not in action


def test_everything_else_is_as_it_is_on_one_machine(here: dict[str, Any], there: dict[str, Any]) -> None:
    assert there["static_resources"]["listeners"][0]["address"]["socket_address"]["address"] == "0.0.0.0"
    assert manager(there)["xff_num_trusted_hops"] == 1
    assert there["admin"]["address"]["socket_address"]["address"] == "127.0.0.1", "who reaches it can stop Envoy"
    for config in (here, there):
        for listener in config["static_resources"]["listeners"]:
            listener["address"] = None
        manager(config).pop("xff_num_trusted_hops", None)
        for host in manager(config)["route_config"]["virtual_hosts"]:
            for route in host["routes"]:
                for key in ("auto_host_rewrite", "retry_policy"):
                    route.get("route", {}).pop(key, None)
        for cluster in config["static_resources"]["clusters"]:
            for key in ("type", "dns_lookup_family", "load_assignment"):
                cluster.pop(key, None)
    assert here == there


def test_rates_are_set_as_on_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UAT_EDGE_LOGIN_RPM", "7")
    assert '"max_tokens": 7' in edge.config("uat")


def test_an_unknown_word_is_answered_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert edge.main(["stop"]) == 2
    assert "run | drain" in capsys.readouterr().err
