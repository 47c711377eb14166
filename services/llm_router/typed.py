"""The typed GenerateText in terms of the router's one request and its chunks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from google.protobuf.json_format import Parse
from google.protobuf.struct_pb2 import Struct, Value
from google.rpc import status_pb2
from uat.llm_router.v1 import chat_completion_pb2, generation_pb2
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.llm_router.data_url import encoded
from services.llm_router.errors import CapabilityMissing
from services.llm_router.generations import Generation
from services.llm_router.pictures import Place
from services.llm_router.providers.provider import Chunk, Usage

_ROLES = {
    generation_pb2.GENERATION_ROLE_SYSTEM: "system",
    generation_pb2.GENERATION_ROLE_USER: "user",
    generation_pb2.GENERATION_ROLE_ASSISTANT: "assistant",
    generation_pb2.GENERATION_ROLE_TOOL: "tool",
}
_CHOICES = {
    generation_pb2.TOOL_CHOICE_AUTO: "auto",
    generation_pb2.TOOL_CHOICE_NONE: "none",
    generation_pb2.TOOL_CHOICE_REQUIRED: "required",
}
_FINISH = {
    "stop": generation_pb2.FINISH_REASON_STOP,
    "length": generation_pb2.FINISH_REASON_LENGTH,
    "tool_calls": generation_pb2.FINISH_REASON_TOOL_CALLS,
    "content_filter": generation_pb2.FINISH_REASON_CONTENT_FILTER,
}


def request_of(typed: pb.GenerateTextRequest) -> pb.CreateChatCompletionRequest:
    """The typed request as the router's own. Raises CapabilityMissing for a recording."""
    request = pb.CreateChatCompletionRequest(model=typed.model, stream=True)
    add_messages(request, typed.messages)
    _set_options(request, typed.options)
    if typed.response_json_schema:
        request.response_format.type = "json_schema"
        request.response_format.json_schema.name = "answer"
        request.response_format.json_schema.schema.CopyFrom(_schema(typed.response_json_schema, "response_json_schema"))
    for i, tool in enumerate(typed.tools):
        added = request.tools.add(type="function")
        added.function.name, added.function.description, added.function.strict = tool.name, tool.description, tool.strict
        if tool.parameters_json_schema:
            added.function.parameters.CopyFrom(_schema(tool.parameters_json_schema, f"tools[{i}].parameters_json_schema"))
    if typed.tool_name:
        request.tool_choice.struct_value.update({"type": "function", "function": {"name": typed.tool_name}})
    elif typed.tool_choice in _CHOICES:
        request.tool_choice.string_value = _CHOICES[typed.tool_choice]
    return request


def add_messages(request: pb.CreateChatCompletionRequest, messages: Sequence[generation_pb2.GenerationMessage]) -> None:
    """Adds typed messages to a request."""
    for i, message in enumerate(messages):
        request.messages.append(
            chat_completion_pb2.ChatCompletionMessage(
                role=_ROLES[message.role],
                content=_content(message, i),
                tool_calls=[
                    chat_completion_pb2.ChatCompletionToolCall(
                        id=c.id,
                        type="function",
                        function=chat_completion_pb2.ChatCompletionFunctionCall(name=c.name, arguments=c.arguments_json),
                    )
                    for c in message.tool_calls
                ],
                tool_call_id=message.tool_call_id,
                name=message.name,
            )
        )


def place_in(messages: Sequence[generation_pb2.GenerationMessage]) -> Place:
    """Says where a part of a request's content stands in these messages, in which a message's text comes before its parts."""
    return lambda i, j: f"messages[{i}].parts[{j - bool(messages[i].text)}]"


def _content(message: generation_pb2.GenerationMessage, i: int) -> Value:
    """A message's content: one text where it is nothing else, or a list of parts."""
    for j, part in enumerate(message.parts):
        if part.WhichOneof("part") == "audio":
            raise CapabilityMissing.of(f"messages[{i}].parts[{j}]", "is a recording, and the models here hear nothing; send its text")
    if all(part.WhichOneof("part") == "text" for part in message.parts):
        return Value(string_value="\n".join([*([message.text] if message.text else []), *(part.text for part in message.parts)]))
    content = Value()
    if message.text:
        content.list_value.add_struct().update({"type": "text", "text": message.text})
    for part in message.parts:
        added = content.list_value.add_struct()
        if part.WhichOneof("part") == "image":
            added.update({"type": "image_url", "image_url": {"url": encoded(part.image.data, part.image.media_type)}})
        else:
            added.update({"type": "text", "text": part.text})
    return content


def _set_options(request: pb.CreateChatCompletionRequest, options: generation_pb2.GenerationOptions) -> None:
    for name in ("temperature", "top_p", "frequency_penalty", "presence_penalty", "seed"):
        if options.HasField(name):
            setattr(request, name, getattr(options, name))
    if options.HasField("max_output_tokens"):
        request.max_completion_tokens = options.max_output_tokens
    if options.stop:
        request.stop.list_value.extend(list(options.stop))
    request.reasoning_effort = options.reasoning_effort


def _schema(text: str, field: str) -> Struct:
    try:
        return Parse(text, Struct())
    except Exception as error:
        raise CapabilityMissing.of(field, "is not a JSON object") from error


class TypedEvents:
    """Numbers a generation's events from 1, without a gap."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._sequence = 0

    def started(self) -> pb.GenerateTextResponse:
        """The first event."""
        g = self._generation
        return self._next(
            started=generation_pb2.GenerationStarted(
                decision_id=g.id, model=g.request.model, provider_id=g.provider, upstream_model=g.request.model, attempt=g.attempts
            )
        )

    def of(self, chunk: Chunk) -> Iterable[pb.GenerateTextResponse]:
        """The events of one chunk."""
        if chunk.reasoning:
            delta = generation_pb2.GenerationDelta(text=chunk.reasoning, channel=generation_pb2.GENERATION_CHANNEL_REASONING)
            yield self._next(delta=delta)
        if chunk.text:
            yield self._next(delta=generation_pb2.GenerationDelta(text=chunk.text, channel=generation_pb2.GENERATION_CHANNEL_ANSWER))
        for call in chunk.tool_calls:
            function = call.get("function") or {}
            yield self._next(
                tool_call=generation_pb2.ToolCallDelta(
                    index=call["index"],
                    id=call.get("id") or "",
                    name=function.get("name") or "",
                    arguments_json=function.get("arguments") or "",
                )
            )

    def finished(self) -> pb.GenerateTextResponse:
        """The last event of a generation that ended well."""
        bill = self._generation.bill()
        finished = generation_pb2.GenerationFinished(
            finish_reason=_FINISH.get(bill.finish_reason, generation_pb2.FINISH_REASON_STOP), usage=usage_of(bill.usage)
        )
        finished.timings.duration.FromNanoseconds(int(bill.duration * 1e9))
        if bill.time_to_first_token is not None:
            finished.timings.time_to_first_token.FromNanoseconds(int(bill.time_to_first_token * 1e9))
        return self._next(finished=finished)

    def failed(self, status: status_pb2.Status) -> pb.GenerateTextResponse:
        """The last event of a generation that broke off after its first token."""
        return self._next(failed=generation_pb2.GenerationFailed(error=status, usage=usage_of(self._generation.usage)))

    def _next(self, **event: Any) -> pb.GenerateTextResponse:
        self._sequence += 1
        return pb.GenerateTextResponse(
            event=generation_pb2.GenerationEvent(generation_id=self._generation.id, sequence=self._sequence, **event)
        )


def usage_of(usage: Usage) -> generation_pb2.GenerationUsage:
    """The counts on the wire."""
    return generation_pb2.GenerationUsage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cached_input_tokens=usage.cached_input_tokens,
        reasoning_tokens=usage.reasoning_tokens,
    )
