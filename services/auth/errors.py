"""What can go wrong with an identity; reasons as in the contract's `ErrorReason`."""

from __future__ import annotations

import grpc

from services.kit.errors import Fault


class AuthFault(Fault):
    """A fault of this service."""

    domain = "auth.uat"


class CredentialsWrong(AuthFault):
    """The e-mail or the password is wrong; it is not said which."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = "CREDENTIALS_WRONG"


class TooManyAttempts(AuthFault):
    """Too many wrong passwords for this e-mail. Carries `retry_after`."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "TOO_MANY_ATTEMPTS"


class RefreshTokenReused(AuthFault):
    """The refresh token was used before; its session has been ended."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = "REFRESH_TOKEN_REUSED"


class RefreshTokenInvalid(AuthFault):
    """The refresh token is unknown or expired."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = "REFRESH_TOKEN_INVALID"


class EmailTaken(AuthFault):
    """A user with this e-mail exists."""

    code = grpc.StatusCode.ALREADY_EXISTS
    reason = "EMAIL_TAKEN"


class UserNotFound(AuthFault):
    """No such user in the caller's tenant."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "USER_NOT_FOUND"


class ApiKeyNotFound(AuthFault):
    """No such API key of the caller."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "API_KEY_NOT_FOUND"


class ScopeNotHeld(AuthFault):
    """The key would hold a scope that its maker does not."""

    code = grpc.StatusCode.PERMISSION_DENIED
    reason = "SCOPE_NOT_HELD"
