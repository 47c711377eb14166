"""The contract's messages as the engine's plain values, and back."""

from __future__ import annotations

import time

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import generation_pb2, model_pb2, server_pb2

from services.fast_llm.engines import engine
from services.fast_llm.engines.errors import CapabilityMissing

_ROLES = {
    generation_pb2.CHAT_ROLE_SYSTEM: engine.Role.SYSTEM,
    generation_pb2.CHAT_ROLE_USER: engine.Role.USER,
    generation_pb2.CHAT_ROLE_ASSISTANT: engine.Role.ASSISTANT,
    generation_pb2.CHAT_ROLE_TOOL: engine.Role.TOOL,
}
_CHOICES = {generation_pb2.TOOL_CHOICE_NONE: "none", generation_pb2.TOOL_CHOICE_REQUIRED: "required"}
_EFFORTS = {
    generation_pb2.REASONING_EFFORT_NONE: "none",
    generation_pb2.REASONING_EFFORT_LOW: "low",
    generation_pb2.REASONING_EFFORT_MEDIUM: "medium",
    generation_pb2.REASONING_EFFORT_HIGH: "high",
}
_FINISH = {
    engine.FinishReason.STOP: generation_pb2.FINISH_REASON_STOP,
    engine.FinishReason.LENGTH: generation_pb2.FINISH_REASON_LENGTH,
    engine.FinishReason.TOOL_CALLS: generation_pb2.FINISH_REASON_TOOL_CALLS,
    engine.FinishReason.ABORTED: generation_pb2.FINISH_REASON_ABORTED,
}
_STATES = {
    engine.ModelState.LOADING: model_pb2.MODEL_STATE_LOADING,
    engine.ModelState.READY: model_pb2.MODEL_STATE_READY,
    engine.ModelState.UNLOADING: model_pb2.MODEL_STATE_UNLOADING,
    engine.ModelState.FAILED: model_pb2.MODEL_STATE_FAILED,
}
_GUIDES = {
    engine.GuideKind.JSON_SCHEMA: model_pb2.GUIDE_KIND_JSON_SCHEMA,
    engine.GuideKind.REGEX: model_pb2.GUIDE_KIND_REGEX,
    engine.GuideKind.GRAMMAR: model_pb2.GUIDE_KIND_GRAMMAR,
    engine.GuideKind.CHOICE: model_pb2.GUIDE_KIND_CHOICE,
}
_SAMPLING = ("temperature", "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty", "seed")


def generate_input(request: pb.GenerateRequest) -> engine.GenerateInput:
    """What a request asks for. Raises CapabilityMissing for what no engine here can do."""
    if request.lora:
        raise CapabilityMissing("lora", "adapters can't be used yet")
    if request.phase in (generation_pb2.GENERATION_PHASE_PREFILL, generation_pb2.GENERATION_PHASE_DECODE):
        raise CapabilityMissing("phase", "prefill and decode run in one engine here")
    if request.stopping.min_tokens or request.stopping.stop_token_ids or request.stopping.include_stop_text:
        raise CapabilityMissing("stopping", "min_tokens, stop_token_ids and include_stop_text can't be used here")
    if request.output.prompt_token_ids:
        raise CapabilityMissing("output.prompt_token_ids", "can't be told here; use Tokenize")
    sampling = request.sampling
    return engine.GenerateInput(
        request_id=request.request_id,
        source=_source(request),
        model=request.model,
        sampling=engine.Sampling(
            **{name: getattr(sampling, name) for name in _SAMPLING if sampling.HasField(name)},
            logit_bias=tuple(sampling.logit_bias.items()),
        ),
        max_tokens=request.stopping.max_tokens if request.stopping.HasField("max_tokens") else None,
        stop=tuple(request.stopping.stop),
        ignore_eos=request.stopping.ignore_eos,
        guide=_guide(request.guided),
        logprobs=request.output.logprobs if request.output.HasField("logprobs") else None,
        token_ids=request.output.token_ids,
        priority=request.priority,
        reuse_prefix=not request.cache_salt,
    )


def chat(source: generation_pb2.ChatInput) -> engine.Chat:
    """A conversation."""
    return engine.Chat(
        messages=tuple(_message(m) for m in source.messages),
        tools=tuple(engine.Tool(t.name, t.description, t.parameters_json_schema, t.strict) for t in source.tools),
        tool_choice=_CHOICES.get(source.tool_choice, "auto"),
        tool_name=source.tool_name,
        continue_last=source.continue_last,
        parallel_tool_calls=source.parallel_tool_calls if source.HasField("parallel_tool_calls") else True,
        reasoning_effort=_EFFORTS.get(source.reasoning_effort, ""),
    )


def started(model: str, event: engine.Started) -> generation_pb2.GenerationStarted:
    """The first event."""
    return generation_pb2.GenerationStarted(model=model, queue_wait=_duration(event.queue_wait))


def delta(event: engine.Delta) -> generation_pb2.GenerationDelta:
    """A piece of output. The plain case, text alone, is most of what a stream is."""
    made = generation_pb2.GenerationDelta(text=event.text, output_tokens=event.output_tokens, input_tokens=event.input_tokens)
    if event.reasoning:
        made.reasoning_text = event.reasoning
    if event.tool_calls:
        made.tool_calls.extend(
            generation_pb2.ToolCallDelta(index=c.index, id=c.id, name=c.name, arguments_json=c.arguments) for c in event.tool_calls
        )
    if event.token_ids:
        made.token_ids.extend(event.token_ids)
    if event.logprobs:
        made.logprobs.extend(_logprob(t) for t in event.logprobs)
    return made


def finished(event: engine.Finished) -> generation_pb2.GenerationFinished:
    """The last event."""
    usage, timings = event.usage, event.timings
    return generation_pb2.GenerationFinished(
        finish_reason=_FINISH[event.reason],
        stop_text=event.stop_text,
        usage=generation_pb2.GenerationUsage(
            input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, cached_input_tokens=usage.cached_input_tokens
        ),
        timings=generation_pb2.GenerationTimings(
            queue_wait=_duration(timings.queue_wait),
            prefill=_duration(timings.prefill),
            time_to_first_token=_duration(timings.time_to_first_token),
            decode=_duration(timings.decode),
        ),
    )


def model_info(info: engine.ModelInfo) -> model_pb2.ModelInfo:
    """A model as the contract describes it."""
    can = info.capabilities
    return model_pb2.ModelInfo(
        name=info.name,
        state=_STATES[info.state],
        parameter_count=info.parameter_count,
        quantization=info.quantization,
        context_length=info.context_length,
        trained_context_length=info.trained_context_length,
        vocabulary_size=info.vocabulary_size,
        embedding_length=info.embedding_length,
        size_bytes=info.size_bytes,
        sha256=info.sha256,
        capabilities=model_pb2.ModelCapabilities(
            generate=True,
            chat=can.chat,
            tools=can.tools,
            image_input=can.image_input,
            audio_input=can.audio_input,
            logprobs=can.logprobs,
            prefix_cache=can.prefix_cache,
            guides=[_GUIDES[kind] for kind in can.guides if kind in _GUIDES],
        ),
        chat_template=info.chat_template,
        slots=info.slots,
        load_time=_moment(info.load_time),
        last_used_time=_moment(info.last_used_time),
        failure=info.failure,
    )


def load(now: engine.Load) -> server_pb2.Load:
    """How busy a model is."""
    return server_pb2.Load(
        model=now.model,
        running=now.running,
        waiting=now.waiting,
        slots=now.slots,
        queue_capacity=now.queue_capacity,
        kv_tokens_total=now.kv_tokens_total,
        input_tokens_per_second=now.input_tokens_per_second,
        output_tokens_per_second=now.output_tokens_per_second,
        predicted_time_to_first_token=_duration(now.predicted_time_to_first_token),
        prefix_hit_ratio=now.prefix_hit_ratio,
        draining=now.draining,
        time=_moment(time.time()),
    )


def _source(request: pb.GenerateRequest) -> engine.Chat | str | tuple[int, ...]:
    kind = request.WhichOneof("input")
    if kind == "chat":
        return chat(request.chat)
    return request.prompt if kind == "prompt" else tuple(request.token_ids.ids)


def _message(message: generation_pb2.ChatMessage) -> engine.Message:
    parts: list[str | engine.Media] = []
    for part in message.parts:
        kind = part.WhichOneof("part")
        if kind == "text":
            parts.append(part.text)
        elif kind is not None:
            media: generation_pb2.Media = getattr(part, kind)
            parts.append(engine.Media(media.data, media.media_type))
    calls = tuple(engine.ToolCall(c.id, c.name, c.arguments_json) for c in message.tool_calls)
    return engine.Message(_ROLES[message.role], tuple(parts), calls, message.tool_call_id, message.name)


def _guide(guided: generation_pb2.GuidedDecoding) -> engine.Guide | None:
    kind = guided.WhichOneof("guide")
    if kind is None:
        return None
    if kind == "json_object":
        return engine.Guide(engine.GuideKind.JSON_OBJECT) if guided.json_object else None
    if kind == "choice":
        return engine.Guide(engine.GuideKind.CHOICE, choices=tuple(guided.choice.values))
    return engine.Guide(engine.GuideKind(kind), getattr(guided, kind))


def _logprob(token: engine.TokenLogprob) -> generation_pb2.TokenLogprob:
    return generation_pb2.TokenLogprob(
        token_id=token.token_id, token=token.token, logprob=token.logprob, top=[_logprob(other) for other in token.top]
    )


def _duration(seconds: float) -> Duration:
    made = Duration()
    made.FromNanoseconds(int(seconds * 1e9))
    return made


def _moment(seconds: float) -> Timestamp | None:
    if not seconds:
        return None
    made = Timestamp()
    made.FromNanoseconds(int(seconds * 1e9))
    return made
