"""Where a listing goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.chat.errors import PageTokenInvalid
from services.kit import pages
from services.kit.errors import InvalidRequest


def position(token: str, listing: str, *kinds: Callable[[Any], Any]) -> tuple[Any, ...] | None:
    """The position in a page token, each part read by its kind, or None for an empty token. Raises PageTokenInvalid for another
    listing's."""
    try:
        found = pages.decode(token, listing)
        if found is None:
            return None
        return tuple(kind(part) for kind, part in zip(kinds, found, strict=True))
    except InvalidRequest as fault:
        raise PageTokenInvalid.of(fault.fields[0].description) from fault
    except (ValueError, TypeError, OverflowError) as error:
        raise PageTokenInvalid.of("is not a token that this listing made") from error
