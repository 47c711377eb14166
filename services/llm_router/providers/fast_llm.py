"""The mesh's own engine, over gRPC."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import orjson
from google.protobuf.struct_pb2 import Value
from uat.fast_llm.v1 import engine_service_pb2, engine_service_pb2_grpc, generation_pb2
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.kit.clients import Clients
from services.kit.errors import RemoteFault
from services.llm_router import openai
from services.llm_router.data_url import decoded
from services.llm_router.errors import CapabilityMissing, ModelNotFound
from services.llm_router.plain import of_struct, of_value
from services.llm_router.providers.provider import Chunk, Usage, Whole

ROLES = {
    "system": generation_pb2.CHAT_ROLE_SYSTEM,
    "developer": generation_pb2.CHAT_ROLE_SYSTEM,
    "user": generation_pb2.CHAT_ROLE_USER,
    "assistant": generation_pb2.CHAT_ROLE_ASSISTANT,
    "tool": generation_pb2.CHAT_ROLE_TOOL,
}
FINISH = {
    generation_pb2.FINISH_REASON_STOP: "stop",
    generation_pb2.FINISH_REASON_LENGTH: "length",
    generation_pb2.FINISH_REASON_TOOL_CALLS: "tool_calls",
    generation_pb2.FINISH_REASON_ABORTED: "stop",
}
TOOL_CHOICES = {
    "auto": generation_pb2.TOOL_CHOICE_AUTO,
    "none": generation_pb2.TOOL_CHOICE_NONE,
    "required": generation_pb2.TOOL_CHOICE_REQUIRED,
}


class FastLlm:
    """fast_llm, called as the service llm_router."""

    def __init__(self, name: str, clients: Clients, timeout: float) -> None:
        self._name = name
        self._clients = clients
        self._timeout = timeout
        self._stub = engine_service_pb2_grpc.EngineServiceStub(clients.channel("fast_llm"))
        self._seeing: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self._name

    async def models(self) -> Sequence[str]:
        request = engine_service_pb2.ListModelsRequest(ready_only=True, page_size=1000)
        response = await self._clients.unary(self._stub.ListModels, request, timeout=5)
        names = {name: model.capabilities.image_input for model in response.models for name in (model.name, *model.aliases)}
        self._seeing = frozenset(name for name, sees in names.items() if sees)
        return list(names)

    def sees(self, model: str) -> bool:
        return model in self._seeing

    async def whole(self, request: pb.CreateChatCompletionRequest, generation_id: str) -> Whole:
        answer = openai.Answer(request.model, generation_id)
        async for chunk in self.stream(request, generation_id):
            answer.add(chunk)
        return Whole(answer.body(), answer.usage, answer.finish_reason)

    async def stream(self, request: pb.CreateChatCompletionRequest, generation_id: str) -> AsyncGenerator[Chunk, None]:
        usage = Usage()
        responses = self._clients.stream(self._stub.Generate, engine_request(request, generation_id), timeout=self._timeout)
        try:
            async for response in responses:
                event = response.WhichOneof("event")
                if event == "delta":
                    usage.input_tokens, usage.output_tokens = response.delta.input_tokens, response.delta.output_tokens
                    yield _delta(response.delta, usage)
                elif event == "finished":
                    counted = response.finished.usage
                    usage = Usage(counted.input_tokens, counted.output_tokens, counted.cached_input_tokens, counted.reasoning_tokens)
                    yield Chunk(finish_reason=FINISH.get(response.finished.finish_reason, "stop"), usage=usage)
        except RemoteFault as fault:
            raise _translated(fault, request.model) from fault
        finally:
            await responses.aclose()

    async def count_tokens(self, request: pb.CreateChatCompletionRequest) -> tuple[int, int] | None:
        tokenize = engine_service_pb2.TokenizeRequest(model=request.model, chat=_chat(request))
        try:
            response = await self._clients.unary(self._stub.Tokenize, tokenize, timeout=10)
        except RemoteFault as fault:
            if fault.reason == "CAPABILITY_MISSING":  # an engine that has no way to the model's tokenizer
                return None
            raise _translated(fault, request.model) from fault
        return len(response.token_ids), response.context_length

    async def close(self) -> None:
        """The channel is the process's; it is closed there."""


def engine_request(request: pb.CreateChatCompletionRequest, generation_id: str) -> engine_service_pb2.GenerateRequest:
    """OpenAI's request in the engine's terms. Raises CapabilityMissing for what the engine can't do."""
    if request.n > 1:
        raise CapabilityMissing.of("n", "this model gives one answer a request; leave it out")
    if request.HasField("audio") or "audio" in request.modalities:
        raise CapabilityMissing.of("modalities", "this model can't speak")
    if request.functions or request.HasField("function_call"):
        raise CapabilityMissing.of("functions", "is the old form; use tools")
    made = engine_service_pb2.GenerateRequest(request_id=generation_id, model=request.model, chat=_chat(request))
    _sampling(request, made.sampling)
    _stopping(request, made.stopping)
    _guided(request, made.guided)
    if request.logprobs:
        made.output.logprobs = request.top_logprobs
    return made


def _chat(request: pb.CreateChatCompletionRequest) -> generation_pb2.ChatInput:
    chat = generation_pb2.ChatInput(
        messages=[
            generation_pb2.ChatMessage(
                role=ROLES[m.role],
                parts=_content_parts(m.content, f"messages[{i}].content"),
                tool_calls=[
                    generation_pb2.ToolCall(id=c.id, name=c.function.name, arguments_json=c.function.arguments) for c in m.tool_calls
                ],
                tool_call_id=m.tool_call_id,
                name=m.name,
            )
            for i, m in enumerate(request.messages)
        ],
        tools=[
            generation_pb2.Tool(
                name=t.function.name,
                description=t.function.description,
                parameters_json_schema=orjson.dumps(of_struct(t.function.parameters)).decode() if t.function.HasField("parameters") else "",
                strict=t.function.strict,
            )
            for t in request.tools
        ],
    )
    if request.HasField("tool_choice"):
        choice = of_value(request.tool_choice)
        if isinstance(choice, dict):
            chat.tool_choice = generation_pb2.TOOL_CHOICE_REQUIRED
            chat.tool_name = str((choice.get("function") or {}).get("name", ""))
        elif choice in TOOL_CHOICES:
            chat.tool_choice = TOOL_CHOICES[choice]
        else:
            raise CapabilityMissing.of("tool_choice", "must be `auto`, `none`, `required` or an object that names a function")
    if request.HasField("parallel_tool_calls"):
        chat.parallel_tool_calls = request.parallel_tool_calls
    return chat


def _content_parts(content: Value, field: str) -> list[generation_pb2.ContentPart]:
    value = of_value(content)
    if value is None:
        return []
    if isinstance(value, str):
        return [generation_pb2.ContentPart(text=value)]
    if not isinstance(value, list):
        raise CapabilityMissing.of(field, "must be a text or a list of parts")
    return [_part(part, f"{field}[{i}]") for i, part in enumerate(value)]


def _part(part: Any, field: str) -> generation_pb2.ContentPart:
    if isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str):
        return generation_pb2.ContentPart(text=part["text"])
    if isinstance(part, dict) and part.get("type") == "image_url" and isinstance(part.get("image_url"), dict):
        data, media_type = decoded(str(part["image_url"].get("url", "")), field)
        return generation_pb2.ContentPart(image=generation_pb2.Media(data=data, media_type=media_type))
    raise CapabilityMissing.of(field, 'is for no model here; use {"type": "text", "text": "..."} or {"type": "image_url", ...}')


def _sampling(request: pb.CreateChatCompletionRequest, sampling: generation_pb2.SamplingParams) -> None:
    for name in ("temperature", "top_p", "presence_penalty", "frequency_penalty"):
        if request.HasField(name):
            setattr(sampling, name, getattr(request, name))
    if request.HasField("seed"):
        sampling.seed = request.seed & 0xFFFFFFFF
    for token, bias in request.logit_bias.items():
        sampling.logit_bias[int(token)] = bias


def _stopping(request: pb.CreateChatCompletionRequest, stopping: generation_pb2.StoppingParams) -> None:
    if request.HasField("max_completion_tokens"):
        stopping.max_tokens = request.max_completion_tokens
    elif request.HasField("max_tokens"):
        stopping.max_tokens = request.max_tokens
    if request.HasField("stop"):
        stop = of_value(request.stop)
        stops = [stop] if isinstance(stop, str) else stop or []
        if not isinstance(stops, list) or len(stops) > 16 or not all(isinstance(s, str) and 0 < len(s) <= 256 for s in stops):
            raise CapabilityMissing.of("stop", "must be a text or up to 16 texts of 1 to 256 characters")
        stopping.stop.extend(stops)


def _guided(request: pb.CreateChatCompletionRequest, guided: generation_pb2.GuidedDecoding) -> None:
    form = request.response_format
    if form.type == "json_object":
        guided.json_object = True
    elif form.type == "json_schema":
        if not form.json_schema.HasField("schema"):
            raise CapabilityMissing.of("response_format.json_schema.schema", "must be set")
        guided.json_schema = orjson.dumps(of_struct(form.json_schema.schema)).decode()


def _delta(delta: generation_pb2.GenerationDelta, usage: Usage) -> Chunk:
    calls = [
        {"index": c.index, "id": c.id or None, "type": "function", "function": {"name": c.name or None, "arguments": c.arguments_json}}
        for c in delta.tool_calls
    ]
    return Chunk(text=delta.text, reasoning=delta.reasoning_text, tool_calls=calls, logprobs=_logprobs(delta), usage=usage)


def _logprobs(delta: generation_pb2.GenerationDelta) -> dict[str, Any] | None:
    if not delta.logprobs:
        return None
    return {"content": [{**_logprob(t), "top_logprobs": [_logprob(other) for other in t.top]} for t in delta.logprobs]}


def _logprob(token: generation_pb2.TokenLogprob) -> dict[str, Any]:
    return {"token": token.token.decode("utf-8", "replace"), "logprob": token.logprob, "bytes": list(token.token)}


def _translated(fault: RemoteFault, model: str) -> Exception:
    return ModelNotFound.named(model) if fault.reason == "MODEL_NOT_FOUND" else fault
