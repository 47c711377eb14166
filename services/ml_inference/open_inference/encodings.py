"""Decompresses request bodies by their `content-encoding`, up to the size of a message."""

from __future__ import annotations

import asyncio
import zlib

from services.ml_inference.errors import BodyInvalid, TensorTooLarge

_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


async def decoded(body: bytes, encoding: str, most: int) -> bytes:
    """The decompressed body. Raises BodyInvalid, or TensorTooLarge when it has more than `most` bytes."""
    if encoding in ("", "identity"):
        return body
    if encoding not in _WINDOWS:
        raise BodyInvalid(f"content-encoding {encoding!r} is not supported; {' and '.join(_WINDOWS)} are")
    return await asyncio.to_thread(_decompress, body, encoding, most)


def _decompress(body: bytes, encoding: str, most: int) -> bytes:
    decompressor = zlib.decompressobj(_WINDOWS[encoding])
    try:
        found = decompressor.decompress(body, most + 1)
    except zlib.error as error:
        raise BodyInvalid(f"the body is not {encoding}: {error}") from None
    if len(found) > most:
        raise TensorTooLarge(f"the body is more than {most} bytes long when it is decompressed", metadata={"max_bytes": str(most)})
    if not decompressor.eof or decompressor.unused_data:
        raise BodyInvalid(f"the body is not one whole {encoding} stream")
    return found
