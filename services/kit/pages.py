"""Page tokens: the typed position after which a listing continues, bound to the listing and the parameters that made it."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import grpc
import orjson

from services.kit.errors import Fault, FieldViolation

Part = str | int | float | datetime
"""One part of a position."""

T = TypeVar("T")


class PageTokenInvalid(Fault):
    """The page token isn't one that this listing made with these parameters."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "PAGE_TOKEN_INVALID"

    @classmethod
    def because(cls, description: str) -> PageTokenInvalid:
        """The fault with a description of what is wrong with the token."""
        return cls(f"page_token: {description}", fields=[FieldViolation("page_token", description)])


def encode(listing: str, *position: Part) -> str:
    """The token of the page after `position`. `listing` names the listing and every parameter that has to stay the same.

    A token is not a secret and holds no permission: a forged one is at worst another position in what the caller may read anyway. So it
    carries a digest of the listing and no signature.
    """
    return base64.urlsafe_b64encode(orjson.dumps([_digest(listing), *map(_written, position)])).decode().rstrip("=")


def decode(token: str, listing: str, *types: type[Part]) -> tuple[Any, ...] | None:
    """The position in a token, each part of the type given for it; None for an empty token. Raises PageTokenInvalid for anything else."""
    if not token:
        return None
    try:
        parts = orjson.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
    except ValueError as error:
        raise PageTokenInvalid.because("is not a token that this listing made") from error
    if not isinstance(parts, list) or len(parts) != len(types) + 1:
        raise PageTokenInvalid.because("is not a token that this listing made")
    if parts[0] != _digest(listing):
        raise PageTokenInvalid.because("was made by another listing, or with other parameters")
    return tuple(_read(part, kind) for part, kind in zip(parts[1:], types, strict=True))


def size(requested: int, default: int) -> int:
    """The page size to use: 0 in a request means the default. The contract bounds it already."""
    return requested or default


def page_of(found: Sequence[T], size: int, listing: str, position: Callable[[T], Part | tuple[Part, ...]]) -> tuple[list[T], str]:
    """The page and the token of the next one, from a query that fetched one item more than `size` to see whether there is a next page."""
    if len(found) <= size:
        return list(found), ""
    last = position(found[size - 1])
    return list(found[:size]), encode(listing, *(last if isinstance(last, tuple) else (last,)))


def _written(part: Part) -> str | int:
    if isinstance(part, datetime):
        return part.isoformat()
    return part.hex() if isinstance(part, float) else part


def _read(part: object, kind: type[Part]) -> Part:
    if kind is int and isinstance(part, int) and not isinstance(part, bool) and -(2**63) <= part < 2**63:
        return part
    if isinstance(part, str) and "\0" not in part:
        if kind is str:
            return part
        try:
            if kind is datetime and (moment := datetime.fromisoformat(part)).tzinfo is not None:
                return moment
            if kind is float and math.isfinite(number := float.fromhex(part)):
                return number
        except (ValueError, OverflowError):
            pass
    raise PageTokenInvalid.because("is not a token that this listing made")


def _digest(listing: str) -> str:
    return hashlib.sha256(listing.encode()).hexdigest()[:12]
