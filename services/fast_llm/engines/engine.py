"""What every engine promises, and the plain values that go in and come out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class FinishReason(StrEnum):
    """Why a generation ended."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    ABORTED = "aborted"


class GuideKind(StrEnum):
    """A form that output can be held to."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    REGEX = "regex"
    GRAMMAR = "grammar"
    CHOICE = "choice"


class ModelState(StrEnum):
    """What a model is doing."""

    LOADING = "loading"
    READY = "ready"
    UNLOADING = "unloading"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that a model made; `arguments` is JSON."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or recording and its form, for example `image/png`."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation: text and media in order, or the calls that the assistant made."""

    role: Role
    parts: tuple[str | Media, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call; `parameters` is a JSON schema as text, empty for none."""

    name: str
    description: str = ""
    parameters: str = ""
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation that the engine puts into the model's own template."""

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    """`auto`, `none` or `required`."""
    tool_name: str = ""
    """The one tool to call; only with `required`."""
    continue_last: bool = False
    """Goes on with the last turn, an assistant's, instead of answering it."""
    parallel_tool_calls: bool = True
    reasoning_effort: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """A form and what describes it: one text, or the texts to choose from."""

    kind: GuideKind
    text: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are chosen. None takes the engine's default."""

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    repetition_penalty: float | None = None
    seed: int | None = None
    logit_bias: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class GenerateInput:
    """What to generate from and how. `source` is a conversation, a text taken as it is, or token ids."""

    request_id: str
    source: Chat | str | tuple[int, ...]
    model: str = ""
    """Empty: the default model."""
    sampling: Sampling = field(default_factory=Sampling)
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    ignore_eos: bool = False
    guide: Guide | None = None
    logprobs: int | None = None
    """Asks for each token's log-probability and those of so many likelier others."""
    token_ids: bool = False
    """Asks for token ids in every delta."""
    priority: int = 0
    """Lower goes first."""
    reuse_prefix: bool = True
    """Lets the call profit from what earlier prompts began with. False hides from it whether anybody sent such a prompt."""


@dataclass(frozen=True, slots=True)
class Started:
    """The generation has a slot, after `queue_wait` seconds."""

    queue_wait: float


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a tool call; id and name come with the first piece only."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """How likely a token was, and the likeliest at its place."""

    token_id: int
    token: bytes
    logprob: float
    top: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of output: whole characters only. `output_tokens` counts the tokens made so far, `input_tokens` those of the prompt."""

    text: str
    output_tokens: int
    reasoning: str = ""
    tool_calls: tuple[ToolCallDelta, ...] = ()
    token_ids: tuple[int, ...] = ()
    logprobs: tuple[TokenLogprob, ...] = ()
    input_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that were really read and made."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time went, in seconds. `prefill` and `decode` are as the engine measured them."""

    queue_wait: float = 0.0
    time_to_first_token: float = 0.0
    prefill: float = 0.0
    decode: float = 0.0


@dataclass(frozen=True, slots=True)
class Finished:
    """The generation is over."""

    reason: FinishReason
    usage: Usage
    timings: Timings
    stop_text: str = ""
    """The stop text that ended it, where the engine tells."""


Event = Started | Delta | Finished


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How to load a model. None takes the engine's configuration."""

    slots: int | None = None
    context_length: int | None = None
    gpu_layers: int | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a model can do."""

    chat: bool = False
    tools: bool = False
    image_input: bool = False
    audio_input: bool = False
    reasoning_effort: bool = False
    logprobs: bool = False
    prefix_cache: bool = False
    guides: tuple[GuideKind, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model. What only the loaded model tells is zero or empty until it is READY."""

    name: str
    path: str
    state: ModelState
    size_bytes: int = 0
    sha256: str = ""
    slots: int = 0
    context_length: int = 0
    """Bounds prompt and output of one generation together, in tokens."""
    trained_context_length: int = 0
    vocabulary_size: int = 0
    embedding_length: int = 0
    parameter_count: int = 0
    quantization: str = ""
    chat_template: str = ""
    capabilities: Capabilities = field(default_factory=Capabilities)
    load_time: float = 0.0
    """Seconds since 1970."""
    last_used_time: float = 0.0
    failure: str = ""
    """Why it failed; empty unless FAILED."""


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a model is. A slot counts as running until the engine itself says that it is free."""

    model: str
    running: int
    waiting: int
    slots: int
    queue_capacity: int
    output_tokens_per_second: float
    input_tokens_per_second: float
    predicted_time_to_first_token: float
    """Seconds that a call of average size which comes now waits for its first token."""
    prefix_hit_ratio: float
    """The share of the last prompts' tokens that were in the cache."""
    kv_tokens_total: int
    draining: bool


class Engine(Protocol):
    """Runs language models. Every method may raise EngineFailed; none blocks the event loop."""

    def generate(self, request: GenerateInput) -> AsyncGenerator[Event, None]:
        """Streams Started, Deltas and one Finished.

        Cancelling the reader or closing the stream frees the slot at once. Raises ModelNotFound, ModelNotReady or CapabilityMissing at the
        call. Raises before Started: Draining, QueueFull, RequestIdInUse, PromptTooLong, InvalidGeneration, CapabilityMissing, and Aborted
        when it is aborted while it waits. Raises EngineFailed at any time.
        """

    async def abort(self, request_ids: Sequence[str]) -> list[str]:
        """Ends calls and gives back those that ran or waited, once their slots are free. A running one ends with Finished(ABORTED)."""

    async def tokenize(self, source: Chat | str, *, model: str = "", add_special: bool = True) -> list[tuple[int, bytes]]:
        """Gives the token ids of a text, or of a conversation in the model's template, each with its bytes.

        Raises CapabilityMissing, as `detokenize` does, where the engine has no way to the model's tokenizer.
        """

    async def detokenize(self, token_ids: Sequence[int], *, model: str = "") -> str:
        """Gives the text of token ids, U+FFFD for bytes that are no UTF-8. Raises InvalidGeneration for an id outside of the vocabulary."""

    def load(self, model: str = "") -> list[Load]:
        """Says how busy one model, or each, is."""

    async def slots_in_use(self, model: str = "") -> int:
        """Asks what computes, past all bookkeeping, how many slots it works on. Raises CapabilityMissing where it does not tell."""

    def models(self) -> list[ModelInfo]:
        """Lists the known models by name."""

    def model(self, name: str = "") -> ModelInfo:
        """Gives one model; empty for the default. Raises ModelNotFound."""

    async def load_model(self, name: str, path: str, options: LoadOptions | None = None) -> ModelInfo:
        """Loads what lies at `path` under a name: a file, or a model of a server's repository. One that is loaded the same way stays as it
        is; else it is replaced. Raises ModelUnloadable.
        """

    async def unload_model(self, name: str, timeout: float = 30.0) -> None:
        """Lets the model's calls end, aborts what is left after `timeout` seconds, and frees its memory. An unknown name is no error."""

    async def drain(self, timeout: float) -> int:
        """Takes no new calls and waits for those that run or wait. Aborts what is left after `timeout` seconds, and says how many."""

    def undrain(self) -> None:
        """Takes calls again."""

    async def close(self) -> None:
        """Aborts everything and gives all memory, threads and processes of its own back."""
