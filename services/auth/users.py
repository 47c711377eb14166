"""Users: signing up, managing them, passwords."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from uat.auth.v1 import audit_pb2, auth_service_pb2, user_pb2
from uat.options.v1 import policy_pb2

from services.auth.errors import CredentialsWrong, UserNotFound
from services.auth.passwords import Passwords
from services.auth.store import Identities, Store
from services.auth.trust_feed import TrustFeed
from services.kit import pages
from services.kit.context import Caller, current
from services.kit.errors import InvalidRequest
from services.kit.ids import NewId
from services.kit.times import moment_of

CHANGEABLE = ("display_name", "roles", "disabled")
EVERY_ROLE = (policy_pb2.ROLE_USER, policy_pb2.ROLE_OPERATOR, policy_pb2.ROLE_TENANT_ADMIN)


class Users:
    """The users of the platform."""

    def __init__(self, store: Store, passwords: Passwords, feed: TrustFeed, new_id: NewId, access_seconds: int) -> None:
        self._store = store
        self._passwords = passwords
        self._feed = feed
        self._new_id = new_id
        self._access_seconds = access_seconds

    async def bootstrap(self, email: str, password: str) -> None:
        """Makes the first user, with every role, unless there is one."""
        async with self._store.everyone() as identities:
            await identities.lock_signing_keys()
            if not await identities.any_user():
                user = user_pb2.User(
                    id=self._new_id("user"), tenant_id=self._new_id("tenant"), email=email, display_name="Administrator", roles=EVERY_ROLE
                )
                await identities.add_user(user, await self._passwords.hash(password))
                await self.audit(identities, user.tenant_id, "user.bootstrap", "", user.id)

    async def sign_up(self, email: str, password: str, display_name: str) -> user_pb2.User:
        """Makes a user with a tenant of their own."""
        roles = (policy_pb2.ROLE_USER, policy_pb2.ROLE_TENANT_ADMIN)
        user = user_pb2.User(id=self._new_id("user"), tenant_id=self._new_id("tenant"), email=email, display_name=display_name, roles=roles)
        return await self._add(user, password, actor="")

    async def create(self, caller: Caller, wanted: user_pb2.User, password: str) -> user_pb2.User:
        """Makes a user in the caller's tenant."""
        if not wanted.email:
            raise InvalidRequest.of("user.email", "must be set")
        roles = list(wanted.roles) or [policy_pb2.ROLE_USER]
        _only_held(caller, roles)
        user = user_pb2.User(
            id=self._new_id("user"), tenant_id=caller.tenant_id, email=wanted.email, display_name=wanted.display_name, roles=roles
        )
        return await self._add(user, password, actor=caller.user_id)

    async def get(self, caller: Caller, user_id: str) -> user_pb2.User:
        """A user of the caller's tenant."""
        async with self._store.tenant(caller.tenant_id) as identities:
            user = await identities.user(user_id)
        if user is None:
            raise UserNotFound(f"no user {user_id} in this tenant")
        return user

    async def page(self, caller: Caller, size: int, token: str) -> tuple[list[user_pb2.User], str]:
        """A page of the tenant's users, and the token of the next one."""
        (before,) = pages.decode(token, "users", str) or (None,)
        async with self._store.tenant(caller.tenant_id) as identities:
            found = await identities.users(before, size + 1)
        return pages.page_of(found, size, "users", lambda user: user.id)

    async def update(self, caller: Caller, request: auth_service_pb2.UpdateUserRequest) -> user_pb2.User:
        """Changes a user; what they hold is revoked when they may do less than before."""
        unknown = [path for path in request.update_mask.paths if path not in CHANGEABLE]
        if unknown:
            raise InvalidRequest.of("update_mask", f"{unknown[0]} can't be changed; these can: {', '.join(CHANGEABLE)}")
        if "roles" in request.update_mask.paths:
            _only_held(caller, request.user.roles)
        async with self._store.tenant(caller.tenant_id) as identities:
            user = await identities.user(request.user.id)
            if user is None:
                raise UserNotFound(f"no user {request.user.id} in this tenant")
            before = set(user.roles)
            request.update_mask.MergeMessage(request.user, user, replace_repeated_field=True)
            user = await identities.update_user(user)
            assert user is not None
            loses = not before <= set(user.roles) or user.disabled
            if loses:
                await self._revoke_all(identities, user.id)
            await self.audit(identities, caller.tenant_id, "user.update", caller.user_id, user.id)
        if loses:
            await self._feed.changed()
        return user

    async def change_password(self, caller: Caller, old: str, new: str) -> None:
        """Replaces the caller's password and ends their other sessions."""
        async with self._store.tenant(caller.tenant_id) as identities:
            user = await identities.user(caller.user_id)
            found = await identities.credentials(user.email) if user else None
        if found is None or not await self._passwords.matches(old, found[1]):
            raise CredentialsWrong("the current password is wrong")
        hashed = await self._passwords.hash(new)
        async with self._store.tenant(caller.tenant_id) as identities:
            await identities.set_password(caller.user_id, hashed)
            ended = await identities.delete_sessions(caller.user_id, but=caller.token_id)
            await identities.revoke((session, self._last_access()) for session in ended)
            await self.audit(identities, caller.tenant_id, "user.change_password", caller.user_id, caller.user_id)
        await self._feed.changed()

    async def audit_page(
        self, caller: Caller, request: auth_service_pb2.ListAuditEventsRequest, size: int
    ) -> tuple[list[audit_pb2.AuditEvent], str]:
        """A page of the tenant's audit log."""
        after = moment_of(request.after) if request.HasField("after") else None
        listing = f"audit_events {after}"
        (before,) = pages.decode(request.page_token, listing, str) or (None,)
        async with self._store.tenant(caller.tenant_id) as identities:
            found = await identities.audit_events(after, before, size + 1)
        return pages.page_of(found, size, listing, lambda event: event.id)

    async def audit(self, identities: Identities, tenant_id: str, action: str, actor: str, target: str, succeeded: bool = True) -> None:
        """Appends to the tenant's audit log, inside the transaction of the change."""
        call = current()
        event = audit_pb2.AuditEvent(
            id=self._new_id("audit"),
            action=action,
            actor_user_id=actor,
            target_id=target,
            succeeded=succeeded,
            call_id=call.request_id if call else "",
        )
        await identities.audit(event, tenant_id)

    async def _add(self, user: user_pb2.User, password: str, actor: str) -> user_pb2.User:
        hashed = await self._passwords.hash(password)
        async with self._store.everyone() as identities:
            stored = await identities.add_user(user, hashed)
            await self.audit(identities, user.tenant_id, "user.create", actor or user.id, user.id)
            return stored

    async def _revoke_all(self, identities: Identities, user_id: str) -> None:
        ended = await identities.delete_sessions(user_id)
        await identities.revoke((session, self._last_access()) for session in ended)
        keys = await identities.revoke_api_keys(user_id)
        await identities.revoke((key.id, moment_of(key.expire_time)) for key in keys)

    def _last_access(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._access_seconds)


def _only_held(caller: Caller, roles: Iterable[policy_pb2.Role]) -> None:
    for role in roles:
        name = policy_pb2.Role.Name(role).removeprefix("ROLE_")
        if name not in caller.roles:
            raise InvalidRequest.of("user.roles", f"you can't give {name}, which you don't hold")
