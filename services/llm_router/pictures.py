"""Pictures in messages for models that read text only: vision says what is in them, and that goes into the message, marked as such."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from google.protobuf.struct_pb2 import Struct, Value
from uat.llm_router.v1 import llm_router_service_pb2 as pb
from uat.vision.v1 import analysis_pb2

from services.kit.errors import Fault, InvalidRequest, RemoteFault
from services.llm_router.data_url import decoded
from services.llm_router.errors import PictureRefused

MOST = 16
"""Pictures of one request."""
MOST_BYTES = 16 * 1024 * 1024
"""Of one picture."""
AT_ONCE = 4
FEATURES = (
    analysis_pb2.ANALYSIS_FEATURE_CAPTION,
    analysis_pb2.ANALYSIS_FEATURE_TEXT,
    analysis_pb2.ANALYSIS_FEATURE_QUALITY,
    analysis_pb2.ANALYSIS_FEATURE_BARCODES,
)

Place = Callable[[int, int], str]
"""The path of a part in the caller's own request: which message, and which part of its content."""


def openai_place(message: int, part: int) -> str:
    """The path in OpenAI's shape."""
    return f"messages[{message}].content[{part}]"


class Eyes(Protocol):
    """Looks at pictures."""

    async def analyze(self, content: bytes, features: Sequence[analysis_pb2.AnalysisFeature]) -> analysis_pb2.Analysis:
        """What is in a picture. Raises a Fault."""


@dataclass(frozen=True, slots=True)
class _Picture:
    part: Value
    place: str


class Pictures:
    """Puts what pictures show in place of them."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes

    async def to_text(self, request: pb.CreateChatCompletionRequest, place: Place) -> list[str]:
        """Replaces every picture in the messages and returns the paths of those that there were. Equal pictures are looked at once.

        Raises InvalidRequest or PictureRefused naming the part, or the Fault for which vision can't look now.
        """
        found = [_Picture(part, place(i, j)) for i, j, part in _parts(request)]
        if len(found) > MOST:
            raise InvalidRequest.of(found[MOST].place, f"is the picture number {MOST + 1}; one request holds {MOST} at most")
        gate, tasks = asyncio.Semaphore(AT_ONCE), dict[bytes, asyncio.Task[analysis_pb2.Analysis]]()
        contents = [_content(picture) for picture in found]
        try:
            async with asyncio.TaskGroup() as group:
                for picture, content in zip(found, contents, strict=True):
                    if (key := hashlib.sha256(content).digest()) not in tasks:
                        tasks[key] = group.create_task(self._look(content, picture.place, gate))
        except* Fault as faults:
            raise _first(faults) from None
        for number, (picture, content) in enumerate(zip(found, contents, strict=True), 1):
            text = described(tasks[hashlib.sha256(content).digest()].result(), number)
            picture.part.struct_value.Clear()
            picture.part.struct_value.update({"type": "text", "text": text})
        return [picture.place for picture in found]

    async def _look(self, content: bytes, place: str, gate: asyncio.Semaphore) -> analysis_pb2.Analysis:
        async with gate:
            try:
                analysis = await self._eyes.analyze(content, FEATURES)
            except RemoteFault as fault:
                raise (fault if fault.transient else PictureRefused.of(place, fault)) from fault
        for failure in analysis.failures:
            remote = RemoteFault(failure.error)
            if failure.feature == analysis_pb2.ANALYSIS_FEATURE_TEXT and remote.transient:
                raise remote  # an answer about a page that nobody read would be made up
        return analysis


def described(found: analysis_pb2.Analysis, number: int) -> str:
    """What takes a picture's place. It says where it comes from, and keeps what the picture says apart from what the user says."""
    said = [f"[Image {number}. You can't see images: a program looked at it and reports the following.]"]
    failed = {failure.feature for failure in found.failures}
    if found.caption.text:
        said.append(found.caption.text)
    else:
        said.append(f"It is a picture of {found.width} by {found.height} pixels.")
    if text := found.document.text.strip():
        said += ["Text in the image, quoted:", '"""', text.replace('"""', "'''"), '"""']
    elif analysis_pb2.ANALYSIS_FEATURE_TEXT in failed:
        said.append("Whether there is text in the image could not be found out.")
    else:
        said.append("There is no text in the image.")
    said += [f"It holds a code ({code.format}) that says: {code.text}" for code in found.barcodes if code.text]
    said.append(f"[End of image {number}]")
    return "\n".join(said)


def holds_pictures(request: pb.CreateChatCompletionRequest) -> bool:
    """Whether any message has a picture."""
    return next(_parts(request), None) is not None


def _parts(request: pb.CreateChatCompletionRequest) -> Iterator[tuple[int, int, Value]]:
    """Every part with a picture, with its message's number and its own."""
    for i, message in enumerate(request.messages):
        if message.content.WhichOneof("kind") == "list_value":
            for j, part in enumerate(message.content.list_value.values):
                if part.WhichOneof("kind") == "struct_value" and _string(part.struct_value, "type") == "image_url":
                    yield i, j, part


def _content(picture: _Picture) -> bytes:
    """The bytes of a picture. Raises InvalidRequest naming the part."""
    image = picture.part.struct_value.fields.get("image_url")
    url = _string(image.struct_value, "url") if image is not None and image.WhichOneof("kind") == "struct_value" else ""
    content, _ = decoded(url, picture.place)
    if len(content) > MOST_BYTES:
        raise InvalidRequest.of(picture.place, f"holds {len(content)} bytes; a picture here has {MOST_BYTES} at most")
    return content


def _string(struct: Struct, key: str) -> str:
    fields: Mapping[str, Value] = struct.fields
    return fields[key].string_value if key in fields else ""


def _first(group: BaseExceptionGroup[Fault]) -> Fault:
    """The first fault of a group."""
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found
