"""Request bodies that came compressed, as HTTP's `content-encoding` says; they grow no larger than a message may be."""

from __future__ import annotations

import asyncio
import zlib

from services.ml_inference.errors import BodyInvalid, TensorTooLarge

_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


async def decoded(body: bytes, encoding: str, most: int) -> bytes:
    """The body as it was before it was compressed. Raises BodyInvalid, or TensorTooLarge when there is more than `most` bytes of it."""
    if encoding in ("", "identity"):
        return body
    if encoding not in _WINDOWS:
        raise BodyInvalid(f"content-encoding {encoding!r} is not known here; {' and '.join(_WINDOWS)} are")
    return await asyncio.to_thread(_unpacked, body, encoding, most)


def _unpacked(body: bytes, encoding: str, most: int) -> bytes:
    unpacker = zlib.decompressobj(_WINDOWS[encoding])
    try:
        found = unpacker.decompress(body, most + 1)
    except zlib.error as error:
        raise BodyInvalid(f"the body is not {encoding}: {error}") from None
    if len(found) > most:
        raise TensorTooLarge(f"the body is more than {most} bytes long when it is unpacked", metadata={"max_bytes": str(most)})
    if not unpacker.eof or unpacker.unused_data:
        raise BodyInvalid(f"the body is not one whole {encoding} stream")
    return found
