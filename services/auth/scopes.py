"""Scopes that a role grants, derived from the policies in the contracts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from services import contracts

_ADMIN = ".admin"


def granted_by(roles: Iterable[str]) -> list[str]:
    """The scopes of a session whose user has these roles, such as `USER`, sorted."""
    return sorted(set().union(*(_by_role()[role] for role in roles)))


@cache
def _by_role() -> dict[str, set[str]]:
    """A role grants the scopes of the RPCs that admit it. Scopes named `<service>.admin` are never USER's: of an RPC that admits users and
    asks for one, TENANT_ADMIN gets the scope, and may give it to an API key of a program.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for _, method in contracts.methods():
        for role in method.roles:
            for scope in method.scopes:
                found["TENANT_ADMIN" if role == "USER" and scope.endswith(_ADMIN) else role].add(scope)
    return found
