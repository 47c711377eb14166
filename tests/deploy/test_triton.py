"""Triton in a cluster: its place in the chart, who may call it, its image, and the program that the image runs, run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.codegen.deploy import triton
from services.mesh.config import ROOT
from services.mesh.parts.triton_wheel import Wheel
from services.models import manifest
from tests import small_models
from tests.deploy.test_chart import FULL, GPU, container, environment, least, named, render
from tests.ports import free_port

CALLERS = ("fast-llm", "ml-inference", "vision")
DOCKERFILE = (ROOT / "Dockerfile.triton").read_text()
INSTRUCTIONS = re.sub(r"\\\n", " ", DOCKERFILE)


def pod(documents: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return dict(named(documents, "Deployment")[name]["spec"]["template"]["spec"])


def test_those_who_need_it_are_told_where_it_is_and_nobody_else() -> None:
    told = {
        name: value
        for deployment in named(least(), "Deployment")
        for name, value in environment(least(), deployment).items()
        if name.endswith("_TRITON_URL")
    }
    assert told == {f"UAT_{name}_TRITON_URL": "triton.uat.svc:8001" for name in ("FAST_LLM", "ML_INFERENCE", "VISION")}
    assert {n: v for n, v in environment(render(FULL), "vision").items() if "TRITON" in n} == {"UAT_VISION_TRITON_URL": "triton:8001"}


def test_ml_inference_writes_where_triton_reads() -> None:
    server, manager = pod(least(), "triton"), pod(least(), "ml-inference")
    claims = [
        {v["name"]: v["persistentVolumeClaim"]["claimName"] for v in p["volumes"] if "persistentVolumeClaim" in v}
        for p in (server, manager)
    ]
    assert claims == [{"live": "triton-repository"}, {"models": "triton-repository"}]
    assert named(least(), "PersistentVolumeClaim")["triton-repository"]["spec"]["accessModes"] == ["ReadWriteMany"]
    mounts = {m["name"]: m["mountPath"] for p in (server, manager) for c in p["containers"] for m in c["volumeMounts"]}
    assert mounts["live"] == mounts["models"] == "/live"
    variables = environment(least(), "ml-inference")
    assert variables["UAT_ML_INFERENCE_REPOSITORY"] == "/live/triton/repository"
    assert Path(variables["UAT_ML_INFERENCE_IMPORT_DIR"]).is_relative_to("/live")
    assert server["securityContext"]["runAsUser"] == manager["securityContext"]["runAsUser"], "else neither could write the other's files"


def test_there_is_one_that_says_over_http_how_it_is() -> None:
    spec = named(least(), "Deployment")["triton"]["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    own = container(least(), "triton")
    assert own["image"] == "registry.example/uat-triton:1.2.3"
    assert own["readinessProbe"]["httpGet"] == {"port": "http", "path": "/v2/health/ready"}
    assert own["livenessProbe"]["httpGet"] == {"port": "http", "path": "/v2/health/live"}
    assert {p["name"]: p["containerPort"] for p in own["ports"]} == {"grpc": 8001, "http": 8000, "metrics": 8002}
    annotations = spec["template"]["metadata"]["annotations"]
    assert (annotations["prometheus.io/scrape"], annotations["prometheus.io/port"]) == ("true", "8002")
    (entry,) = named(least(), "Service")["triton"]["spec"]["ports"]
    assert (entry["appProtocol"], entry["port"]) == ("grpc", 8001)
    assert "/dev/shm" in {m["mountPath"] for m in own["volumeMounts"]}
    assert "nvidia.com/gpu" not in own["resources"]["limits"]


def test_it_is_given_gpus_and_engines() -> None:
    documents = render(GPU)
    own = container(documents, "triton")
    assert own["resources"] == {"requests": {"cpu": "2", "memory": "4Gi"}, "limits": {"memory": "8Gi", "nvidia.com/gpu": 1}}
    assert own["image"] == "registry.example/triton:25.01"
    assert environment(documents, "triton")["UAT_TRITON_WORDS"] == "two words"
    whole = pod(documents, "triton")
    assert (whole["runtimeClassName"], whole["nodeSelector"]) == ("nvidia", {"nvidia.com/gpu.product": "NVIDIA-L4"})
    assert whole["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists"}]
    assert {"name": "engines", "mountPath": "/engines", "readOnly": True} in own["volumeMounts"]
    claim = named(documents, "PersistentVolumeClaim")["triton-repository"]["spec"]
    assert (claim["storageClassName"], claim["resources"]["requests"]["storage"]) == ("shared", "100Gi")


def test_one_outside_takes_its_place() -> None:
    documents = render(FULL)
    assert not any(document["metadata"]["name"].startswith("triton") for document in documents)
    assert "UAT_ML_INFERENCE_REPOSITORY" not in environment(documents, "ml-inference")


def test_its_clients_may_infer_and_one_of_them_may_manage() -> None:
    (policy,) = (d["spec"] for d in yaml.safe_load_all((ROOT / "istio/triton.yaml").read_text()) if d["kind"] == "AuthorizationPolicy")
    assert policy["selector"] == {"matchLabels": {"app": "triton"}}
    *rules, metrics = policy["rules"]
    who = [sorted(p.rpartition("/")[2] for p in rule["from"][0]["source"]["principals"]) for rule in rules]
    paths = [[path.rpartition("/")[2] for path in rule["to"][0]["operation"]["paths"]] for rule in rules]
    assert who == [["ml-inference"], ["fast-llm", "vision"]]
    assert paths[0] == ["*"]
    assert {"ModelInfer", "ModelStreamInfer"} <= set(paths[1])
    assert not any(word in path for path in paths[1] for word in ("Load", "Unload", "SharedMemory", "Setting", "*"))
    assert all(rule["to"][0]["operation"]["ports"] == ["8001"] for rule in rules)
    assert metrics["to"][0]["operation"] == {"methods": ["GET"], "paths": ["/metrics"], "ports": ["8002"]}


def test_an_inference_is_never_sent_twice_by_the_mesh() -> None:
    (routes,) = (d["spec"] for d in yaml.safe_load_all((ROOT / "istio/triton.yaml").read_text()) if d["kind"] == "VirtualService")
    assert [route["retries"] for route in routes["http"]] == [{"attempts": 0}]


def test_the_image_is_made_from_checked_wheels_and_ends_as_nobody() -> None:
    last = INSTRUCTIONS.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER \d{4,}:\d{4,}$", last, re.M)
    assert 'ENTRYPOINT ["python", "-m", "services.codegen.deploy.triton"]' in last
    assert "--require-hashes --no-deps --only-binary=:all:" in INSTRUCTIONS
    installs = re.findall(r"(?:uv )?pip install [^&]*", INSTRUCTIONS)
    assert len(installs) == 2
    assert all("--no-index" in command and "--find-links /wheels" in command for command in installs)
    assert not re.search(r"https?://|index-url|pypi\.|pythonhosted|nvcr|PASSWORD|TOKEN", DOCKERFILE)
    assert re.findall(r"^ARG (.*)$", INSTRUCTIONS, re.M) == ["BASE=python:3.12-slim"]
    for name, path in triton.DEFAULTS.items():
        assert f"{name}={path}" in INSTRUCTIONS


def test_what_is_copied_into_the_image_is_let_through() -> None:
    ignored = (ROOT / "Dockerfile.triton.dockerignore").read_text().split("\n")
    copied = [words for line in re.findall(r"^COPY (?!--from)(.*)$", INSTRUCTIONS, re.M) for words in line.split()[:-1]]
    assert set(copied) == {line[1:] for line in ignored if line.startswith("!")}
    assert ignored[1] == "*"
    assert all((ROOT / source).exists() for source in copied)


@contextmanager
def pod_of(folder: Path, wheel: Wheel, **environ: str) -> Iterator[str]:
    """The image's program, as a pod runs it, but on other ports; gives the URL of its HTTP."""
    ports = [free_port() for _ in range(3)]
    # As the image does: nothing but `services`, in Triton's own Python.
    code = f"from services.codegen.deploy import triton;triton.PORT, triton.HTTP_PORT, triton.METRICS_PORT = {ports};triton.main(['run'])"
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([wheel.python, "-c", code], cwd=folder, env=env, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{ports[1]}"
        for _ in range(600):
            time.sleep(0.05)
            try:
                urllib.request.urlopen(f"{url}/v2/health/ready").close()
                break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
        yield url
    finally:
        process.terminate()
        process.wait(20)


def index(url: str) -> set[tuple[str, str, str]]:
    request = urllib.request.Request(f"{url}/v2/repository/index", method="POST")
    with urllib.request.urlopen(request) as answer:
        return {(model["name"], model.get("version", ""), model.get("state", "")) for model in json.load(answer)}


def test_the_program_serves_the_image_s_models_from_a_cache_that_nobody_may_write(tmp_path: Path, triton_wheel_here: Wheel) -> None:
    cache, live = small_models.make(tmp_path / "models"), tmp_path / "live"
    live.mkdir()
    for path in (cache, *cache.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    registered = live / "triton" / "repository" / "echo" / "7"
    with pod_of(tmp_path, triton_wheel_here, UAT_TRITON_MODELS=str(cache), UAT_TRITON_LIVE=str(live)) as url:
        assert {("echo", "1", "READY"), ("echo", "3", "READY"), ("words", "1", "READY")} <= index(url)
        shutil.copytree(live / "triton" / "repository" / "echo" / "1", registered)
    with pod_of(tmp_path, triton_wheel_here, UAT_TRITON_MODELS=str(cache), UAT_TRITON_LIVE=str(live)) as url:
        assert ("echo", "1", "READY") in index(url)
    assert (registered / "model.py").exists(), "what was registered outlives the pod"


def test_engines_are_served_where_there_is_a_backend_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nvidia = tmp_path / "tritonserver"
    (nvidia / "backends" / "python").mkdir(parents=True)
    monkeypatch.setenv(triton.MODELS, str(tmp_path / "models"))
    monkeypatch.setenv(triton.LIVE, str(tmp_path / "live"))
    monkeypatch.setenv(triton.ENGINES, str(tmp_path / "engines"))
    (tmp_path / "live").mkdir()
    small_models.make(tmp_path / "models")
    small_models.make(tmp_path / "engines")
    whole = manifest.read(tmp_path / "engines")
    manifest.write(tmp_path / "engines", {"echo": whole["echo"]})
    config = tmp_path / "engines" / "repository" / "echo" / "config.pbtxt"
    config.write_text(config.read_text() + "# an engine\n")
    for expected in (False, True):
        here = triton.part(triton.NvidiaInstall(nvidia))
        here.prepare()
        assert config.read_text().endswith("# an engine\n")
        assert (here.repository / "echo" / "config.pbtxt").read_text().endswith("# an engine\n") is expected
        assert (here.repository / "words" / "config.pbtxt").exists()
        assert f"--backend-directory={nvidia / 'backends'}" in here.command().argv
        assert "--grpc-address=0.0.0.0" in here.command().argv
        (nvidia / "backends" / "tensorrt").mkdir(exist_ok=True)
