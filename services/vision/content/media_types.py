"""The media type of content, from its first bytes and from nothing else."""

from __future__ import annotations

import re

from services.vision.errors import FormatUnsupported, NotAnImage

JPEG, PNG, WEBP, GIF, TIFF, BMP, PDF = "image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "image/bmp", "application/pdf"
SUPPORTED = (JPEG, PNG, WEBP, GIF, TIFF, BMP, PDF)
ENOUGH = 1024
"""This many bytes are enough."""

_STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00\x08\x00", TIFF),
    (b"MM\x00+\x00\x08", TIFF),
    (b"\x8aMNG\r\n\x1a\n", "video/x-mng"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51\x00", "image/j2c"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"II\xbc\x01", "image/vnd.ms-photo"),
    (b"8BPS\x00", "image/vnd.adobe.photoshop"),
    (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (b"AT&TFORM", "image/vnd.djvu"),
    (b"qoif", "image/qoi"),
    (b"v/1\x01", "image/x-exr"),
    (b"#?RADIANCE", "image/vnd.radiance"),
    (b"gimp xcf", "image/x-xcf"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"%!PS", "application/postscript"),
    (b"\xc5\xd0\xd3\xc6", "application/postscript"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_BRANDS = {b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic", b"heix": "image/heic", b"hevc": "image/heic"}
_BRANDS |= {b"mif1": "image/heif", b"msf1": "image/heif", b"qt  ": "video/quicktime"}
_NETPBM = re.compile(rb"P[1-7][\s#]+[0-9A-Z#]")
_SVG = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:\w+:)?svg[\s>]", re.DOTALL)
_OFFICE = ((b"word/", "wordprocessingml.document"), (b"xl/", "spreadsheetml.sheet"), (b"ppt/", "presentationml.presentation"))


def media_type(head: bytes) -> str:
    """The supported media type of content that starts like this. Raises NotAnImage for content that is neither a picture nor a document,
    and FormatUnsupported for one of another type.
    """
    kind = _kind(head)
    if kind is None:
        raise NotAnImage("the content is neither a picture nor a document, whatever it is called")
    if kind not in SUPPORTED:
        raise FormatUnsupported.of(kind)
    return kind


def _kind(head: bytes) -> str | None:
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:12] in (b"WEBP", b"AVI "):
        return WEBP if head[8:12] == b"WEBP" else "video/x-msvideo"
    if head.startswith(b"BM") and head[14:18] in (b"\x0c\0\0\0", b"\x28\0\0\0", b"\x34\0\0\0", b"\x38\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0"):
        return BMP
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        found = (f"application/vnd.openxmlformats-officedocument.{name}" for part, name in _OFFICE if part in head)
        return next(found, "application/vnd.oasis.opendocument" if b"mimetypeapplication/vnd.oasis" in head else None)
    if _NETPBM.match(head):
        return "image/x-portable-anymap"
    return "image/svg+xml" if _SVG.match(head) else None
