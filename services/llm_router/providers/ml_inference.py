"""ml_inference, the mesh's own embedding models, over gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from inference import grpc_service_pb2 as oip
from inference.grpc_service_pb2_grpc import GRPCInferenceServiceStub
from uat.generation.v1.event_pb2 import Usage
from uat.ml_inference.v1 import ml_inference_service_pb2, ml_inference_service_pb2_grpc, model_pb2

from services.kit.clients import Clients
from services.kit.errors import RemoteFault
from services.kit.tasks import task_group
from services.kit.triton.client import bytes_tensor
from services.llm_router.errors import CapabilityMissing, ModelNotFound
from services.llm_router.providers.provider import Embedder, Inputs, Vectors

AT_ONCE = 4
"""Batches of one request in flight: enough to keep a model busy, too few to crowd out other callers."""
SECONDS = 120.0
"""Seconds that one batch may take, its time in the queue included."""
TEXT, EMBEDDING, COUNT, TRUNCATED = "text", "embedding", "token_count", "truncated"


@dataclass(frozen=True, slots=True)
class _Shape:
    """The texts in a batch of a model, and the numbers in its vectors."""

    batch: int
    numbers: int


class MlInference(Embedder):
    """Calls ml_inference as the service llm_router."""

    def __init__(self, name: str, clients: Clients) -> None:
        self.name = name
        self._clients = clients
        channel = clients.channel("ml_inference")
        self._models = ml_inference_service_pb2_grpc.MlInferenceServiceStub(channel)
        self._inference = GRPCInferenceServiceStub(channel)
        self._shapes: dict[str, _Shape] = {}

    async def models(self) -> Sequence[str]:
        found: list[str] = []
        request = ml_inference_service_pb2.ListModelsRequest(page_size=1000, task=model_pb2.MODEL_TASK_TEXT_EMBEDDING)
        while True:
            page = await self._clients.unary(self._models.ListModels, request, timeout=5)
            found += [model.name for model in page.models if model.ready_versions or model.settings.load_on_demand]
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
        self._shapes = {}  # a new version may have another shape
        return found

    async def embed(self, model: str, inputs: Inputs, dimensions: int, user: str) -> Vectors:
        texts = [text for text in inputs if isinstance(text, str)]
        if len(texts) < len(inputs):
            raise CapabilityMissing.of("input", f"{model} takes no token ids, it has a tokenizer of its own: send text")
        try:
            shape = await self._shape(model)
            if dimensions not in (0, shape.numbers):
                raise CapabilityMissing.of("dimensions", f"the vectors of {model} always have {shape.numbers} numbers; leave it out")
            answers = await self._batches(model, [texts[start : start + shape.batch] for start in range(0, len(texts), shape.batch)])
        except RemoteFault as fault:
            raise (ModelNotFound.named(model) if fault.reason == "MODEL_NOT_FOUND" else fault) from fault
        length = 4 * shape.numbers
        raw = [part[at : at + length] for part in (memoryview(a[EMBEDDING]) for a in answers) for at in range(0, len(part), length)]
        counts = np.frombuffer(b"".join(answer[COUNT] for answer in answers), "<i4")
        too_long = np.flatnonzero(np.frombuffer(b"".join(answer[TRUNCATED] for answer in answers), np.bool_)).tolist()
        limit = int(counts[too_long[0]]) if too_long else 0
        return Vectors(raw, Usage(input_tokens=int(counts.sum())), too_long, limit)

    async def _batches(self, model: str, batches: Sequence[Sequence[str]]) -> Sequence[dict[str, bytes]]:
        """The answers to all batches, in their order. The first failure cancels the others."""
        limit = asyncio.Semaphore(AT_ONCE)
        async with task_group() as group:
            tasks = [group.create_task(self._infer(model, batch, limit)) for batch in batches]
        return [task.result() for task in tasks]

    async def _infer(self, model: str, texts: Sequence[str], limit: asyncio.Semaphore) -> dict[str, bytes]:
        request = oip.ModelInferRequest(
            model_name=model,
            inputs=[oip.ModelInferRequest.InferInputTensor(name=TEXT, datatype="BYTES", shape=[len(texts), 1])],
            raw_input_contents=[bytes_tensor([text.encode() for text in texts])],
        )
        async with limit:
            response = await self._clients.unary(self._inference.ModelInfer, request, timeout=SECONDS)
        return {output.name: raw for output, raw in zip(response.outputs, response.raw_output_contents, strict=True)}

    async def _shape(self, model: str) -> _Shape:
        if (known := self._shapes.get(model)) is not None:
            return known
        answer = await self._clients.unary(self._inference.ModelConfig, oip.ModelConfigRequest(name=model), timeout=5)
        config = answer.config
        dims = next((list(output.dims) for output in config.output if output.name == EMBEDDING), [])
        if config.max_batch_size < 1 or len(dims) != 1 or dims[0] < 1 or TEXT not in [tensor.name for tensor in config.input]:
            raise CapabilityMissing.of(
                "model", f"{model} does not take `{TEXT}` and give `{EMBEDDING}` in batches, as embedding models do here"
            )
        found = self._shapes[model] = _Shape(config.max_batch_size, dims[0])
        return found
