"""OpenAI's JSON for image generation: one body, or server-sent events."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

import orjson
from google.rpc import status_pb2
from uat.vision.v1 import generation_pb2, job_pb2
from uat.vision.v1 import vision_service_pb2 as pb
from uat.vision.v1.model_pb2 import Model

from services.kit.errors import InvalidRequest
from services.kit.rpc import error_bodies

_FORMATS = {
    "": generation_pb2.IMAGE_FORMAT_PNG,
    "png": generation_pb2.IMAGE_FORMAT_PNG,
    "jpeg": generation_pb2.IMAGE_FORMAT_JPEG,
    "webp": generation_pb2.IMAGE_FORMAT_WEBP,
}
_STEPS = {"low": 0.5, "high": 2.0, "hd": 2.0}
"""The factor of a quality on the default steps; 1 for all others."""
_QUALITIES = {"low": "low", "high": "high", "hd": "high"}
_PATCH = 16
_PIECE_BYTES = 1024 * 1024


def spec_of(request: pb.CreateImageRequest, model: Model) -> generation_pb2.GenerationSpec:
    """Converts the request to a spec. Raises InvalidRequest for options that no model here supports."""
    if request.background == "transparent":
        raise InvalidRequest.of("background", f"{model.id} makes no transparent pictures")
    if request.HasField("output_compression") and request.output_format in ("", "png"):
        raise InvalidRequest.of("output_compression", "is for jpeg and webp only; png is lossless")
    spec = generation_pb2.GenerationSpec(
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        model=model.id,
        count=request.n if request.HasField("n") else 1,
        format=_FORMATS[request.output_format],
        quality=max(1, request.output_compression) if request.HasField("output_compression") else 100,
        previews=request.partial_images if request.stream else 0,
        steps=request.steps or min(model.max_steps, max(1, round(model.default_steps * _STEPS.get(request.quality, 1.0)))),
    )
    if request.size not in ("", "auto"):
        width, height = request.size.split("x")
        spec.width, spec.height = int(width), int(height)
    if request.HasField("seed"):
        spec.seed = request.seed
    if request.HasField("guidance"):
        spec.guidance = request.guidance
    return spec


class Pictures:
    """Writes the pictures of one request in OpenAI's shape."""

    def __init__(self, request: pb.CreateImageRequest, spec: generation_pb2.GenerationSpec, created: int) -> None:
        self._urls = request.response_format == "url"
        self._spec = spec
        self._created = created
        self._images: dict[int, generation_pb2.GeneratedImage] = {}
        self._previews: dict[int, int] = {}
        self._frame = {
            "background": "opaque",
            "output_format": request.output_format or "png",
            "quality": _QUALITIES.get(request.quality, "medium"),
            "size": f"{spec.width}x{spec.height}",
        }

    def add(self, made: job_pb2.ImagePreview | generation_pb2.GeneratedImage) -> None:
        """Adds a finished picture to the body; previews are ignored."""
        if isinstance(made, generation_pb2.GeneratedImage):
            self._images[made.index] = made

    def body(self) -> Iterator[bytes]:
        """The JSON body, in pieces that fit into messages."""
        images = [self._images[index] for index in sorted(self._images)]
        data = [{**self._content(image.content, image.media_type), "seed": image.seed} for image in images]
        return _pieces(orjson.dumps({"created": self._created, **self._frame, "data": data, "usage": self._usage(len(images))}))

    def event(self, made: job_pb2.ImagePreview | generation_pb2.GeneratedImage) -> Iterator[bytes]:
        """The event of a preview or a finished picture, in pieces that fit into messages."""
        frame = {"b64_json": base64.b64encode(made.content).decode(), "created_at": self._created, **self._frame, "index": made.index}
        if isinstance(made, generation_pb2.GeneratedImage):
            return _event("completed", frame | {"usage": self._usage(1), "seed": made.seed})
        index = self._previews.get(made.index, 0)
        self._previews[made.index] = index + 1
        return _event("partial_image", frame | {"partial_image_index": index})

    def _content(self, content: bytes, media_type: str) -> dict[str, str]:
        encoded = base64.b64encode(content).decode()
        return {"url": f"data:{media_type};base64,{encoded}"} if self._urls else {"b64_json": encoded}

    def _usage(self, images: int) -> dict[str, Any]:
        """Words and punctuation of the prompt, and patches of 16 × 16 pixels: comparable sizes, as nothing is billed."""
        text = len(re.findall(r"\w+|[^\w\s]", self._spec.prompt))
        patches = -(-self._spec.width // _PATCH) * -(-self._spec.height // _PATCH) * images
        return {
            "input_tokens": text,
            "input_tokens_details": {"text_tokens": text, "image_tokens": 0},
            "output_tokens": patches,
            "output_tokens_details": {"image_tokens": patches, "text_tokens": 0},
            "total_tokens": text + patches,
        }


def failed(status: status_pb2.Status) -> bytes:
    """The event that ends a stream that failed after its first event."""
    return b"event: error\ndata: " + orjson.dumps(error_bodies.openai(status)) + b"\n\n"


def _event(kind: str, body: dict[str, Any]) -> Iterator[bytes]:
    name = f"image_generation.{kind}"
    return _pieces(f"event: {name}\ndata: ".encode() + orjson.dumps({"type": name, **body}) + b"\n\n")


def _pieces(whole: bytes) -> Iterator[bytes]:
    for start in range(0, len(whole), _PIECE_BYTES):
        yield whole[start : start + _PIECE_BYTES]
