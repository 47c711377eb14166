"""What auth is told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AuthConfig:
    """Variables are `UAT_AUTH_<FIELD>`."""

    key_encryption_key: str = field(repr=False)
    """32 bytes, base64url: encrypts the private signing keys in the database."""
    bootstrap_password: str = field(default="", repr=False)
    """Where no user exists yet, the first one is made with this password, holding every role. Empty: none is made."""
    bootstrap_email: str = "admin@localhost"
    access_seconds: int = 900
    session_days: int = 30
    api_key_days: int = 365
    api_key_days_most: int = 730
    attempts_per_minute: int = 10
    """Wrong passwords for one e-mail before it has to wait."""
