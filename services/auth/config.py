"""Configuration of auth."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from services.kit.config import ConfigError


@dataclass(frozen=True, slots=True)
class AuthConfig:
    """Variables are `UAT_AUTH_<FIELD>`."""

    key_encryption_key: str = field(repr=False)
    """32 bytes, base64url. Encrypts the private signing keys in the database and signs refresh tokens."""
    bootstrap_password: str = field(default="", repr=False)
    """If no user exists, auth creates one with this password and every role. Empty: auth creates none."""
    bootstrap_email: str = "admin@localhost"
    access_seconds: int = 900
    session_days: int = 30
    sessions_per_user: int = 100
    """One more sign-in ends the user's oldest session."""
    refresh_grace_seconds: int = 30
    """How long a refresh token may be exchanged again after its first exchange, with the same result."""
    api_key_days: int = 365
    api_key_days_most: int = 730
    api_keys_per_user: int = 100
    """Valid API keys that a user may have."""
    revoked_api_keys_per_user: int = 1000
    """Revoked API keys of a user that have not expired yet. Every verifier holds them in memory, so their number is bounded."""
    attempts_per_minute: int = 10
    """Password checks for one e-mail address within a minute."""
    audit_days: int = 365

    @property
    def key(self) -> bytes:
        """The decoded `key_encryption_key`. Raises ConfigError."""
        try:
            key = base64.urlsafe_b64decode(self.key_encryption_key + "=" * (-len(self.key_encryption_key) % 4))
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ConfigError("UAT_AUTH_KEY_ENCRYPTION_KEY must be 32 bytes in base64url")
        return key
