"""The contracts, the call table that they give, and the code, Istio and the chart that follow it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import services
from services import contracts
from services.codegen.deploy import chart, policies
from services.codegen.deploy.names import principal
from services.kit.rpc.contract import Method
from services.targets import LAYERS, METRICS_OFFSET, TARGETS
from services.unbuilt import STAND_IN, apps, unbuilt

SERVICES = Path(services.__file__).parent
LAYER = {name: number for number, names in enumerate(LAYERS) for name in names}
WIRE = {"service.py", "clients.py", "app.py", "errors.py"}
"""The modules of a service that may know gRPC."""

METHODS = list(contracts.methods())


def test_every_service_has_a_layer_a_port_of_its_own_and_a_contract() -> None:
    assert set(LAYER) == set(TARGETS)
    ports = [port for t in TARGETS.values() for port in (t.port, t.port + METRICS_OFFSET)]
    assert len(set(ports)) == 2 * len(TARGETS) == 30
    assert {target for target, _ in METHODS} == set(TARGETS)


def test_each_service_may_call_auth_for_the_keys_and_revocations() -> None:
    assert {name for name, callees in contracts.calls().items() if "auth" in callees} == set(TARGETS) - {"auth"}


@pytest.mark.parametrize("name", TARGETS)
def test_istio_lets_a_service_reach_exactly_those_that_its_contracts_let_it_call(name: str) -> None:
    lets = {
        target
        for target in TARGETS
        for rule in policies.for_service(target)["spec"]["rules"]  # type: ignore[index]
        if principal(name) in rule.get("from", [{}])[0].get("source", {}).get("principals", ())
        and any(not path.startswith("/metrics") for to in rule["to"] for path in to["operation"]["paths"])
    }
    assert lets - {name} == set(contracts.calls()[name])


@pytest.mark.parametrize("name", TARGETS)
def test_the_chart_gives_a_service_the_addresses_of_those_that_it_may_call(name: str) -> None:
    assert chart.mesh()["services"][name]["calls"] == list(contracts.calls()[name])


@pytest.mark.parametrize("name", TARGETS)
def test_the_code_of_a_service_uses_the_stubs_of_those_only_that_it_may_call(name: str) -> None:
    """Stubs are imported from `<contract>_pb2_grpc`; messages of others may be used freely."""
    used = {
        module.split(".")[1]
        for path in (SERVICES / name).rglob("*.py")
        for module in _imported(path)
        if module.startswith("uat.") and module.endswith("_pb2_grpc")
    }
    assert used - {name} <= set(contracts.calls()[name])


def test_a_contract_lets_only_those_services_in_that_stand_above() -> None:
    upward = [
        f"{caller} calls {method.path}"
        for target, method in METHODS
        for caller in method.callers
        if caller != target and LAYER[caller] >= LAYER[target]
    ]
    assert not upward


@pytest.mark.parametrize(("target", "method"), METHODS, ids=lambda v: v.path if isinstance(v, Method) else v)
def test_somebody_may_call_the_rpc_and_rest_is_for_the_outside_only(target: str, method: Method) -> None:
    assert method.public or method.roles or method.callers, "no policy: nobody can call it"
    assert method.exposed or not method.http, "it has a REST path and nobody outside may call it"
    assert not (method.http and method.client_streaming), "REST can't carry a stream of requests"
    for scope in method.scopes:
        assert scope.startswith(f"{target}."), "a scope is written <service>.<verb>"


def test_no_two_rpcs_share_a_verb_and_a_path() -> None:
    seen: dict[tuple[str, str], str] = {}
    for _, method in METHODS:
        for rule in method.http:
            assert (rule.verb, rule.path) not in seen, f"{method.path} and {seen[rule.verb, rule.path]}"
            seen[rule.verb, rule.path] = method.path


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in STAND_IN.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("stand_in")
def test_the_list_of_unbuilt_rpcs_is_what_the_code_says() -> None:
    """To mend it: `python -m services unbuilt > services/unbuilt.txt`, after a look at what changed."""
    assert (SERVICES / "unbuilt.txt").read_text().split() == unbuilt()


@pytest.mark.usefixtures("stand_in")
def test_an_app_serves_every_contract_of_its_service() -> None:
    for app in apps():
        served = {s.descriptor.full_name for s in app.served}
        assert served == {service.full_name for name, service in contracts.services() if name == app.name}


def test_only_the_wire_side_of_a_service_knows_grpc() -> None:
    guilty = [
        str(path.relative_to(SERVICES))
        for name in TARGETS
        for path in sorted((SERVICES / name).rglob("*.py"))
        if path.name not in WIRE and "providers" not in path.parts and _imports_grpc(path)
    ]
    assert not guilty


def _imports_grpc(path: Path) -> bool:
    return any(name == "grpc" or name.startswith("grpc.") for name in _imported(path))


def _imported(path: Path) -> Iterator[str]:
    """Every module that the file imports, also as a member of a package: `from uat.chat.v1 import chat_service_pb2_grpc`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{a.name}" for a in node.names)
