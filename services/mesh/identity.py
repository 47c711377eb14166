"""The identities of the services: for each a private key of its own, and one file with the public keys of all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from services.kit.identity.service_tokens import new_key, public_half, service_of
from services.mesh.errors import MeshError
from services.mesh.paths import MeshPaths, write_private


def issue(paths: MeshPaths, services: Iterable[str]) -> None:
    """Makes a key for each service that has none, and writes `jwks.json`. Raises MeshError if a key's file is damaged."""
    keys = [_load_or_make(paths, service) for service in services]
    write_private(paths.jwks, json.dumps({"keys": [public_half(key) for key in keys]}, indent=1))


def _load_or_make(paths: MeshPaths, service: str) -> dict[str, Any]:
    path = paths.identity_key(service)
    if not path.exists():
        fresh = new_key(service)
        write_private(path, json.dumps(fresh))
        return fresh
    try:
        key: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if service_of(key["kid"]) == service and key["d"] and key["x"]:
            return key
    except (ValueError, KeyError, TypeError):
        pass
    raise MeshError(f"{path} isn't a private key of {service}: remove it and run `uat down`, then `uat up`.")
