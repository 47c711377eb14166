"""Pictures inside of requests, as `data:` URLs."""

from __future__ import annotations

import base64
import binascii

from services.kit.errors import InvalidRequest

RIGHT = 'give the picture itself: {"type": "image_url", "image_url": {"url": "data:image/png;base64,..."}}'


def decoded(url: str, field: str) -> tuple[bytes, str]:
    """The content and the media type. Raises InvalidRequest naming the field for anything that isn't a picture in base64."""
    if url.startswith(("http:", "https:")):
        raise InvalidRequest.of(field, f"holds an address, and addresses are not fetched; {RIGHT}")
    head, comma, body = url.partition(",")
    media_type, *settings = head.removeprefix("data:").split(";")
    if not (url.startswith("data:image/") and comma and "base64" in settings):
        raise InvalidRequest.of(field, f"holds no picture; {RIGHT}")
    try:
        content = base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise InvalidRequest.of(field, f"is no base64 ({str(error).lower()}); {RIGHT}") from error
    if not content:
        raise InvalidRequest.of(field, f"holds an empty picture; {RIGHT}")
    return content, media_type


def encoded(content: bytes, media_type: str) -> str:
    """The URL of a picture."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
