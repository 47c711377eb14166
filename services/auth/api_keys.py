"""API keys: signed tokens that every hop checks alone, and that end at once when they are revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from uat.auth.v1 import api_key_pb2

from services.auth.errors import ApiKeyNotFound, ScopeNotHeld, UserNotFound
from services.auth.signing import SigningKeys
from services.auth.store import Store
from services.auth.trust_feed import TrustFeed
from services.auth.users import Users
from services.kit import pages
from services.kit.context import Caller
from services.kit.errors import InvalidRequest
from services.kit.ids import NewId
from services.kit.times import moment_of


class ApiKeys:
    """The keys of users."""

    def __init__(self, store: Store, users: Users, keys: SigningKeys, feed: TrustFeed, new_id: NewId, days: int, days_most: int) -> None:
        self._store = store
        self._users = users
        self._keys = keys
        self._feed = feed
        self._new_id = new_id
        self._days = days
        self._days_most = days_most

    async def create(self, caller: Caller, wanted: api_key_pb2.ApiKey) -> tuple[api_key_pb2.ApiKey, str]:
        """Makes a key for the caller: the record, and the token that is shown once. It never holds more than its maker's own token."""
        scopes = sorted(wanted.scopes) or ["*"]
        for scope in scopes:
            if not caller.holds(scope):
                raise ScopeNotHeld(f"your token does not hold the scope {scope}, so a key of yours can't")
        now = datetime.now(UTC)
        expires = moment_of(wanted.expire_time) if wanted.HasField("expire_time") else now + timedelta(days=self._days)
        if not now < expires <= now + timedelta(days=self._days_most):
            raise InvalidRequest.of("api_key.expire_time", f"must lie in the next {self._days_most} days")
        key = api_key_pb2.ApiKey(id=self._new_id("key"), user_id=caller.user_id, display_name=wanted.display_name, scopes=scopes)
        key.expire_time.FromDatetime(expires)
        async with self._store.tenant(caller.tenant_id) as identities:
            user = await identities.user(caller.user_id)
            if user is None:
                raise UserNotFound("the token's user is gone")
            stored = await identities.add_api_key(key, caller.tenant_id)
            await self._users.audit(identities, caller.tenant_id, "api_key.create", caller.user_id, key.id)
        return stored, self._keys.sign(user, key.id, scopes, "api_key", int((expires - now).total_seconds()))

    async def page(self, caller: Caller, size: int, token: str) -> tuple[list[api_key_pb2.ApiKey], str]:
        """A page of the caller's keys, and the token of the next one."""
        (before,) = pages.decode(token, "api_keys", str) or (None,)
        async with self._store.tenant(caller.tenant_id) as identities:
            found = await identities.api_keys(caller.user_id, before, size + 1)
        return pages.page_of(found, size, "api_keys", lambda key: key.id)

    async def revoke(self, caller: Caller, key_id: str) -> api_key_pb2.ApiKey:
        """Ends a key of the caller's. Raises ApiKeyNotFound."""
        async with self._store.tenant(caller.tenant_id) as identities:
            found = await identities.revoke_api_keys(caller.user_id, only=key_id)
            if not found:
                raise ApiKeyNotFound(f"you have no API key {key_id}")
            await identities.revoke((key.id, moment_of(key.expire_time)) for key in found)
            await self._users.audit(identities, caller.tenant_id, "api_key.revoke", caller.user_id, key_id)
        await self._feed.changed()
        return found[0]
