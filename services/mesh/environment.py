"""The environment that each process of ours is given: the user's own, what the mesh knows, and of the secrets only its share."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from services.mesh.config import MeshConfig
from services.mesh.parts.postgres import ADMIN, DATABASE
from services.mesh.parts.triton_client import address
from services.mesh.secrets import AUTH_KEY, AUTH_PASSWORD, Secrets

ADMIN_URL = "UAT_POSTGRES_ADMIN_URL"
PASSWORDS = "UAT_POSTGRES_PASSWORDS"
REPOSITORY = "UAT_ML_INFERENCE_REPOSITORY"
IMPORT_DIR = "UAT_ML_INFERENCE_IMPORT_DIR"
_SECRET = frozenset({AUTH_KEY, AUTH_PASSWORD, ADMIN_URL, PASSWORDS})
_TUNING = {
    "ml_inference": {
        "GRPC_EXPERIMENTS": "-event_engine_poller_for_python",
        **({"UAT_PROCESSOR": str(max(os.sched_getaffinity(0)))} if hasattr(os, "sched_getaffinity") else {}),
    }
}
"""A call waits for two wake-ups in ml_inference, its caller's and Triton's, and is quicker without this experiment, which gRPC 1.82 has on
for Python; services that many callers keep busy are a little slower without it. gRPC reads it when it is imported. On its way a call goes
from thread to thread some ten times: on one processor it finds there what the thread before has left in the cache, which takes a quarter to
a third off what the service adds to a call of Triton (`make bench`).
"""
_CLIENT = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "UAT_API_KEY")


def for_service(name: str, config: MeshConfig, secrets: Secrets, environ: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of one service. The user's variables pass through unless the mesh sets them."""
    own = auth_settings(secrets, environ) if name == "auth" else {}
    return {
        **_TUNING.get(name, {}),
        **_common(config, environ),
        "UAT_POSTGRES_URL": _role_url(name, config, secrets),
        "UAT_IDENTITY_KEY_FILE": str(config.paths.identity_key(name)),
        **own,
    }


def for_migration(config: MeshConfig, secrets: Secrets, environ: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of `python -m services migrate`, which alone is given the superuser and every role's password."""
    return {
        **_common(config, environ),
        ADMIN_URL: config.external.postgres or admin_url(config, secrets),
        PASSWORDS: json.dumps(dict(secrets.postgres)),
    }


def admin_url(config: MeshConfig, secrets: Secrets) -> str:
    """The superuser's URL of our own PostgreSQL."""
    return f"postgresql://{ADMIN}:{secrets.postgres_admin}@127.0.0.1:{config.ports.postgres}/{DATABASE}"


def auth_settings(secrets: Secrets, environ: Mapping[str, str]) -> dict[str, str]:
    """The secrets of auth. A variable of the user overrides one."""
    return {name: environ.get(name) or value for name, value in secrets.auth.items()}


def _common(config: MeshConfig, environ: Mapping[str, str]) -> dict[str, str]:
    ports = config.ports
    inherited = {name: value for name, value in environ.items() if name not in _SECRET and name != "UAT_POSTGRES_URL"}
    if inherited.get("OPENAI_BASE_URL", "").rstrip("/") == f"{config.edge_url}/v1":
        # The user's shell speaks to this very mesh: taken for a provider's address, that would send the router to itself.
        inherited = {name: value for name, value in inherited.items() if name not in _CLIENT}
    return {
        "UAT_LOG_FORMAT": "json",
        **inherited,
        "UAT_REDIS_URL": config.external.redis or f"redis://127.0.0.1:{ports.redis}/0",
        "UAT_NATS_URL": config.external.nats or f"nats://127.0.0.1:{ports.nats}",
        **{f"UAT_{name}_TRITON_URL": triton_url(config) for name in ("ML_INFERENCE", "VISION", "FAST_LLM")},
        **_model_folders(config, environ),
        "UAT_PORT_OFFSET": str(ports.offset),
        "UAT_IDENTITY_JWKS_FILE": str(config.paths.jwks),
        "UAT_EDGE_URL": config.edge_url,
        "PYTHONUNBUFFERED": "1",  # a log that comes in blocks is no log
    }


def _model_folders(config: MeshConfig, environ: Mapping[str, str]) -> dict[str, str]:
    """The folders to which ml_inference writes models for Triton, and from which it may import them."""
    return {
        REPOSITORY: str(live_repository(config, environ)),
        IMPORT_DIR: environ.get(IMPORT_DIR) or str(config.paths.imports),
    }


def live_repository(config: MeshConfig, environ: Mapping[str, str]) -> Path:
    """The folder from which Triton loads models."""
    outside = environ.get(REPOSITORY) if config.external.triton else None
    return Path(outside) if outside else config.paths.triton / "repository"


def triton_url(config: MeshConfig) -> str:
    """The address of Triton's gRPC port, `host:port`."""
    return address(config.external.triton) if config.external.triton else f"127.0.0.1:{config.ports.triton}"


def _role_url(name: str, config: MeshConfig, secrets: Secrets) -> str:
    base = urlsplit(config.external.postgres or admin_url(config, secrets))
    address = base.netloc.rpartition("@")[2]
    return urlunsplit(base._replace(netloc=f"uat_{name}:{quote(secrets.postgres[name], safe='')}@{address}"))
