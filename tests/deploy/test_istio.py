"""The committed files of `istio/`, read as a cluster would read them, held against the contracts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from services import contracts
from services.codegen.__main__ import main
from services.codegen.deploy import files, traffic
from services.kit.rpc.contract import Method
from services.mesh.edge import render
from services.mesh.ports import Ports
from services.targets import METRICS_OFFSET, TARGETS

ROOT = files.ROOT
METHODS = list(contracts.methods())
ACCOUNTS = {f"cluster.local/ns/uat/sa/{name.replace('_', '-')}": name for name in (*TARGETS, "edge")}


def documents() -> Iterator[dict[str, Any]]:
    kustomization = yaml.safe_load((ROOT / "istio/kustomization.yaml").read_text())
    for name in kustomization["resources"]:
        yield from yaml.safe_load_all((ROOT / "istio" / name).read_text())


def found(kind: str) -> dict[str, dict[str, Any]]:
    return {d["metadata"]["name"]: d["spec"] for d in documents() if d["kind"] == kind}


def allowed(spec: dict[str, Any], path: str) -> set[str]:
    """The ServiceAccounts that a policy lets call a path, by the names of their services."""
    return {
        ACCOUNTS[principal]
        for rule in spec["rules"]
        for source in rule.get("from", [{"source": {}}])
        for principal in source["source"].get("principals", ())
        if any(path in to["operation"]["paths"] for to in rule.get("to", ()))
    }


def test_the_files_are_fresh() -> None:
    assert files.stale() == []


def test_a_changed_file_and_a_foreign_one_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in files.texts():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "charts/uat/values.yaml").write_text((ROOT / "charts/uat/values.yaml").read_text())
    monkeypatch.setattr(files, "ROOT", tmp_path)
    assert "istio/chat.yaml" in files.stale()
    files.write()
    assert files.stale() == []
    (tmp_path / "istio/chat.yaml").write_text("{}")
    (tmp_path / "istio/a_service_that_is_gone.yaml").write_text("{}")
    assert files.stale() == ["istio/a_service_that_is_gone.yaml", "istio/chat.yaml"]
    files.write()
    assert files.stale() == []


def test_what_every_service_needs_is_there_and_in_the_one_namespace() -> None:
    names = {name.replace("_", "-") for name in TARGETS}
    for kind in ("AuthorizationPolicy", "DestinationRule", "VirtualService"):
        assert names <= set(found(kind)), kind
    assert {d["metadata"].get("namespace", "uat") for d in documents()} == {"uat"}
    keys = [(d["kind"], d["metadata"]["name"]) for d in documents()]
    assert len(set(keys)) == len(keys)
    assert {p.name for p in (ROOT / "istio").iterdir()} == {
        "kustomization.yaml",
        *yaml.safe_load((ROOT / "istio/kustomization.yaml").read_text())["resources"],
    }


@pytest.mark.parametrize(("target", "method"), METHODS, ids=lambda v: v.path if isinstance(v, Method) else v)
def test_an_rpc_can_be_called_by_exactly_those_whom_its_contract_names(target: str, method: Method) -> None:
    expected = {*method.callers, *(("edge",) if method.exposed else ())}
    policies = found_policies()
    assert allowed(policies[target.replace("_", "-")], method.path) == expected
    assert not any(allowed(spec, method.path) for name, spec in policies.items() if name != target.replace("_", "-"))


_policies: dict[str, dict[str, Any]] = {}


def found_policies() -> dict[str, dict[str, Any]]:
    if not _policies:
        _policies.update(
            {name: spec for name, spec in found("AuthorizationPolicy").items() if name not in ("nobody-else", "edge", "triton")}
        )
    return _policies


def test_a_policy_allows_nothing_that_is_in_no_contract() -> None:
    known = {method.path for _, method in METHODS}
    ports = {name.replace("_", "-"): target.port + METRICS_OFFSET for name, target in TARGETS.items()}
    rest: dict[str, set[str]] = {}
    for name, spec in found_policies().items():
        assert spec["action"] == "ALLOW"
        *rules, metrics = spec["rules"]
        assert metrics == {
            "from": [{"source": {"principals": ["cluster.local/ns/uat/sa/metrics-aggregator"]}}],
            "to": [{"operation": {"methods": ["GET"], "paths": ["/metrics"], "ports": [str(ports[name])]}}],
        }
        for rule in rules:
            assert rule["from"], "a rule without a source would be for everyone"
            assert all(source["source"] for source in rule["from"])
            assert all(to["operation"]["methods"] == ["POST"] for to in rule["to"])
            rest.setdefault(name, set()).update(path for to in rule["to"] for path in to["operation"]["paths"] if path not in known)
    health = {"/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"}
    front = rest.pop("api-gateway")
    assert all(paths == health for paths in rest.values())
    assert all(path.startswith(("/grpc.health.v1.", "/grpc.reflection.v1")) for path in front)


def test_no_key_is_a_number() -> None:
    def keys(part: Any) -> Iterator[Any]:
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            yield from keys(inner)
        if isinstance(part, dict):
            yield from part

    assert {type(key) for document in documents() for key in keys(document)} == {str}, "kustomize can't read it"


def test_a_policy_is_about_the_pods_of_its_own_service() -> None:
    for name, spec in (found("AuthorizationPolicy") | found("RequestAuthentication")).items():
        if name != "nobody-else":
            assert spec["selector"] == {"matchLabels": {"app": name}}
    assert found("AuthorizationPolicy")["nobody-else"] == {}, "an empty policy refuses what no other allows"


def test_plain_text_comes_in_nowhere_but_for_the_public_keys() -> None:
    policies = found("PeerAuthentication")
    assert policies["default"] == {"mtls": {"mode": "STRICT"}}
    assert policies["edge"]["portLevelMtls"] == {"8080": {"mode": "PERMISSIVE"}}
    gateway, keys = found("AuthorizationPolicy")["edge"]["rules"]
    assert "to" not in gateway
    assert all("/ns/istio-system/sa/" in p for s in gateway["from"] for p in s["source"]["principals"])
    assert keys == {"to": [{"operation": {"methods": ["GET"], "paths": ["/.well-known/jwks.json"]}}]}


def test_user_tokens_are_checked_everywhere_but_where_an_rpc_is_public() -> None:
    public = {target.replace("_", "-") for target, method in METHODS if method.public}
    checked = found("RequestAuthentication")
    assert set(checked) == {name.replace("_", "-") for name in TARGETS} - public
    for spec in checked.values():
        (rule,) = spec["jwtRules"]
        assert (rule["issuer"], rule["audiences"], rule["forwardOriginalToken"]) == ("uat", ["uat"], True)


@pytest.mark.parametrize("name", TARGETS)
def test_only_what_is_safe_to_repeat_is_retried(name: str) -> None:
    spec = found("VirtualService")[name.replace("_", "-")]
    repeated = {m["uri"]["exact"] for route in spec["http"] if route["retries"]["attempts"] for m in route["match"]}
    own = [m for target, m in METHODS if target == name]
    assert repeated == {m.path for m in own if m.mesh_may_retry}
    last = spec["http"][-1]
    assert "match" not in last
    assert last["retries"] == {"attempts": 0}, "without it Istio retries twice"


def test_the_mesh_retries_as_the_local_edge_does(tmp_path: Path) -> None:
    text = json.dumps(json.loads(render(Ports(), tmp_path)))
    assert f'"retry_policy": {{"retry_on": "{traffic.RETRY_ON}", "num_retries": 1}}' in text


def test_nothing_stops_at_1024_and_calls_are_balanced_one_by_one() -> None:
    rules = found("DestinationRule")
    assert set(rules) == {name.replace("_", "-") for name in TARGETS} | {"edge", "triton"}
    for spec in rules.values():
        pool = spec["trafficPolicy"]["connectionPool"]
        limits = [pool["tcp"]["maxConnections"], *(pool["http"][k] for k in ("http1MaxPendingRequests", "http2MaxRequests", "maxRetries"))]
        assert min(limits) >= 1_000_000
        assert spec["trafficPolicy"]["loadBalancer"] == {"simple": "LEAST_REQUEST"}
    assert all(spec["trafficPolicy"]["outlierDetection"] for name, spec in rules.items() if name not in ("edge", "triton"))


def test_the_canary_gets_nothing_until_it_is_given_a_share() -> None:
    for name, spec in found("VirtualService").items():
        if name not in ("edge", "triton"):
            assert [[to["weight"] for to in route["route"]] for route in spec["http"]] == [[100, 0]] * len(spec["http"])
    result = CliRunner().invoke(main, ["deploy", "--canary", "vector_db=10"])
    given = yaml.safe_load(result.output)
    assert given["metadata"]["name"] == "vector-db"
    shares = {to["destination"]["subset"]: to["weight"] for route in given["spec"]["http"] for to in route["route"]}
    assert shares == {"stable": 90, "canary": 10}


@pytest.mark.parametrize("wish", ["chat", "chat=", "chat=101", "chat=-1", "chatt=10"])
def test_a_share_that_makes_no_sense_is_refused(wish: str) -> None:
    result = CliRunner().invoke(main, ["deploy", "--canary", wish])
    assert result.exit_code == 2
    assert "write, for example, chat=10" in result.output
