"""EXIF metadata of a picture, and whether the file reveals where it was taken.

A location is in EXIF's GPS block, and cameras and editors repeat it in XMP and IPTC. Only tags that EXIF defines are returned, never maker
notes and private tags, in which cameras keep copies of the location and the owner.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

_MAX_VALUES = 256
_MAX_CHARACTERS = 1000
_MAX_NUMBERS = 16
_HIDDEN = frozenset(
    ("MakerNote", "XMLPacket", "IPTCNAA", "ImageResources", "ExifOffset", "GPSInfo", "ExifInteroperabilityOffset", "InterColorProfile",
     "JPEGTables", "StripOffsets", "StripByteCounts", "TileOffsets", "TileByteCounts", "PrintImageMatching", "MakerNoteSafety",
     "OriginalRawFileData", "DNGPrivateData", "JpegIFOffset", "JpegIFByteCount", "FreeOffsets", "FreeByteCounts")
)  # fmt: skip
"""Nested blocks, and offsets in the file."""
_XMP_GPS = re.compile(rb"GPS(Latitude|Longitude)\s*(?:=\s*[\"']|>)\s*(\d{1,3}),([\d.,]+)([NSEW])?")
_XMP_LOCATION = re.compile(
    rb"exif:GPS(?:Latitude|Longitude|Dest)|photoshop:(?:City|State|Country)|Iptc4xmpCore:Location|LocationCreated|LocationShown"
)
_IPTC_LOCATION = ((2, 26), (2, 27), (2, 90), (2, 92), (2, 95), (2, 101))


def exif(image: Image.Image, *, include_location: bool) -> dict[str, str]:
    """The EXIF values by name; latitude and longitude in degrees, south and west negative. Raises when EXIF is broken."""
    tags = image.getexif()
    found: dict[str, str] = {}
    blocks = [(dict(tags), ExifTags.TAGS), (tags.get_ifd(ExifTags.IFD.Exif), ExifTags.TAGS)]
    for block, names in blocks:
        found |= _named(block, names)
    found = {name: value for name, value in found.items() if not name.startswith("GPS")}
    if include_location:
        gps = tags.get_ifd(ExifTags.IFD.GPSInfo)
        found |= _named(gps, ExifTags.GPSTAGS)
        found |= _degrees(gps) or _xmp_degrees(image)
    return dict(sorted(found.items())[:_MAX_VALUES])


def has_location(image: ImageFile.ImageFile) -> bool:
    """Whether the file has a location: in EXIF, XMP or IPTC."""
    return bool(_degrees(image.getexif().get_ifd(ExifTags.IFD.GPSInfo)) or _XMP_LOCATION.search(_xmp(image)) or any(_iptc_locations(image)))


def _named(block: dict[int, Any], names: dict[int, str]) -> dict[str, str]:
    found = {}
    for tag, value in block.items():
        name = names.get(tag, "")
        if name and name not in _HIDDEN and (text := _text(value)):
            found[name] = text
    return found


def _text(value: Any) -> str:
    """The value as text; empty for a block, or for a value that is too long."""
    if isinstance(value, bytes):
        return _decoded(value)
    if isinstance(value, (tuple, list)):
        return ", ".join(_text(v) for v in value) if len(value) <= _MAX_NUMBERS else ""
    if isinstance(value, str):
        return value.replace("\0", "").strip()[:_MAX_CHARACTERS]
    if isinstance(value, dict):
        return ""
    number = _number(value)
    return "" if number is None else f"{number:.8g}"


def _decoded(value: bytes) -> str:
    """Text that EXIF stores as bytes, with or without the eight bytes that name its encoding; other bytes in hexadecimal."""
    for prefix, encoding in ((b"ASCII\0\0\0", "ascii"), (b"UNICODE\0", "utf-16"), (b"JIS\0\0\0\0\0", "iso2022_jp")):
        if value.startswith(prefix):
            return value[8:].decode(encoding, "replace").replace("\0", "").strip()[:_MAX_CHARACTERS]
    plain = value.rstrip(b"\0 ")
    if plain and all(32 <= b < 127 for b in plain):
        return plain.decode("ascii")[:_MAX_CHARACTERS]
    return value.hex() if 0 < len(plain) <= _MAX_NUMBERS else ""


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def _degrees(gps: dict[int, Any]) -> dict[str, str]:
    """Latitude and longitude, where both are present and valid."""
    found = {}
    for tag, name, most in ((2, "GPSLatitude", 90), (4, "GPSLongitude", 180)):
        parts = gps.get(tag)
        if not isinstance(parts, tuple) or len(parts) != 3:
            return {}
        numbers = [_number(p) for p in parts]
        if any(n is None or math.isnan(n) for n in numbers):
            return {}
        degrees = sum((n or 0.0) / 60**i for i, n in enumerate(numbers))
        if degrees > most:
            return {}
        found[name] = f"{-degrees if str(gps.get(tag - 1, '')).upper() in ('S', 'W') else degrees:.6f}"
    return found


def _xmp_degrees(image: Image.Image) -> dict[str, str]:
    found = {}
    for name, degrees, rest, reference in _XMP_GPS.findall(_xmp(image)):
        minutes = rest.decode().split(",")
        try:
            value = int(degrees) + sum(float(Fraction(m)) / 60 ** (i + 1) for i, m in enumerate(minutes))
        except (ValueError, ZeroDivisionError):
            continue
        found[f"GPS{name.decode()}"] = f"{-value if reference in (b'S', b'W') else value:.6f}"
    return found


def _xmp(image: Image.Image) -> bytes:
    for key in ("xmp", "XML:com.adobe.xmp"):
        packet = image.info.get(key)
        if packet:
            return packet if isinstance(packet, bytes) else str(packet).encode()
    return bytes(image.getexif().get(0x02BC, b"") or b"")


def _iptc_locations(image: ImageFile.ImageFile) -> Iterator[bool]:
    try:
        info = IptcImagePlugin.getiptcinfo(image) or {}
    except (OSError, SyntaxError, ValueError, IndexError):  # a broken block counts as none
        info = {}
    for key in _IPTC_LOCATION:
        yield bool(info.get(key))
