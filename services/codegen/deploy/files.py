"""The generated files of the deployment: their texts, writing them, and finding those that are out of date."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from services.codegen.deploy import chart, policies, traffic, triton
from services.codegen.deploy.names import EDGE, NAMESPACE
from services.codegen.descriptors import ROOT
from services.mesh.edge import render
from services.mesh.ports import Ports
from services.targets import TARGETS

ISTIO = Path("istio")
CHART = Path("charts/uat")
ENVOY = Path("envoy/edge.yaml")
_HEAD = "# Generated from the contracts and the table by `python -m services.codegen deploy`. Never edited.\n"


def texts() -> dict[str, str]:
    """Every generated file by its path from the root."""
    istio: dict[str, list[Any]] = {
        "namespace.yaml": [_namespace()],
        "mesh.yaml": [*policies.mutual_tls(), policies.nobody_else(), *policies.user_tokens()],
        f"{EDGE}.yaml": [policies.for_edge(), *traffic.way_in()],
        f"{triton.NAME}.yaml": [policies.for_triton(), *traffic.to_triton()],
        **{f"{name}.yaml": [policies.for_service(name), traffic.destination(name), traffic.routes(name)] for name in TARGETS},
    }
    istio["kustomization.yaml"] = [
        {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": [*istio]}  # the namespace comes first
    ]
    values = yaml.safe_load((ROOT / CHART / "values.yaml").read_text(encoding="utf-8"))
    return {
        **{(ISTIO / name).as_posix(): as_yaml(documents) for name, documents in istio.items()},
        ENVOY.as_posix(): as_yaml([_edge()]),
        (CHART / "files/mesh.yaml").as_posix(): as_yaml([chart.mesh()]),
        (CHART / "values.schema.json").as_posix(): json.dumps(chart.schema(values), indent=2) + "\n",
    }


def write() -> None:
    """Writes all files and removes any other file from `istio/`."""
    fresh = texts()
    for name in _extra(fresh):
        (ROOT / name).unlink()
    for name, text in fresh.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def stale() -> list[str]:
    """The paths of files that differ from what the contracts give now; empty when all are fresh."""
    fresh = texts()
    different = [name for name, text in fresh.items() if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != text]
    return sorted([*different, *_extra(fresh)])


def as_yaml(documents: Iterable[Any]) -> str:
    """The documents with a line that says where they come from; the same text for the same content."""
    return _HEAD + "---\n".join(yaml.dump(d, Dumper=_Plain, sort_keys=False, width=120) for d in documents)


def _edge() -> dict[str, Any]:
    """The edge as `uat up` runs it on the usual ports, for people to read and to try: `envoy -c envoy/edge.yaml` from the root.

    The contracts are named by their file here; what runs has them inside.
    """
    config: dict[str, Any] = json.loads(render(Ports(), ROOT))
    for listener in config["static_resources"]["listeners"]:
        for chain in listener["filter_chains"]:
            for manager in chain["filters"]:
                for http_filter in manager["typed_config"]["http_filters"]:
                    if http_filter["typed_config"].pop("proto_descriptor_bin", None):
                        http_filter["typed_config"]["proto_descriptor"] = "gen/descriptors/uat.binpb"
    return config


class _Plain(yaml.SafeDumper):
    """A dumper without YAML aliases, which are hard to read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _extra(fresh: dict[str, str]) -> list[str]:
    found = (path.relative_to(ROOT).as_posix() for path in (ROOT / ISTIO).glob("*"))
    return sorted(name for name in found if name not in fresh)


def _namespace() -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": {"istio-injection": "enabled"}}}
