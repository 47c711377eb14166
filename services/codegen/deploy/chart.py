"""The generated part of the Helm chart: names, ports, the call table, and the JSON Schema of its values."""

from __future__ import annotations

from typing import Any

from services import contracts
from services.codegen.deploy import triton
from services.codegen.deploy.names import EDGE, EDGE_PORT, kube, secret
from services.mesh.secrets import AUTH_KEY, AUTH_PASSWORD
from services.targets import METRICS_OFFSET, TARGETS

POSTGRES_URL = "UAT_POSTGRES_URL"
PASSWORDS = "uat-migrate"
"""The Secret with every role's password, for the migration alone."""
PRIVATE = "uat-private"
"""The Secret with the signing key and the material that the other Secrets derive from."""


def mesh() -> dict[str, Any]:
    """The data that the templates read, `files/mesh.yaml`."""
    return {
        "edge": {"name": EDGE, "port": EDGE_PORT},
        "secrets": {"private": PRIVATE, "passwords": PASSWORDS},
        "triton": _triton(),
        "services": {name: _service(name) for name in TARGETS},
    }


def secret_variables(name: str) -> list[str]:
    """The variables of a service's environment that come from its Secret, under the same names."""
    return [POSTGRES_URL, *((AUTH_KEY, AUTH_PASSWORD) if name == "auth" else ())]


def schema(values: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of `values.yaml`: services by name, each with the keys of `defaults` and no others; `triton` likewise."""
    service, own_triton = (_only(values[key]) for key in ("defaults", "triton"))
    services = {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(TARGETS, service)}
    image = {
        "type": "object",
        "required": ["repository", "tag"],
        "properties": {"repository": {"type": "string"}, "tag": {"type": "string"}},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": ["image", "outside", "defaults", "services", "triton", "edge"],
        "properties": {"image": image, "defaults": service, "services": services, "triton": own_triton},
    }


def _only(known: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": {key: {} for key in sorted(known)}}


def _triton() -> dict[str, Any]:
    return {
        "name": triton.NAME,
        "port": triton.PORT,
        "httpPort": triton.HTTP_PORT,
        "metricsPort": triton.METRICS_PORT,
        "clients": list(triton.CLIENTS),
        "manager": triton.MANAGER,
        "volume": triton.DEFAULTS[triton.LIVE],
        "repository": f"{triton.DEFAULTS[triton.LIVE]}/{triton.FOLDER}/repository",
        "imports": f"{triton.DEFAULTS[triton.LIVE]}/import",
        "engines": triton.DEFAULTS[triton.ENGINES],
    }


def _service(name: str) -> dict[str, Any]:
    return {
        "name": kube(name),
        "port": TARGETS[name].port,
        "metricsPort": TARGETS[name].port + METRICS_OFFSET,
        "calls": list(contracts.calls()[name]),
        "secret": secret(name),
        "secretVariables": secret_variables(name),
    }
