"""The interface of an engine."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import generation_pb2, model_pb2, server_pb2

FORMATS = {
    "json_schema": model_pb2.GUIDE_KIND_JSON_SCHEMA,
    "regex": model_pb2.GUIDE_KIND_REGEX,
    "grammar": model_pb2.GUIDE_KIND_GRAMMAR,
    "choice": model_pb2.GUIDE_KIND_CHOICE,
}
"""The response formats that a model may support, by their field in `ResponseFormat`; every model supports `json_object`."""


class Engine(Protocol):
    """Runs language models. Every method may raise EngineFailed; none blocks the event loop. Callers must not change what it returns."""

    def generate(self, request: pb.GenerateRequest) -> AsyncGenerator[pb.GenerateResponse, None]:
        """Streams `started`, deltas and one `finished`, without request id and sequence.

        Cancelling the reader or closing the stream frees the slot at once. Raises ModelNotFound, ModelNotReady or CapabilityMissing at the
        call. Raises before `started`: Draining, Overloaded, RequestIdInUse, PromptTooLong, GenerationInvalid, CapabilityMissing, and
        Aborted when it is aborted while it waits. Raises EngineFailed at any time.
        """

    async def abort(self, request_ids: Sequence[str]) -> list[str]:
        """Ends generations. Returns the ids of those that ran or waited, once their slots are free. A running one ends with CANCELLED."""

    async def tokenize(self, source: generation_pb2.Chat | str, *, model: str = "", add_special: bool = True) -> list[tuple[int, bytes]]:
        """The token ids of a text, or of a conversation in the model's template, each with its bytes.

        Raises CapabilityMissing, as `detokenize` does, if the engine has no access to the model's tokenizer.
        """

    async def detokenize(self, token_ids: Sequence[int], *, model: str = "") -> str:
        """The text of token ids, U+FFFD for bytes that are no UTF-8. Raises GenerationInvalid for an id outside of the vocabulary."""

    def load(self, model: str = "") -> list[server_pb2.Load]:
        """The load of one model, or of each."""

    async def slots_in_use(self, model: str = "") -> int:
        """The slots that the engine's process works on, independent of this service's own count. Raises CapabilityMissing if unknown."""

    def models(self) -> list[model_pb2.ModelInfo]:
        """The known models, by name."""

    def model(self, name: str = "") -> model_pb2.ModelInfo:
        """One model; empty for the default. Raises ModelNotFound."""

    def path(self, name: str) -> str:
        """The file or repository model that a known model was loaded from. Raises ModelNotFound."""

    async def load_model(self, name: str, path: str, options: model_pb2.LoadOptions | None = None, sha256: str = "") -> model_pb2.ModelInfo:
        """Loads a file, or a model of a server's repository, under a name. A model that is loaded from the same path with the same options
        stays; another one is replaced. Raises ModelUnloadable, also when the file has another SHA-256 than a given one.
        """

    async def unload_model(self, name: str, timeout: float = 30.0) -> None:
        """Lets the model's generations end, aborts the rest after `timeout` seconds, and frees its memory. An unknown name is no error."""

    async def drain(self, timeout: float) -> int:
        """Refuses new generations, waits for the others, and aborts the rest after `timeout` seconds. Returns how many it aborted."""

    def undrain(self) -> None:
        """Takes new generations again."""

    async def close(self) -> None:
        """Aborts everything and frees all memory, threads and processes of its own."""
