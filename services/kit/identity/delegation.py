"""Delegation: the identity under which a service acts for a user after the user's call has ended.

A user's access token expires after minutes, and background work may outlast it by hours. Such work keeps a *delegable* caller: the
verified user, without the token. `kit.clients` names that user in the calls of the work, signed by the service itself, and the callee
accepts the user within the bounds that `rpc/interceptors/auth.py` checks."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from services.kit.context import Caller

DELEGATED = "delegated"
LONGEST_SECONDS = 7 * 24 * 3600.0
"""How long a service may act for a user after the user's own credential was last verified. Auth keeps revocations at least as long."""


def delegable(caller: Caller) -> Caller:
    """The caller as background work keeps it: the same user, tenant, roles and scopes, for `LONGEST_SECONDS` from now.

    A caller that is delegable already stays as it is, so handing work on doesn't prolong it.
    """
    if caller.kind == DELEGATED:
        return caller
    return replace(caller, kind=DELEGATED, expires_at=time.time() + LONGEST_SECONDS)


def to_json(caller: Caller) -> dict[str, Any]:
    """The delegable caller as JSON, to store beside the work. It holds no secret."""
    kept = delegable(caller)
    return {
        "user": kept.user_id,
        "tenant": kept.tenant_id,
        "token": kept.token_id,
        "roles": sorted(kept.roles),
        "scopes": sorted(kept.scopes),
        "issued": kept.issued_at,
        "until": kept.expires_at,
    }


def from_json(stored: dict[str, Any]) -> Caller:
    """The delegable caller that `to_json` stored. Raises KeyError, TypeError or ValueError for anything else."""
    return Caller(
        user_id=str(stored["user"]),
        tenant_id=str(stored["tenant"]),
        token_id=str(stored["token"]),
        roles=frozenset(stored["roles"]),
        scopes=frozenset(stored["scopes"]),
        issued_at=float(stored["issued"]),
        expires_at=float(stored["until"]),
        kind=DELEGATED,
    )
