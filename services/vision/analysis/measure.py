"""Makes all findings about one picture, in a worker: bytes in, a serialized `Analysis` out."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass

from uat.vision.v1 import analysis_pb2 as pb
from uat.vision.v1 import source_pb2

from services.vision.analysis import codes, faces, hashes, metadata, palette, quality
from services.vision.content.decoding import decoding
from services.vision.content.header import opened
from services.vision.content.limits import PixelLimits
from services.vision.content.media_types import ENOUGH, PDF, media_type
from services.vision.content.picture import Picture
from services.vision.errors import FeatureUnavailable, FormatUnsupported, ProcessingFailed, VisionFault

MEASURED = frozenset(
    (
        pb.ANALYSIS_FEATURE_EXIF,
        pb.ANALYSIS_FEATURE_QUALITY,
        pb.ANALYSIS_FEATURE_PALETTE,
        pb.ANALYSIS_FEATURE_HASH,
        pb.ANALYSIS_FEATURE_BARCODES,
        pb.ANALYSIS_FEATURE_FACES,
    )
)
"""The findings made here. Text comes from recognition, and captions are made of the other findings."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The analysis, and the tracebacks of unforeseen errors, for the log."""

    analysis: pb.Analysis
    tracebacks: tuple[str, ...] = ()


def measure(content: bytes, limits: PixelLimits, options: pb.AnalysisOptions) -> Measured:
    """Checks the header against the limits, decodes once, and makes the findings in `options.features`; one that fails is reported in
    `failures`. Raises FormatUnsupported for documents, the fault for the first limit that the content breaks, ContentCorrupt and
    ProcessingFailed.
    """
    kind = media_type(content[:ENOUGH])
    if kind == PDF:
        raise FormatUnsupported.of(kind, "is no picture; RecognizeText and RecognizeDocument read it")
    image, _ = opened(content, kind, limits, all_pages=False)
    with decoding():
        image.load()
        picture = Picture(content, image)
        analysis = _facts(picture, kind)
    tracebacks = []
    for feature, find in _FINDINGS.items():
        if feature in options.features:
            try:
                find(picture, options, analysis)
            except VisionFault as fault:
                analysis.failures.add(feature=feature, error=fault.status())
            except Exception:
                tracebacks.append(traceback.format_exc())
                failed = ProcessingFailed("this finding could not be made of this picture")
                analysis.failures.add(feature=feature, error=failed.status())
    return Measured(analysis, tuple(tracebacks))


def _facts(picture: Picture, media_type: str) -> pb.Analysis:
    """The facts that every analysis has. Counting frames raises for a broken one."""
    return pb.Analysis(
        media_type=media_type,
        size_bytes=len(picture.content),
        sha256=hashlib.sha256(picture.content).hexdigest(),
        width=picture.size[0],
        height=picture.size[1],
        color_space=picture.color_space,
        bits_per_channel=picture.bits_per_channel,
        has_alpha=picture.has_alpha,
        frame_count=picture.frame_count,
        exif_orientation=picture.orientation,
    )


def _exif(picture: Picture, options: pb.AnalysisOptions, analysis: pb.Analysis) -> None:
    analysis.has_location = metadata.has_location(picture.header)
    analysis.exif.update(metadata.exif(picture.header, include_location=options.include_location))


def _quality(picture: Picture, options: pb.AnalysisOptions, analysis: pb.Analysis) -> None:
    analysis.quality.CopyFrom(pb.ImageQuality(**quality.quality(picture)))


def _palette(picture: Picture, options: pb.AnalysisOptions, analysis: pb.Analysis) -> None:
    analysis.palette.extend(pb.PaletteColor(hex=color, share=share) for color, share in palette.palette(picture, options.palette_size))


def _hash(picture: Picture, options: pb.AnalysisOptions, analysis: pb.Analysis) -> None:
    phash, dhash = hashes.hashes(picture)
    analysis.hash.CopyFrom(pb.PerceptualHash(phash=phash, dhash=dhash))


def _barcodes(picture: Picture, options: pb.AnalysisOptions, analysis: pb.Analysis) -> None:
    for code in codes.codes(picture):
        analysis.barcodes.add(format=code.format, text=code.text, data=code.data, region=_region(code.corners))


def _faces(picture: Picture, options: pb.AnalysisOptions, analysis: pb.Analysis) -> None:
    if not faces.available():
        raise FeatureUnavailable("the files of the face detector are not installed")
    for face in faces.faces(picture, options.min_face_confidence):
        eyes = [source_pb2.Point(x=x, y=y) for x, y in face.eyes]
        analysis.faces.add(region=_region(face.corners), confidence=face.confidence, landmarks=eyes)


def _region(corners: Collection[tuple[float, float]]) -> source_pb2.Region:
    return source_pb2.Region(corners=[source_pb2.Point(x=x, y=y) for x, y in corners])


_FINDINGS: dict[pb.AnalysisFeature, Callable[[Picture, pb.AnalysisOptions, pb.Analysis], None]] = {
    pb.ANALYSIS_FEATURE_EXIF: _exif,
    pb.ANALYSIS_FEATURE_QUALITY: _quality,
    pb.ANALYSIS_FEATURE_PALETTE: _palette,
    pb.ANALYSIS_FEATURE_HASH: _hash,
    pb.ANALYSIS_FEATURE_BARCODES: _barcodes,
    pb.ANALYSIS_FEATURE_FACES: _faces,
}
