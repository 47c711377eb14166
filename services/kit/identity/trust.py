"""Verifies users' tokens in this process, without a call.

A user's token is a JWT signed by auth (EdDSA). Auth streams its public keys and its revocations to every process (`WatchTrust` of the auth
contract, read by `trust_watch.py`).
"""

from __future__ import annotations

import asyncio
import heapq
import time
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from prometheus_client import Gauge
from uat.auth.v1 import auth_service_pb2, trust_pb2

from services.kit.context import Caller
from services.kit.errors import DependencyUnavailable, Unauthenticated
from services.kit.identity.jwts import CACHED, LEEWAY, ed25519, verified

ISSUER = "uat"
AUDIENCE = "uat"

STALENESS = Gauge("uat_trust_staleness_seconds", "Time since auth last confirmed that keys and revocations are current.")


class Trust:
    """The current signing keys and revocations of auth.

    A token that was verified before costs a look-up. Without word from auth for `most_stale` seconds no user is trusted: a credential that
    was revoked meanwhile would still be accepted.
    """

    def __init__(self, most_stale: float = 300.0) -> None:
        self.known = asyncio.Event()
        """Set once the first full state has been applied."""
        self._most_stale = most_stale
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._revoked_tokens: dict[str, float] = {}
        self._revoked_users: dict[str, float] = {}
        self._expiries: list[tuple[float, str, str]] = []
        self._user_expiries: dict[str, float] = {}
        self._decoded = lru_cache(CACHED)(self._decode)
        self._current_at = float("-inf")
        STALENESS.set_function(self.staleness)

    def apply(self, update: auth_service_pb2.WatchTrustResponse) -> None:
        """Applies one message of the stream: a page of the state, or a change."""
        if update.keys:
            keys = {key.kid: ed25519(key.x) for key in update.keys}
            if keys.keys() != self._keys.keys():
                self._decoded.cache_clear()
            self._keys = keys
        for revocation in update.revocations:
            self._revoke(revocation)
        self._drop_expired()
        if update.current:
            self._current_at = time.monotonic()
            self.known.set()

    def verify(self, token: str) -> Caller:
        """The user that the token identifies. Raises Unauthenticated with what is wrong, or DependencyUnavailable as `check` does."""
        caller = self._decoded(token)
        self.check(caller)
        return caller

    def check(self, caller: Caller) -> None:
        """Checks that a caller's credential, verified before, still holds. Raises Unauthenticated when it expired or was revoked, and
        DependencyUnavailable when this process has heard nothing from auth for too long to know.
        """
        if caller.expires_at + LEEWAY < time.time():
            raise Unauthenticated("the token has expired")
        if caller.token_id in self._revoked_tokens or caller.issued_at < self._revoked_users.get(caller.user_id, 0.0):
            raise Unauthenticated("the token was revoked")
        if self.staleness() > self._most_stale:
            raise DependencyUnavailable("revocations can't be checked at the moment; try again", retry_after=1)

    def staleness(self) -> float:
        """Seconds since auth last confirmed that the state is current."""
        return time.monotonic() - self._current_at

    async def ready(self) -> None:
        """Readiness check: raises DependencyUnavailable while no user can be verified."""
        if self.staleness() > self._most_stale:
            raise DependencyUnavailable(f"auth has confirmed no revocations for {self._most_stale:.0f} s")

    def _decode(self, token: str) -> Caller:
        if not self._keys:
            raise DependencyUnavailable("the keys that verify tokens have not arrived yet; try again", retry_after=1)
        claims = verified(token, self._keys, ISSUER, AUDIENCE)
        return Caller(
            user_id=claims["sub"],
            tenant_id=claims["tid"],
            token_id=claims["jti"],
            roles=frozenset(claims.get("roles", ())),
            scopes=frozenset(claims.get("scope", "").split()),
            issued_at=float(claims["iat"]),
            expires_at=float(claims["exp"]),
            kind=claims.get("kind", "session"),
        )

    def _revoke(self, revocation: trust_pb2.Revocation) -> None:
        """Each revocation costs O(log n). One that is known already, as after a reconnection, changes nothing."""
        expires = revocation.expire_time.ToNanoseconds() / 1e9
        if user_id := revocation.user_id:
            not_before = revocation.revoke_time.ToNanoseconds() / 1e9
            self._revoked_users[user_id] = max(not_before, self._revoked_users.get(user_id, 0.0))
            if self._user_expiries.get(user_id, 0.0) < expires:
                self._user_expiries[user_id] = expires
                heapq.heappush(self._expiries, (expires, "user", user_id))
        elif self._revoked_tokens.get(revocation.token_id, 0.0) < expires:
            self._revoked_tokens[revocation.token_id] = expires
            heapq.heappush(self._expiries, (expires, "token", revocation.token_id))

    def _drop_expired(self) -> None:
        over = time.time() - 2 * LEEWAY
        while self._expiries and self._expiries[0][0] < over:
            expires, kind, name = heapq.heappop(self._expiries)
            if kind == "token" and self._revoked_tokens.get(name) == expires:
                del self._revoked_tokens[name]
            elif kind == "user" and self._user_expiries.get(name) == expires:
                del self._user_expiries[name], self._revoked_users[name]
