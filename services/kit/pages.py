"""Page tokens: where a listing goes on, sealed to the listing that made it."""

from __future__ import annotations

import base64
import binascii
import hashlib

import orjson

from services.kit.errors import InvalidRequest


def encode(listing: str, *position: str | int) -> str:
    """The token of the page after `position`. `listing` names the RPC and the parameters that must stay the same."""
    return base64.urlsafe_b64encode(orjson.dumps([_seal(listing), *position])).decode().rstrip("=")


def decode(token: str, listing: str) -> list[str | int] | None:
    """The position in the token, or None for an empty one. Raises InvalidRequest for a token of another listing."""
    if not token:
        return None
    try:
        seal: str
        position: list[str | int]
        seal, *position = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidRequest.of("page_token", "is not a token that this listing made") from error
    if seal != _seal(listing):
        raise InvalidRequest.of("page_token", "was made by another listing, or with other parameters")
    return position


def size(asked: int, default: int) -> int:
    """The page size to use; the contract bounds it already."""
    return asked or default


def _seal(listing: str) -> str:
    return hashlib.sha256(listing.encode()).hexdigest()[:12]
