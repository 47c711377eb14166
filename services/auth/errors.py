"""Faults of auth, one for each reason of the contract's `ErrorReason`."""

from __future__ import annotations

import grpc

from services.kit.errors import Fault


class AuthFault(Fault):
    """A fault of this service."""

    domain = "auth.uat"


class CredentialsWrong(AuthFault):
    """The e-mail address or the password is wrong; the message doesn't say which."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = "CREDENTIALS_WRONG"


class TooManyAttempts(AuthFault):
    """Too many attempts for this e-mail address. Carries `retry_after`."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "TOO_MANY_ATTEMPTS"


class RefreshTokenReused(AuthFault):
    """The refresh token was exchanged before, and the grace period is over. The session has ended."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = "REFRESH_TOKEN_REUSED"


class RefreshTokenInvalid(AuthFault):
    """auth did not issue the refresh token, or its session has ended."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = "REFRESH_TOKEN_INVALID"


class EmailTaken(AuthFault):
    """A user with this e-mail address exists."""

    code = grpc.StatusCode.ALREADY_EXISTS
    reason = "EMAIL_TAKEN"


class UserNotFound(AuthFault):
    """The caller's tenant has no such user."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "USER_NOT_FOUND"


class ApiKeyNotFound(AuthFault):
    """The caller has no such API key."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "API_KEY_NOT_FOUND"


class ApiKeyLimitReached(Fault):
    """The caller has as many API keys as allowed."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "QUOTA_EXCEEDED"


class ScopeNotHeld(AuthFault):
    """The key would grant a scope that the creator's token doesn't hold."""

    code = grpc.StatusCode.PERMISSION_DENIED
    reason = "SCOPE_NOT_HELD"
