"""Serves `uat.auth.v1.AuthService`: calls the domain and builds responses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from uat.auth.v1 import auth_service_pb2 as pb

from services.auth.api_keys import ApiKeys
from services.auth.audit import Audit
from services.auth.key_rotation import KeyRotation
from services.auth.sessions import Sessions
from services.auth.signing import SigningKeys
from services.auth.trust_feed import TrustFeed
from services.auth.users import Users
from services.kit import pages
from services.kit.context import caller


class AuthServicer:
    """The RPCs."""

    def __init__(
        self, users: Users, sessions: Sessions, api_keys: ApiKeys, audit: Audit, keys: SigningKeys, rotation: KeyRotation, feed: TrustFeed
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._api_keys = api_keys
        self._audit = audit
        self._keys = keys
        self._rotation = rotation
        self._feed = feed

    async def SignUp(self, request: pb.SignUpRequest, context: Any) -> pb.SignUpResponse:
        return pb.SignUpResponse(user=await self._users.sign_up(request.email, request.password, request.display_name))

    async def CreateSession(self, request: pb.CreateSessionRequest, context: Any) -> pb.CreateSessionResponse:
        user_agent = dict(context.invocation_metadata()).get("user-agent", "")
        session, tokens = await self._sessions.create(request.email, request.password, user_agent)
        return pb.CreateSessionResponse(session=session, tokens=tokens)

    async def RefreshSession(self, request: pb.RefreshSessionRequest, context: Any) -> pb.RefreshSessionResponse:
        session, tokens = await self._sessions.refresh(request.refresh_token)
        return pb.RefreshSessionResponse(session=session, tokens=tokens)

    async def DeleteSession(self, request: pb.DeleteSessionRequest, context: Any) -> pb.DeleteSessionResponse:
        await self._sessions.delete(caller(), request.session_id)
        return pb.DeleteSessionResponse()

    async def ListSessions(self, request: pb.ListSessionsRequest, context: Any) -> pb.ListSessionsResponse:
        sessions, token = await self._sessions.page(caller(), pages.size(request.page_size, 50), request.page_token)
        return pb.ListSessionsResponse(sessions=sessions, next_page_token=token)

    async def CreateApiKey(self, request: pb.CreateApiKeyRequest, context: Any) -> pb.CreateApiKeyResponse:
        key, secret = await self._api_keys.create(caller(), request)
        return pb.CreateApiKeyResponse(api_key=key, secret=secret)

    async def ListApiKeys(self, request: pb.ListApiKeysRequest, context: Any) -> pb.ListApiKeysResponse:
        keys, token = await self._api_keys.page(caller(), pages.size(request.page_size, 50), request.page_token)
        return pb.ListApiKeysResponse(api_keys=keys, next_page_token=token)

    async def RevokeApiKey(self, request: pb.RevokeApiKeyRequest, context: Any) -> pb.RevokeApiKeyResponse:
        return pb.RevokeApiKeyResponse(api_key=await self._api_keys.revoke(caller(), request.api_key_id))

    async def GetCurrentUser(self, request: pb.GetCurrentUserRequest, context: Any) -> pb.GetCurrentUserResponse:
        who = caller()
        return pb.GetCurrentUserResponse(user=await self._users.get(who, who.user_id), scopes=sorted(who.scopes), token_id=who.token_id)

    async def ChangePassword(self, request: pb.ChangePasswordRequest, context: Any) -> pb.ChangePasswordResponse:
        await self._users.change_password(caller(), request.current_password, request.new_password)
        return pb.ChangePasswordResponse()

    async def CreateUser(self, request: pb.CreateUserRequest, context: Any) -> pb.CreateUserResponse:
        return pb.CreateUserResponse(user=await self._users.create(caller(), request))

    async def GetUser(self, request: pb.GetUserRequest, context: Any) -> pb.GetUserResponse:
        return pb.GetUserResponse(user=await self._users.get(caller(), request.user_id))

    async def ListUsers(self, request: pb.ListUsersRequest, context: Any) -> pb.ListUsersResponse:
        users, token = await self._users.page(caller(), pages.size(request.page_size, 50), request.page_token)
        return pb.ListUsersResponse(users=users, next_page_token=token)

    async def UpdateUser(self, request: pb.UpdateUserRequest, context: Any) -> pb.UpdateUserResponse:
        return pb.UpdateUserResponse(user=await self._users.update(caller(), request))

    async def ListAuditEvents(self, request: pb.ListAuditEventsRequest, context: Any) -> pb.ListAuditEventsResponse:
        events, token = await self._audit.page(caller(), request, pages.size(request.page_size, 50))
        return pb.ListAuditEventsResponse(audit_events=events, next_page_token=token)

    async def RotateSigningKey(self, request: pb.RotateSigningKeyRequest, context: Any) -> pb.RotateSigningKeyResponse:
        return pb.RotateSigningKeyResponse(signing_keys=await self._rotation.rotate(caller()))

    async def GetJwks(self, request: pb.GetJwksRequest, context: Any) -> pb.GetJwksResponse:
        return pb.GetJwksResponse(keys=self._keys.jwks())

    async def WatchTrust(self, request: pb.WatchTrustRequest, context: Any) -> AsyncIterator[pb.WatchTrustResponse]:
        async with aclosing(self._feed.watch()) as updates:
            async for update in updates:
                yield update
