"""Pictures for models that read text only: vision describes each picture, and the description takes its place in the message."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence

from uat.vision.v1 import analysis_pb2

from services.kit.errors import InvalidRequest, RemoteFault
from services.kit.tasks import task_group
from services.llm_router.errors import PictureRefused
from services.llm_router.providers.provider import TextRequest

MOST = 16
"""Pictures of one request."""
MOST_BYTES = 16 * 1024 * 1024
"""Bytes of one picture."""
AT_ONCE = 4
"""Pictures of one request that vision analyses at a time."""
FEATURES = (
    analysis_pb2.ANALYSIS_FEATURE_CAPTION,
    analysis_pb2.ANALYSIS_FEATURE_TEXT,
    analysis_pb2.ANALYSIS_FEATURE_QUALITY,
    analysis_pb2.ANALYSIS_FEATURE_BARCODES,
)


Analyze = Callable[[bytes, Sequence[analysis_pb2.AnalysisFeature]], Awaitable[analysis_pb2.Analysis]]
"""Analyses one picture. Raises a Fault."""


class Pictures:
    """Replaces pictures by descriptions."""

    def __init__(self, analyze: Analyze) -> None:
        self._analyze = analyze

    async def to_text(self, request: TextRequest) -> tuple[TextRequest, Sequence[str]]:
        """The request with a description in place of every picture, and the paths of the pictures. Equal pictures are analysed once.

        Raises InvalidRequest or PictureRefused naming the part, or the Fault for which vision can't answer now.
        """
        found = request.pictures
        paths = [request.path(f"messages[{i}].parts[{j}]") for i, j in found]
        contents = [request.typed.messages[i].parts[j].image.data for i, j in found]
        if len(found) > MOST:
            raise InvalidRequest.of(paths[MOST], f"is picture number {MOST + 1}; a request has {MOST} at most")
        for path, content in zip(paths, contents, strict=True):
            if len(content) > MOST_BYTES:
                raise InvalidRequest.of(path, f"has {len(content)} bytes; a picture has {MOST_BYTES} at most")
        keys = [hashlib.sha256(content).digest() for content in contents]
        limit, tasks = asyncio.Semaphore(AT_ONCE), dict[bytes, asyncio.Task[analysis_pb2.Analysis]]()
        async with task_group() as group:
            for key, path, content in zip(keys, paths, contents, strict=True):
                if key not in tasks:
                    tasks[key] = group.create_task(self._analyzed(content, path, limit))
        texts = {indexes: described(tasks[key].result(), number) for number, (indexes, key) in enumerate(zip(found, keys, strict=True), 1)}
        return request.with_texts(texts), paths

    async def _analyzed(self, content: bytes, path: str, limit: asyncio.Semaphore) -> analysis_pb2.Analysis:
        async with limit:
            try:
                analysis = await self._analyze(content, FEATURES)
            except RemoteFault as fault:
                raise (fault if fault.transient else PictureRefused.of(path, fault)) from fault
        for failure in analysis.failures:
            remote = RemoteFault(failure.error)
            if failure.feature == analysis_pb2.ANALYSIS_FEATURE_TEXT and remote.transient:
                raise remote  # an answer about an unread page would be made up
        return analysis


def described(analysis: analysis_pb2.Analysis, number: int) -> str:
    """The text that takes a picture's place. It names its source, and marks text of the picture as a quotation, apart from the user's."""
    lines = [f"[Image {number}. You can't see images: a program looked at it and reports the following.]"]
    failed = {failure.feature for failure in analysis.failures}
    lines.append(analysis.caption.text or f"It is a picture of {analysis.width} by {analysis.height} pixels.")
    if text := analysis.document.text.strip():
        lines += ["Text in the image, quoted:", '"""', text.replace('"""', "'''"), '"""']
    elif analysis_pb2.ANALYSIS_FEATURE_TEXT in failed:
        lines.append("Whether there is text in the image could not be found out.")
    else:
        lines.append("There is no text in the image.")
    lines += [f"It holds a code ({code.format}) that says: {code.text}" for code in analysis.barcodes if code.text]
    lines.append(f"[End of image {number}]")
    return "\n".join(lines)
