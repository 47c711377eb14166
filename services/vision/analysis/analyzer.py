"""The way in to an analysis: the findings of a worker, text where it is asked for, and a caption made of what was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import structlog
from uat.vision.v1 import analysis_pb2 as pb
from uat.vision.v1 import document_pb2

from services.kit.context import Caller
from services.kit.errors import Fault
from services.vision.analysis import caption
from services.vision.analysis.measure import MEASURED, Measured, Wanted, measure
from services.vision.errors import ProcessingFailed
from services.vision.headers.read import PixelLimits

_PALETTE_SIZE = 5
_FACE_CONFIDENCE = 0.6
_FIRST_PAGE = "1"
_FIELDS = {
    pb.ANALYSIS_FEATURE_QUALITY: "quality",
    pb.ANALYSIS_FEATURE_PALETTE: "palette",
    pb.ANALYSIS_FEATURE_BARCODES: "barcodes",
    pb.ANALYSIS_FEATURE_FACES: "faces",
}
"""Where the findings are told that a caption needs."""
_log = structlog.get_logger("uat.vision.analysis")


class Workers(Protocol):
    """Processes for what would hold the event loop up."""

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function returns; raises what it raises."""


class Reader(Protocol):
    """Reads documents."""

    async def recognize(self, content: bytes, options: document_pb2.RecognitionOptions, tenant_id: str) -> document_pb2.Document:
        """The whole document. Raises the content's fault, or Overloaded when too many wait."""


class Analyzer:
    """Finds out what pictures are and show."""

    def __init__(self, workers: Workers, reader: Reader, limits: PixelLimits) -> None:
        self._workers = workers
        self._reader = reader
        self._limits = limits

    async def analyze(self, content: bytes, options: pb.AnalysisOptions, caller: Caller) -> pb.Analysis:
        """The findings that are asked for; one that fails is told in `failures`, and the others stand. Raises what is wrong with the whole:
        FormatUnsupported for documents, and the first limit that it breaks, before it is decoded.
        """
        asked = frozenset(options.features) or MEASURED
        made: Measured = await self._workers.run(measure, content, self._limits, _wanted(asked, options))
        for trace in made.unforeseen:
            _log.error("a finding failed", trace=trace)
        analysis = pb.Analysis.FromString(made.analysis)
        if pb.ANALYSIS_FEATURE_TEXT in asked:
            await self._text(analysis, content, options.recognition, caller.tenant_id)
        if pb.ANALYSIS_FEATURE_CAPTION in asked:
            analysis.caption.text = caption.caption(analysis)
            _leave_out(analysis, asked)
        return analysis

    async def _text(self, analysis: pb.Analysis, content: bytes, options: document_pb2.RecognitionOptions, tenant_id: str) -> None:
        """Of a picture with several pages the first one, as everything else is told of it, unless pages are named."""
        chosen = document_pb2.RecognitionOptions()
        chosen.CopyFrom(options)
        chosen.pages = options.pages or _FIRST_PAGE
        try:
            analysis.document.CopyFrom(await self._reader.recognize(content, chosen, tenant_id))
        except Fault as fault:
            analysis.failures.add(feature=pb.ANALYSIS_FEATURE_TEXT, error=fault.status())
        except Exception:
            _log.exception("text could not be recognised")
            failed = ProcessingFailed("the text of this picture could not be recognised")
            analysis.failures.add(feature=pb.ANALYSIS_FEATURE_TEXT, error=failed.status())


def _wanted(asked: frozenset[pb.AnalysisFeature], options: pb.AnalysisOptions) -> Wanted:
    needed = caption.NEEDED if pb.ANALYSIS_FEATURE_CAPTION in asked else frozenset()
    return Wanted(
        features=(asked | needed) & MEASURED,
        include_location=options.include_location,
        palette_size=options.palette_size or _PALETTE_SIZE,
        min_face_confidence=options.min_face_confidence if options.HasField("min_face_confidence") else _FACE_CONFIDENCE,
    )


def _leave_out(analysis: pb.Analysis, asked: frozenset[pb.AnalysisFeature]) -> None:
    """Takes out what only the caption was made of."""
    for feature in caption.NEEDED - asked:
        analysis.ClearField(_FIELDS[feature])
    told = [failure for failure in analysis.failures if failure.feature in asked]
    del analysis.failures[:]
    analysis.failures.extend(told)
