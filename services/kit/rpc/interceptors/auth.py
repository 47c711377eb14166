"""Lets a call in or refuses it, from the policy in its contract."""

from __future__ import annotations

from collections.abc import Awaitable

from google.protobuf.message import Message

from services.kit.errors import PermissionDenied, Unauthenticated
from services.kit.identity.trust import Identities, Trust
from services.kit.rpc.call import Call, Handler

SERVICE_HEADER = "x-uat-caller"


class Auth:
    """Verifies who calls, locally, and holds it against the RPC's policy."""

    def __init__(self, trust: Trust, identities: Identities) -> None:
        self._trust = trust
        self._identities = identities

    def __call__(self, call: Call, proceed: Handler) -> Awaitable[Message | None]:
        """Fails with UNAUTHENTICATED when no good token came, with PERMISSION_DENIED when it is not enough."""
        method, context = call.method, call.context
        service_token = call.metadata.get(SERVICE_HEADER)
        if service_token is not None:
            context.service = self._identities.verify(service_token)
        authorization = call.metadata.get("authorization")
        if authorization is not None and not (method.public and context.service is None):
            context.caller = self._trust.verify(_bearer(authorization))
            context.authorization = authorization
        if not (method.public or (context.service is not None and context.service in method.callers)):
            self._judge(call)
        return proceed(call)

    def _judge(self, call: Call) -> None:
        method, caller = call.method, call.context.caller
        if not method.roles:
            who = f"service {call.context.service}" if call.context.service else "a caller from outside"
            raise PermissionDenied(f"{method.name} can't be called by {who}")
        if caller is None:
            raise Unauthenticated("no token came: send `authorization: Bearer <API key or access token>`")
        if not method.roles & caller.roles:
            raise PermissionDenied(f"{method.name} asks for one of the roles {', '.join(sorted(method.roles))}")
        missing = [scope for scope in sorted(method.scopes) if not caller.holds(scope)]
        if missing:
            raise PermissionDenied(f"{method.name} asks for the scope {missing[0]}, which the token does not hold")


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.strip().partition(" ")  # some clients leave the blank that stands behind a header's colon
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("the authorization header is not of the form `Bearer <token>`")
    return token
