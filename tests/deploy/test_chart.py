"""The chart, rendered by Helm itself, and every manifest held against Kubernetes' own schemas."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from helm_python.chart import Chart, lint
from helm_python.errors import HelmError

from services import contracts
from services.codegen.deploy import chart
from services.codegen.descriptors import ROOT
from services.kit.config import Settings
from services.targets import METRICS_OFFSET, TARGETS

CHART = str(ROOT / "charts/uat")
VALUES: dict[str, Any] = {
    "image": {"repository": "registry.example/uat", "tag": "1.2.3"},
    "outside": {"postgresAdminUrl": "postgresql://admin:p@pg:5432/uat", "redisUrl": "redis://redis:6379/0", "natsUrl": "nats://nats:4222"},
}
FULL: dict[str, Any] = {
    **VALUES,
    "outside": {"existingSecret": "mine", "milvusUrl": "http://milvus:19530", "tritonUrl": "triton:8001"},
    "env": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://otel:4317", "UAT_LOG_LEVEL": "DEBUG"},
    "services": {
        "chat": {"canary": {"enabled": True, "tag": "1.3.0"}, "env": {"UAT_LOG_LEVEL": "INFO", "UAT_CHAT_REPLIES_MOST": 64}},
        "vector_db": {"volumes": [{"name": "data", "emptyDir": {}}], "volumeMounts": [{"name": "data", "mountPath": "/data"}]},
        "llm_router": {"envFrom": [{"secretRef": {"name": "providers"}}], "tolerations": [{"key": "gpu", "operator": "Exists"}]},
    },
    "image": {"repository": "registry.example/uat", "tag": "1.2.3", "pullSecrets": [{"name": "pull"}]},
    "edge": {"env": {"UAT_EDGE_LOGIN_RPM": 30}},
}
GPU: dict[str, Any] = {
    **VALUES,
    "triton": {
        "image": {"repository": "registry.example/triton", "tag": "25.01"},
        "gpus": 1,
        "runtimeClassName": "nvidia",
        "nodeSelector": {"nvidia.com/gpu.product": "NVIDIA-L4"},
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
        "env": {"UAT_TRITON_WORDS": "two words"},
        "repository": {"storageClass": "shared", "size": "100Gi"},
        "engines": {"existingClaim": "engines"},
    },
}
SETS = pytest.mark.parametrize("values", [VALUES, FULL, GPU], ids=["least", "full", "gpu"])


def render(values: dict[str, Any], namespace: str = "uat") -> list[dict[str, Any]]:
    with Chart.load(CHART) as loaded:
        texts = loaded.render(values, name="uat", namespace=namespace)
    return [d for name, text in texts.items() if name.endswith(".yaml") for d in yaml.safe_load_all(text) if d]


@cache
def least() -> list[dict[str, Any]]:
    return render(VALUES)


def named(documents: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {d["metadata"]["name"]: d for d in documents if d["kind"] == kind}


def container(documents: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = named(documents, "Deployment")[name]["spec"]["template"]["spec"]["containers"]
    return dict(found)


def environment(documents: list[dict[str, Any]], name: str) -> dict[str, Any]:
    variables = container(documents, name)["env"]
    assert len({v["name"] for v in variables}) == len(variables)
    return {v["name"]: v.get("value", v.get("valueFrom")) for v in variables}


@SETS
def test_helm_finds_nothing_to_say(values: dict[str, Any]) -> None:
    report = lint(CHART, values, strict=True, namespace="uat")
    assert report["errors"] == []
    assert [m for m in report["messages"] if m["error"] != "icon is recommended"] == []


@SETS
@pytest.mark.parametrize("version", ["1.30.0", "1.36.0"])
def test_kubernetes_knows_every_field(values: dict[str, Any], version: str) -> None:
    documents = render(values)
    for document in documents:
        kubernetes_validate.validate(document, version, strict=True)
    keys = [(d["kind"], d["metadata"]["name"]) for d in documents]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", TARGETS)
def test_a_service_has_all_that_the_table_says(name: str) -> None:
    kube, port = name.replace("_", "-"), TARGETS[name].port
    (entry,) = named(least(), "Service")[kube]["spec"]["ports"]
    assert (entry["name"], entry["appProtocol"], entry["port"]) == ("grpc", "grpc", port)
    every = named(least(), "Service")[f"{kube}-metrics"]["spec"]
    assert (every["clusterIP"], every["ports"][0]["port"]) == ("None", port + METRICS_OFFSET)
    for kind in ("ServiceAccount", "HorizontalPodAutoscaler", "PodDisruptionBudget"):
        assert kube in named(least(), kind)
    pod = named(least(), "Deployment")[kube]["spec"]["template"]
    assert pod["spec"]["serviceAccountName"] == kube, "the name that Istio's policies know it by"
    assert pod["metadata"]["labels"]["app"] == kube
    assert pod["metadata"]["labels"]["version"] == "stable"
    assert pod["metadata"]["annotations"]["prometheus.io/port"] == str(port + METRICS_OFFSET)
    own = container(least(), kube)
    assert own["args"] == [name]
    assert {p["name"]: p["containerPort"] for p in own["ports"]} == {"grpc": port, "metrics": port + METRICS_OFFSET}
    assert all(own[probe]["grpc"]["port"] == port for probe in ("startupProbe", "readinessProbe", "livenessProbe"))


@pytest.mark.parametrize("name", TARGETS)
def test_a_service_is_told_what_it_needs_and_knows_no_secret_of_another(name: str) -> None:
    variables = environment(least(), name.replace("_", "-"))
    targets = {
        f"UAT_{n.upper()}_TARGET": f"dns:///{n.replace('_', '-')}.uat.svc:{t.port}"
        for n, t in TARGETS.items()
        if n in contracts.calls()[name]
    }
    assert {k: v for k, v in variables.items() if k.endswith("_TARGET")} == targets
    refs = {v["secretKeyRef"]["name"] for v in variables.values() if isinstance(v, dict)}
    assert refs == {"uat-outside", f"uat-{name.replace('_', '-')}"}
    assert variables["UAT_HOST"] == "0.0.0.0"
    assert ("UAT_AUTH_KEY_ENCRYPTION_KEY" in variables) == (name == "auth")
    assert "UAT_POSTGRES_ADMIN_URL" not in variables


def test_kit_can_read_what_a_service_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(render(FULL), "chat").items():
        monkeypatch.setenv(name, value if isinstance(value, str) else "postgresql://")
    settings = Settings.from_environment()
    assert (settings.host, settings.drain_seconds, settings.log_level) == ("0.0.0.0", 30.0, "INFO")
    assert settings.identity_key_file == Path("/var/run/uat/identity.jwk")


@SETS
def test_no_pod_may_more_than_it_must(values: dict[str, Any]) -> None:
    for document in render(values):
        spec = document.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template is None:
            continue
        pod = template["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        if pod.get("serviceAccountName") != "uat-secrets":
            assert pod["automountServiceAccountToken"] is False
        for c in pod["containers"]:
            assert c["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert c["resources"]["requests"]
            assert c["resources"]["limits"]


@pytest.mark.parametrize("drain", [0, 30, 600])
def test_a_pod_is_given_the_time_to_drain(drain: int) -> None:
    for deployment in named(render({**VALUES, "drainSeconds": drain}), "Deployment").values():
        assert deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] >= drain + 20


def test_secrets_come_before_the_migration_and_both_before_the_services() -> None:
    jobs = named(least(), "Job")
    notes = {name: job["metadata"]["annotations"] for name, job in jobs.items()}
    assert all(n["helm.sh/hook"] == "pre-install,pre-upgrade" for n in notes.values())
    assert int(notes["uat-secrets"]["helm.sh/hook-weight"]) < int(notes["uat-migrate"]["helm.sh/hook-weight"])
    for kind in ("ServiceAccount", "Role", "RoleBinding", "Secret"):
        for name, document in named(least(), kind).items():
            if name in ("uat-secrets", "uat-outside"):
                earlier = int(document["metadata"]["annotations"]["helm.sh/hook-weight"])
                assert earlier < int(notes["uat-secrets"]["helm.sh/hook-weight"])
    (migrate,) = jobs["uat-migrate"]["spec"]["template"]["spec"]["containers"]
    assert migrate["args"] == ["migrate"]


def test_jobs_have_no_sidecar_that_would_keep_them_from_ending() -> None:
    templates = [job["spec"]["template"] for job in named(least(), "Job").values()]
    assert len(templates) == 2
    assert all(t["metadata"]["labels"]["sidecar.istio.io/inject"] == "false" for t in templates)


def test_the_secrets_job_may_read_the_secrets_of_the_mesh_and_no_others() -> None:
    create, rest = named(least(), "Role")["uat-secrets"]["rules"]
    assert create["verbs"] == ["create"]
    assert set(rest["verbs"]) == {"get", "update"}
    assert set(rest["resourceNames"]) == {chart.PRIVATE, chart.PASSWORDS, *(f"uat-{n.replace('_', '-')}" for n in TARGETS)}


def test_a_renewed_token_arrives_in_a_running_pod() -> None:
    for name in TARGETS:
        mounts = container(least(), name.replace("_", "-"))["volumeMounts"]
        assert not any("subPath" in mount for mount in mounts), "a file mounted so is never renewed"


def test_one_s_own_secret_is_used_instead_of_urls() -> None:
    documents = render(FULL)
    assert "uat-outside" not in named(documents, "Secret")
    assert environment(documents, "chat")["UAT_REDIS_URL"] == {"secretKeyRef": {"name": "mine", "key": "redis-url"}}


def test_one_service_s_own_values_win_over_those_for_all() -> None:
    documents = render(FULL)
    assert environment(documents, "chat")["UAT_LOG_LEVEL"] == "INFO"
    assert environment(documents, "chat")["UAT_CHAT_REPLIES_MOST"] == "64"
    assert environment(documents, "memory")["UAT_LOG_LEVEL"] == "DEBUG"
    assert environment(documents, "vector_db".replace("_", "-"))["UAT_VECTOR_DB_MILVUS_URL"] == "http://milvus:19530"
    assert environment(documents, "ml-inference")["UAT_ML_INFERENCE_TRITON_URL"] == "triton:8001"
    assert container(documents, "llm-router")["envFrom"] == [{"secretRef": {"name": "providers"}}]


def test_a_canary_is_the_same_service_with_another_image() -> None:
    documents = render(FULL)
    stable, canary = (named(documents, "Deployment")[n]["spec"] for n in ("chat", "chat-canary"))
    assert canary["selector"]["matchLabels"] == {"app": "chat", "version": "canary"}
    assert stable["selector"]["matchLabels"] == {"app": "chat", "version": "stable"}
    assert container(documents, "chat-canary")["image"] == "registry.example/uat:1.3.0"
    assert container(documents, "chat")["image"] == "registry.example/uat:1.2.3"
    assert "chat-canary" not in named(least(), "Deployment")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({**VALUES, "image": {"repository": "", "tag": "1"}}, "image.repository is not set"),
        ({**VALUES, "outside": {}}, "outside.postgresAdminUrl is not set"),
        ({**VALUES, "services": {"chatt": {}}}, "chatt"),
        ({**VALUES, "services": {"chat": {"replica": 1}}}, "replica"),
        ({**VALUES, "triton": {"gpu": 1}}, "gpu"),
    ],
)
def test_a_mistake_in_the_values_is_named(values: dict[str, Any], said: str) -> None:
    with pytest.raises(HelmError, match=said):
        render(values)
