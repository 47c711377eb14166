"""fast_llm, the mesh's own engine, over gRPC."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence

from google.rpc import error_details_pb2
from uat.fast_llm.v1 import engine_service_pb2, engine_service_pb2_grpc, generation_pb2

from services.kit.clients import Clients
from services.kit.errors import Fault, FieldViolation, InvalidRequest, RemoteFault
from services.llm_router.errors import CapabilityMissing, ContextLengthExceeded, GenerationInvalid, ModelNotFound
from services.llm_router.providers.provider import Event, TextRequest, Writer

_KINDS: Mapping[str, type[Fault]] = {
    "PROMPT_TOO_LONG": ContextLengthExceeded,
    "GENERATION_INVALID": GenerationInvalid,
    "CAPABILITY_MISSING": CapabilityMissing,
    "INVALID_REQUEST": InvalidRequest,
}
"""The router's own fault for a reason of fast_llm's that is about the caller's request."""


class FastLlm(Writer):
    """Calls fast_llm as the service llm_router."""

    def __init__(self, name: str, clients: Clients, timeout: float) -> None:
        self.name = name
        self._clients = clients
        self._timeout = timeout
        self._stub = engine_service_pb2_grpc.EngineServiceStub(clients.channel("fast_llm"))
        self._seeing: frozenset[str] = frozenset()

    async def models(self) -> Sequence[str]:
        request = engine_service_pb2.ListModelsRequest(ready_only=True, page_size=1000)
        response = await self._clients.unary(self._stub.ListModels, request, timeout=5)
        names = {name: model.capabilities.image_input for model in response.models for name in (model.name, *model.aliases)}
        self._seeing = frozenset(name for name, sees in names.items() if sees)
        return list(names)

    def sees(self, model: str) -> bool:
        return model in self._seeing

    async def stream(self, model: str, request: TextRequest, generation_id: str) -> AsyncGenerator[Event, None]:
        generate = engine_service_pb2.GenerateRequest(
            request_id=generation_id, model=model, chat=_chat(request), options=request.typed.options, priority=request.typed.priority
        )
        responses = self._clients.stream(self._stub.Generate, generate, timeout=self._timeout)
        try:
            async for response in responses:
                event = response.WhichOneof("event")
                if event == "delta":
                    yield response.delta
                elif event == "finished":
                    yield response.finished
        except RemoteFault as fault:
            raise _translated(fault, model, request) from fault
        finally:
            await responses.aclose()

    async def count_tokens(self, model: str, request: TextRequest) -> tuple[int, int] | None:
        tokenize = engine_service_pb2.TokenizeRequest(model=model, chat=_chat(request))
        try:
            response = await self._clients.unary(self._stub.Tokenize, tokenize, timeout=10)
        except RemoteFault as fault:
            if fault.reason == "CAPABILITY_MISSING":  # the engine has no access to the model's tokenizer
                return None
            raise _translated(fault, model, request) from fault
        return len(response.token_ids), response.context_length


def _chat(request: TextRequest) -> generation_pb2.Chat:
    typed = request.typed
    chat = generation_pb2.Chat(messages=typed.messages, tools=typed.tools, tool_choice=typed.tool_choice, tool_name=typed.tool_name)
    if typed.HasField("parallel_tool_calls"):
        chat.parallel_tool_calls = typed.parallel_tool_calls
    return chat


def _translated(fault: RemoteFault, model: str, request: TextRequest) -> Fault:
    """fast_llm's fault with the field paths of the caller's own request."""
    if fault.reason == "MODEL_NOT_FOUND":
        return ModelNotFound.named(model)
    kind = _KINDS.get(fault.reason)
    if kind is None:
        return fault
    bad = error_details_pb2.BadRequest()
    for detail in fault.status().details:
        detail.Unpack(bad)
    fields = [FieldViolation(request.path(v.field.removeprefix("chat.")), v.description, v.reason) for v in bad.field_violations]
    message = "; ".join(f"{f.field}: {f.description}" for f in fields) or fault.message
    return kind(message, metadata=fault.metadata, fields=fields)
