"""Analyses pictures: findings measured in a worker, text where it is requested, and a caption made of the findings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from uat.vision.v1 import analysis_pb2 as pb
from uat.vision.v1 import document_pb2

from services.kit.context import Caller
from services.kit.errors import Fault
from services.vision.analysis import caption
from services.vision.analysis.measure import MEASURED, Measured, measure
from services.vision.content.limits import PixelLimits
from services.vision.errors import ProcessingFailed
from services.vision.workers.pool import WorkerPool

_PALETTE_SIZE = 5
_FACE_CONFIDENCE = 0.6
_FIRST_PAGE = "1"
_FIELDS = {
    pb.ANALYSIS_FEATURE_QUALITY: "quality",
    pb.ANALYSIS_FEATURE_PALETTE: "palette",
    pb.ANALYSIS_FEATURE_BARCODES: "barcodes",
    pb.ANALYSIS_FEATURE_FACES: "faces",
}
"""The fields of the findings that a caption needs."""
Recognize = Callable[[bytes, document_pb2.RecognitionOptions, str], Awaitable[document_pb2.Document]]
"""Reads the text of content for a tenant. Raises a Fault."""

_log = structlog.get_logger("uat.vision.analysis")


class Analyzer:
    """Analyses pictures."""

    def __init__(self, workers: WorkerPool, recognize: Recognize, limits: PixelLimits) -> None:
        self._workers = workers
        self._recognize = recognize
        self._limits = limits

    async def analyze(self, content: bytes, options: pb.AnalysisOptions, caller: Caller) -> pb.Analysis:
        """The requested findings; one that fails is reported in `failures`, the others stand. Raises the content's fault: FormatUnsupported
        for documents, and the first limit that it breaks, before it is decoded.
        """
        requested = frozenset(options.features) or MEASURED
        made: Measured = await self._workers.run(measure, content, self._limits, _resolved(requested, options))
        for trace in made.tracebacks:
            _log.error("a finding failed", trace=trace)
        analysis = made.analysis
        if pb.ANALYSIS_FEATURE_TEXT in requested:
            await self._text(analysis, content, options.recognition, caller.tenant_id)
        if pb.ANALYSIS_FEATURE_CAPTION in requested:
            analysis.caption.text = caption.caption(analysis)
            _remove_unrequested(analysis, requested)
        return analysis

    async def _text(self, analysis: pb.Analysis, content: bytes, options: document_pb2.RecognitionOptions, tenant_id: str) -> None:
        """Reads the first page, which the other findings are about too, unless the options name pages."""
        chosen = document_pb2.RecognitionOptions()
        chosen.CopyFrom(options)
        chosen.pages = options.pages or _FIRST_PAGE
        try:
            analysis.document.CopyFrom(await self._recognize(content, chosen, tenant_id))
        except Fault as fault:
            analysis.failures.add(feature=pb.ANALYSIS_FEATURE_TEXT, error=fault.status())
        except Exception:
            _log.exception("text could not be recognized")
            failed = ProcessingFailed("the text of this picture could not be recognised")
            analysis.failures.add(feature=pb.ANALYSIS_FEATURE_TEXT, error=failed.status())


def _resolved(requested: frozenset[pb.AnalysisFeature], options: pb.AnalysisOptions) -> pb.AnalysisOptions:
    """The options of the findings to measure, with the defaults in place."""
    needed = caption.NEEDED if pb.ANALYSIS_FEATURE_CAPTION in requested else frozenset()
    return pb.AnalysisOptions(
        features=(requested | needed) & MEASURED,
        include_location=options.include_location,
        palette_size=options.palette_size or _PALETTE_SIZE,
        min_face_confidence=options.min_face_confidence if options.HasField("min_face_confidence") else _FACE_CONFIDENCE,
    )


def _remove_unrequested(analysis: pb.Analysis, requested: frozenset[pb.AnalysisFeature]) -> None:
    """Removes findings that only the caption needed."""
    for feature in caption.NEEDED - requested:
        analysis.ClearField(_FIELDS[feature])
    kept = [failure for failure in analysis.failures if failure.feature in requested]
    del analysis.failures[:]
    analysis.failures.extend(kept)
