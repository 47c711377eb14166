"""Refresh tokens: `<session id>.<generation>.<MAC>`.

A session counts its refreshes; each generation of its refresh token is valid for one exchange. The MAC shows that auth issued a token, so a
token with a wrong MAC says nothing about the session, and the database holds no secret of a session.
"""

from __future__ import annotations

import base64
import hmac

from services.auth.errors import RefreshTokenInvalid


class RefreshTokens:
    """Issues and verifies refresh tokens with a key of auth's own."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, session_id: str, generation: int) -> str:
        """The refresh token of one generation; always the same one."""
        return f"{session_id}.{generation}.{self._mac(session_id, generation)}"

    def verify(self, token: str) -> tuple[str, int]:
        """The session id and the generation. Raises RefreshTokenInvalid for a token that auth did not issue."""
        session_id, _, rest = token.partition(".")
        generation, _, mac = rest.partition(".")
        if not (generation.isascii() and generation.isdecimal() and len(generation) < 10):
            raise _invalid()
        if not hmac.compare_digest(mac.encode(), self._mac(session_id, int(generation)).encode()):
            raise _invalid()
        return session_id, int(generation)

    def _mac(self, session_id: str, generation: int) -> str:
        digest = hmac.digest(self._key, f"refresh token {session_id} {generation}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _invalid() -> RefreshTokenInvalid:
    return RefreshTokenInvalid("the refresh token is not valid; sign in again")
