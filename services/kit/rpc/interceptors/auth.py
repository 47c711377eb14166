"""Admits or refuses a call by the policy in its contract."""

from __future__ import annotations

from collections.abc import Awaitable

import structlog
from google.protobuf.message import Message

from services.kit.context import Caller
from services.kit.errors import PermissionDenied, Unauthenticated
from services.kit.identity.service_tokens import ServiceToken, ServiceVerifier
from services.kit.identity.trust import Trust
from services.kit.rpc import headers
from services.kit.rpc.call import Call, Handler

_audit = structlog.get_logger("uat.audit")


class Auth:
    """Verifies who calls, in this process, and compares it with the RPC's policy.

    A service that the policy names in `callers` may call in its own name, with a user's token, or on behalf of a user. On behalf of a
    user the handler sees that user's tenant, roles and scopes, as with the user's token, and revoking the user's credential stops the
    service too.
    """

    def __init__(self, trust: Trust, services: ServiceVerifier) -> None:
        self._trust = trust
        self._services = services

    def __call__(self, call: Call, proceed: Handler) -> Awaitable[Message | None]:
        """Fails with UNAUTHENTICATED without a valid credential, and with PERMISSION_DENIED if the credential doesn't grant the call."""
        method, context = call.method, call.context
        authorization = call.metadata.get("authorization")
        token = None
        if (service_token := call.metadata.get(headers.SERVICE)) is not None:
            token = self._services.verify(service_token, method.service)
            context.service = token.service
        listed = context.service is not None and context.service in method.callers
        if authorization is not None and not (method.public and context.service is None):
            context.caller = self._trust.verify(_bearer(authorization))
            context.authorization = authorization
        elif token is not None and token.on_behalf_of is not None:
            self._check_delegation(call, token, token.on_behalf_of, listed)
            context.caller = token.on_behalf_of
        if not (method.public or listed):
            _check_roles(call)
        return proceed(call)

    def _check_delegation(self, call: Call, token: ServiceToken, user: Caller, listed: bool) -> None:
        record = {
            "calling_service": token.service,
            "user": user.user_id,
            "tenant": user.tenant_id,
            "token": user.token_id,
            "because": token.because,
            "method": call.method.path,
        }
        try:
            if not listed:
                raise PermissionDenied(f"{token.service} can't call {call.method.name} on behalf of users")
            self._trust.check(user)
        except (PermissionDenied, Unauthenticated) as fault:
            _audit.warning("a service was refused to act on behalf of a user", **record, reason=fault.message)
            raise
        _audit.info("a service acts on behalf of a user", **record, roles=sorted(user.roles), scopes=sorted(user.scopes))


def _check_roles(call: Call) -> None:
    method, caller = call.method, call.context.caller
    if not method.roles:
        who = f"service {call.context.service}" if call.context.service else "a caller from outside"
        raise PermissionDenied(f"{method.name} can't be called by {who}")
    if caller is None:
        raise Unauthenticated("the call has no token: send `authorization: Bearer <API key or access token>`")
    if not method.roles & caller.roles:
        raise PermissionDenied(f"{method.name} needs one of the roles {', '.join(sorted(method.roles))}")
    missing = [scope for scope in sorted(method.scopes) if not caller.holds(scope)]
    if missing:
        raise PermissionDenied(f"{method.name} needs the scope {missing[0]}, which the token does not grant")


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.strip().partition(" ")  # some clients send the blank after the header's colon as part of the value
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("the authorization header is not of the form `Bearer <token>`")
    return token
