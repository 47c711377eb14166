"""Perceptual hashes, as other tools define them, so that they can be compared with theirs.

Both are of the upright picture, so that a photograph and its turned copy have the same. pHash: luma at 32 × 32, its discrete
cosine transform, the 8 × 8 lowest frequencies, a bit for each above their median. dHash: luma at 9 × 8, a bit for each pixel that is
brighter than its left neighbour. Bits run row by row, the first one the highest.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from services.vision.content.picture import Picture
from services.vision.recognition.layout.geometry import Turn

_K = np.arange(32)
_COSINES = np.cos(np.pi / 32 * (_K[None, :] + 0.5) * _K[:, None])[:8]


def hashes(picture: Picture) -> tuple[str, str]:
    """pHash and dHash, 16 hexadecimal digits each."""
    image = Image.fromarray(Turn(picture.orientation).pixels(picture.grey))
    return _phash(image), _dhash(image)


def _phash(image: Image.Image) -> str:
    pixels = np.asarray(image.resize((32, 32), Image.Resampling.LANCZOS), dtype=np.float64)
    low = _COSINES @ pixels @ _COSINES.T
    return _hex(low > np.median(low))


def _dhash(image: Image.Image) -> str:
    pixels = np.asarray(image.resize((9, 8), Image.Resampling.LANCZOS), dtype=np.int16)
    return _hex(pixels[:, 1:] > pixels[:, :-1])


def _hex(bits: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> str:
    return np.packbits(bits.reshape(-1)).tobytes().hex()
