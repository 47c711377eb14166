"""Users: sign-up, administration, passwords."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from uat.auth.v1 import auth_service_pb2, user_pb2
from uat.options.v1 import policy_pb2

from services.auth.attempts import Attempts
from services.auth.audit import Audit
from services.auth.errors import CredentialsWrong, UserNotFound
from services.auth.passwords import Passwords
from services.auth.store import Identities, Store
from services.auth.trust_feed import TrustFeed
from services.kit import pages
from services.kit.context import Caller
from services.kit.errors import InvalidRequest
from services.kit.field_masks import fields_to_change
from services.kit.ids import NewId
from services.kit.postgres.idempotency import fingerprint

CHANGEABLE = ("display_name", "roles", "disabled")
OF_A_NEW_TENANT = (policy_pb2.ROLE_USER, policy_pb2.ROLE_TENANT_ADMIN)
OF_THE_FIRST_USER = (policy_pb2.ROLE_USER, policy_pb2.ROLE_OPERATOR, policy_pb2.ROLE_TENANT_ADMIN)


class Users:
    """The users of all tenants."""

    def __init__(
        self, store: Store, audit: Audit, passwords: Passwords, attempts: Attempts, feed: TrustFeed, new_id: NewId, *, access_seconds: int
    ) -> None:
        self._store = store
        self._audit = audit
        self._passwords = passwords
        self._attempts = attempts
        self._feed = feed
        self._new_id = new_id
        self._access_seconds = access_seconds

    async def bootstrap(self, email: str, password: str) -> None:
        """Creates the first user, with every role, unless a user exists."""
        async with self._store.everyone() as tx:
            await tx.lock_signing_keys()
            if await tx.any_user():
                return
            user = self._new(self._new_id("tenant"), email, "Administrator", OF_THE_FIRST_USER)
            await tx.add_user(user, await self._passwords.hash(password))
            await self._audit.record(tx, user.tenant_id, "user.bootstrap", "", user.id)

    async def sign_up(self, email: str, password: str, display_name: str) -> user_pb2.User:
        """Creates a user and a tenant, which the user administers. Raises EmailTaken."""
        user = self._new(self._new_id("tenant"), email, display_name, OF_A_NEW_TENANT)
        hashed = await self._passwords.hash(password)
        async with self._store.tenant(user.tenant_id) as tx:
            return await self._add(tx, user, hashed, actor=user.id)

    async def create(self, caller: Caller, request: auth_service_pb2.CreateUserRequest) -> user_pb2.User:
        """Creates a user in the caller's tenant, or returns the one that the same request created before. Raises EmailTaken."""
        wanted = request.user
        if not wanted.email:
            raise InvalidRequest.of("user.email", "must be set")
        roles = list(wanted.roles) or [policy_pb2.ROLE_USER]
        _check_roles_held(caller, roles)
        user = self._new(caller.tenant_id, wanted.email, wanted.display_name, roles)
        hashed = await self._passwords.hash(request.password)
        same = auth_service_pb2.CreateUserRequest(user=wanted, request_id=request.request_id)  # a fast digest must not cover the password
        async with self._store.tenant(caller.tenant_id) as tx:
            standing = await tx.requests(caller.user_id).claim(request.request_id, fingerprint(same), user.id)
            if standing is None:
                return await self._add(tx, user, hashed, actor=caller.user_id)
        return await self.get(caller, standing)

    async def get(self, caller: Caller, user_id: str) -> user_pb2.User:
        """A user of the caller's tenant. Raises UserNotFound."""
        async with self._store.tenant(caller.tenant_id) as tx:
            user = await tx.user(user_id)
        if user is None:
            raise _not_found(user_id)
        return user

    async def page(self, caller: Caller, size: int, token: str) -> tuple[list[user_pb2.User], str]:
        """A page of the tenant's users, newest first, and the token of the next page."""
        (before,) = pages.decode(token, "users", str) or (None,)
        async with self._store.tenant(caller.tenant_id) as tx:
            found = await tx.users(before, size + 1)
        return pages.page_of(found, size, "users", lambda item: item.id)

    async def update(self, caller: Caller, request: auth_service_pb2.UpdateUserRequest) -> user_pb2.User:
        """Changes a user. A user who loses a role or is disabled loses all sessions and API keys. Raises UserNotFound."""
        fields = fields_to_change(request.update_mask, request.user, CHANGEABLE)
        if "roles" in fields:
            _check_roles_held(caller, request.user.roles)
        async with self._store.tenant(caller.tenant_id) as tx:
            user = await tx.lock_user(request.user.id)
            if user is None:
                raise _not_found(request.user.id)
            before = set(user.roles)
            for field in fields:
                user.ClearField(field)
            user.MergeFrom(user_pb2.User(**{field: getattr(request.user, field) for field in fields}))
            user = await tx.update_user(user)
            loses = user.disabled or not before <= set(user.roles)
            await self._audit.record(tx, caller.tenant_id, "user.update", caller.user_id, user.id)
            if loses:
                await tx.delete_sessions(user.id)
                keys = await tx.revoke_api_keys(user.id)
                last_access = datetime.now(UTC) + timedelta(seconds=self._access_seconds)
                expires = max((last_access, *(key.expire_time.ToDatetime(UTC) for key in keys)))
                await tx.revoke_user(user.id, expires)
        if loses:
            await self._feed.changed()
        return user

    async def change_password(self, caller: Caller, old: str, new: str) -> None:
        """Replaces the caller's password and ends their other sessions. Raises CredentialsWrong or TooManyAttempts."""
        email = (await self.get(caller, caller.user_id)).email
        await self._attempts.count(email)
        async with self._store.tenant(caller.tenant_id) as tx:
            found = await tx.credentials(email)
        if found is None or not await self._passwords.matches(old, found[1]):
            raise CredentialsWrong("the current password is wrong")
        await self._attempts.reset(email)
        hashed = await self._passwords.hash(new)
        async with self._store.tenant(caller.tenant_id) as tx:
            await tx.set_password(caller.user_id, hashed)
            ended = await tx.delete_sessions(caller.user_id, but=caller.token_id)
            await self._audit.record(tx, caller.tenant_id, "user.change_password", caller.user_id, caller.user_id)
            await tx.revoke_tokens(ended, datetime.now(UTC) + timedelta(seconds=self._access_seconds))
        await self._feed.changed()

    def _new(self, tenant_id: str, email: str, display_name: str, roles: Iterable[policy_pb2.Role]) -> user_pb2.User:
        return user_pb2.User(id=self._new_id("user"), tenant_id=tenant_id, email=email, display_name=display_name, roles=roles)

    async def _add(self, tx: Identities, user: user_pb2.User, hashed: str, actor: str) -> user_pb2.User:
        stored = await tx.add_user(user, hashed)
        await self._audit.record(tx, user.tenant_id, "user.create", actor, user.id)
        return stored


def _check_roles_held(caller: Caller, roles: Iterable[policy_pb2.Role]) -> None:
    for role in roles:
        name = policy_pb2.Role.Name(role).removeprefix("ROLE_")
        if name not in caller.roles:
            raise InvalidRequest.of("user.roles", f"you can't grant {name}, which you don't have")


def _not_found(user_id: str) -> UserNotFound:
    return UserNotFound(f"no user {user_id} in this tenant")
