"""API keys: signed tokens that every service verifies locally, and refuses at once when they are revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from uat.auth.v1 import api_key_pb2, auth_service_pb2

from services.auth.audit import Audit
from services.auth.errors import ApiKeyLimitReached, ApiKeyNotFound, ScopeNotHeld, UserNotFound
from services.auth.scopes import granted_by
from services.auth.signing import SigningKeys
from services.auth.store import Store
from services.auth.trust_feed import TrustFeed
from services.kit import pages
from services.kit.context import Caller
from services.kit.errors import InvalidRequest
from services.kit.ids import NewId
from services.kit.postgres.idempotency import fingerprint
from services.kit.times import moment_of, timestamp

EVERY_SCOPE = "*"


class ApiKeys:
    """Creates, lists and revokes the API keys of users."""

    def __init__(
        self,
        store: Store,
        audit: Audit,
        keys: SigningKeys,
        feed: TrustFeed,
        new_id: NewId,
        *,
        days: int,
        days_most: int,
        per_user: int,
        revoked_per_user: int,
    ) -> None:
        self._store = store
        self._audit = audit
        self._keys = keys
        self._feed = feed
        self._new_id = new_id
        self._days = days
        self._days_most = days_most
        self._per_user = per_user
        self._revoked_per_user = revoked_per_user

    async def create(self, caller: Caller, request: auth_service_pb2.CreateApiKeyRequest) -> tuple[api_key_pb2.ApiKey, str]:
        """Creates a key for the caller: its record and the key itself. A key never grants more than the token that creates it.

        A repeated request gets the same record and the same key, signed anew: no key is stored.
        """
        wanted, now = request.api_key, datetime.now(UTC)
        expires = moment_of(wanted.expire_time) if wanted.HasField("expire_time") else now + timedelta(days=self._days)
        if not now < expires <= now + timedelta(days=self._days_most):
            raise InvalidRequest.of("api_key.expire_time", f"must be within the next {self._days_most} days")
        key = api_key_pb2.ApiKey(
            id=self._new_id("key"),
            user_id=caller.user_id,
            display_name=wanted.display_name,
            scopes=_scopes(caller, set(wanted.scopes)),
            expire_time=timestamp(expires),
        )
        async with self._store.tenant(caller.tenant_id) as tx:
            user = await tx.lock_user(caller.user_id)
            if user is None or user.disabled:
                raise UserNotFound("the user of the token does not exist any more")
            standing = await tx.requests(user.id).claim(request.request_id, fingerprint(request), key.id)
            if standing is None:
                self._check_limits(*await tx.count_api_keys(user.id))
                stored = await tx.add_api_key(key, caller.tenant_id)
                await self._audit.record(tx, caller.tenant_id, "api_key.create", caller.user_id, key.id)
            elif (found := await tx.api_key(standing)) is not None:
                stored = found
            else:
                raise ApiKeyNotFound(f"the API key {standing}, which this request created, has expired")
        issued, expires = moment_of(stored.create_time), moment_of(stored.expire_time)
        return stored, self._keys.sign(user, stored.id, stored.scopes, "api_key", issued, expires)

    async def page(self, caller: Caller, size: int, token: str) -> tuple[list[api_key_pb2.ApiKey], str]:
        """A page of the caller's keys, newest first, and the token of the next page."""
        (before,) = pages.decode(token, "api_keys", str) or (None,)
        async with self._store.tenant(caller.tenant_id) as tx:
            found = await tx.api_keys(caller.user_id, before, size + 1)
        return pages.page_of(found, size, "api_keys", lambda item: item.id)

    async def revoke(self, caller: Caller, key_id: str) -> api_key_pb2.ApiKey:
        """Revokes one of the caller's keys. Raises ApiKeyNotFound."""
        async with self._store.tenant(caller.tenant_id) as tx:
            found = await tx.revoke_api_keys(caller.user_id, only=key_id)
            if not found:
                raise ApiKeyNotFound(f"you have no API key {key_id}")
            await self._audit.record(tx, caller.tenant_id, "api_key.revoke", caller.user_id, key_id)
            await tx.revoke_tokens([key_id], moment_of(found[0].expire_time))
        await self._feed.changed()
        return found[0]

    def _check_limits(self, valid: int, revoked: int) -> None:
        if valid >= self._per_user:
            raise ApiKeyLimitReached(f"you have {valid} API keys, the most that a user may have; revoke one first")
        if revoked >= self._revoked_per_user:
            raise ApiKeyLimitReached(f"{revoked} of your API keys were revoked before they expired; create keys that expire sooner")


def _scopes(caller: Caller, wanted: set[str]) -> list[str]:
    held = set(granted_by(caller.roles)) if EVERY_SCOPE in caller.scopes else caller.scopes
    if not wanted or EVERY_SCOPE in wanted:
        return sorted(held)
    if missing := sorted(wanted - held):
        raise ScopeNotHeld(f"your token does not hold the scope {missing[0]}, so it can't create a key that does")
    return sorted(wanted)
