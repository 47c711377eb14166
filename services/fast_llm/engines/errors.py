"""The faults that an engine raises. None of them ends the engine: the next call is served."""

from __future__ import annotations


class EngineError(Exception):
    """Is what every fault of an engine is."""


class ModelNotFound(EngineError):
    """No model with this name is known."""

    def __init__(self, model: str) -> None:
        super().__init__(f"no model is named {model!r}")
        self.model = model


class ModelNotReady(EngineError):
    """The model is known, but can't take calls now; `state` says what it does instead."""

    def __init__(self, model: str, state: str) -> None:
        super().__init__(f"the model {model!r} is {state}")
        self.model = model
        self.state = state


class ModelUnloadable(EngineError):
    """The file can't be loaded."""

    def __init__(self, model: str, message: str) -> None:
        super().__init__(f"the model {model!r} can't be loaded: {message}")
        self.model = model
        self.message = message


class PromptTooLong(EngineError):
    """The prompt fills the context."""

    def __init__(self, tokens: int, limit: int) -> None:
        super().__init__(f"the prompt has {tokens} tokens, the context holds {limit}")
        self.tokens = tokens
        self.limit = limit


class InvalidGeneration(EngineError):
    """A part of the input can't be used; `field` is its path as in the contract, empty when unknown."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message


class CapabilityMissing(EngineError):
    """The model can't do what the input asks for."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class QueueFull(EngineError):
    """Every slot is taken and as many calls wait as may; a place should be free in `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"the queue is full; try again in {retry_after:.1f} s")
        self.retry_after = retry_after


class Draining(EngineError):
    """The engine takes no new calls."""

    def __init__(self) -> None:
        super().__init__("the engine drains and takes no new calls")


class Aborted(EngineError):
    """The call was aborted while it waited for a slot."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"the call {request_id!r} was aborted before it had a slot")
        self.request_id = request_id


class RequestIdInUse(EngineError):
    """A call with this id runs or waits."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"a call with the id {request_id!r} is running")
        self.request_id = request_id


class EngineFailed(EngineError):
    """What computes broke down in the middle of this call; it is being started again."""
