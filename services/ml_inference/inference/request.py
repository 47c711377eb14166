"""What a caller asks of a model, with what the protocol's parameters say about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from inference import grpc_service_pb2 as oip

from services.kit.context import Caller
from services.kit.errors import InvalidRequest
from services.ml_inference.scheduling.fair_queue import Ticket
from services.ml_inference.triton.tensors import Signature, uses_shared_memory

Local = Callable[[], bool]
"""Whether the caller runs on this host."""


@dataclass(slots=True)
class InferenceRequest:
    """One request on its way. `deadline` and `arrived` are on the monotonic clock.

    `priority` is 0 where the request's own parameter holds. `local` says whether the caller runs on this host; only
    shared memory needs to know.
    """

    request: oip.ModelInferRequest
    caller: Caller
    deadline: float | None
    priority: int
    local: Local
    arrived: float
    second_chance: bool = False
    """Whether another version is asked when the model fails: only then it is known whether that speaks against the model."""
    sequence_id: str = field(init=False)
    """The sequence that it belongs to; empty for none."""
    shared: bool = field(init=False)
    """Whether any tensor lies, or is to lie, in shared memory."""

    def __post_init__(self) -> None:
        """Reads the request once."""
        self.sequence_id = sequence_of(self.request)
        self.shared = uses_shared_memory(self.request)

    @property
    def repeatable(self) -> bool:
        """Whether an equal request would get the same answer: not inside a sequence, and not where the bytes lie elsewhere."""
        return not (self.sequence_id or self.shared)

    def ticket(self, known: Signature) -> Ticket:
        """Its place in the model's line. Raises InvalidRequest when a parameter about it can't be read."""
        patience, priority = None, self.priority
        if self.request.parameters:
            patience = _whole(self.request, "timeout") / 1e6 or None
            priority = priority or _whole(self.request, "priority")
        return Ticket(self.caller.tenant_id, priority, known.rows(self.request), self.deadline, patience)


def sequence_of(request: oip.ModelInferRequest) -> str:
    """The sequence that a request belongs to; empty for none."""
    if "sequence_id" not in request.parameters:
        return ""
    given = request.parameters["sequence_id"]
    value = getattr(given, given.WhichOneof("parameter_choice") or "string_param")
    return str(value) if value else ""


def _whole(request: oip.ModelInferRequest, name: str) -> int:
    """A parameter that is a whole number; 0 where it isn't there."""
    if name not in request.parameters:
        return 0
    given = request.parameters[name]
    kind = given.WhichOneof("parameter_choice")
    value = given.int64_param if kind == "int64_param" else given.uint64_param
    if kind not in ("int64_param", "uint64_param") or value < 0:
        raise InvalidRequest.of(f"parameters[{name}]", "must be a whole number that is not negative")
    return value
