"""The limits on the size of pictures and drawn pages."""

from __future__ import annotations

from dataclasses import dataclass

from services.vision.errors import DecompressionBomb, TooManyPixels

_HARMLESS_BYTES = 64 * 1024 * 1024
"""Content that decodes to no more than this is no bomb, however well it is compressed: an empty page compresses better than 1000 to 1."""


@dataclass(frozen=True, slots=True)
class PixelLimits:
    """The limits on a picture's size."""

    max_pixels: int
    max_edge: int
    max_decompression_ratio: int

    def check_size(self, width: int, height: int) -> None:
        """Raises TooManyPixels."""
        if max(width, height) > self.max_edge:
            raise TooManyPixels.over(f"{width} x {height} pixels: an edge is longer than the limit", self.max_edge, max(width, height))
        if width * height > self.max_pixels:
            raise TooManyPixels.over(f"{width} x {height} pixels are more than the limit", self.max_pixels, width * height)

    def check_growth(self, encoded_bytes: int, decoded_bytes: int) -> None:
        """Raises DecompressionBomb."""
        ratio = decoded_bytes // max(1, encoded_bytes)
        if decoded_bytes > _HARMLESS_BYTES and ratio > self.max_decompression_ratio:
            said = f"{encoded_bytes} bytes would grow to {decoded_bytes}, more than the limit allows"
            raise DecompressionBomb.over(said, self.max_decompression_ratio, ratio)
