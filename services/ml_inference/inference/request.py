"""One inference request of one caller, with the protocol's parameters that concern its scheduling, and the caller of the current call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from inference import grpc_service_pb2 as oip

from services.kit.admission.queue import Demand
from services.kit.context import Caller, current
from services.kit.errors import InvalidRequest, Unauthenticated
from services.ml_inference.scheduling.queues import VersionQueue
from services.ml_inference.triton.tensors import Signature, uses_shared_memory

IsLocal = Callable[[], bool]
"""Whether the caller runs on this host."""


@dataclass(slots=True)
class InferenceRequest:
    """A request on its way. `deadline` and `arrived` are on the monotonic clock.

    `priority` 0 means that of the request's own parameter. `is_local` is called only for requests that use shared memory.
    """

    message: oip.ModelInferRequest
    caller: Caller
    deadline: float | None
    priority: int
    is_local: IsLocal
    arrived: float
    has_fallback: bool = False
    """Whether the stable version gets the request if it fails here; its result tells whether the failure counts against the canary."""
    sequence_id: str = field(init=False)
    """The sequence that it belongs to; empty for none."""
    shared_memory: bool = field(init=False)
    """Whether an input or an output is in shared memory."""

    def __post_init__(self) -> None:
        """Reads the message once."""
        self.sequence_id = sequence_of(self.message)
        self.shared_memory = uses_shared_memory(self.message)

    @property
    def repeatable(self) -> bool:
        """Whether an equal request would get the same response: not in a sequence, nor with tensors in shared memory."""
        return not (self.sequence_id or self.shared_memory)

    def demand(self, queue: VersionQueue, signature: Signature) -> Demand:
        """What it needs of its version's queue. Raises InvalidRequest for a malformed parameter."""
        longest_wait, priority = None, self.priority
        if self.message.parameters:
            longest_wait = _integer(self.message, "timeout") / 1e6 or None
            priority = priority or _integer(self.message, "priority")
        return queue.demand(self.caller.tenant_id, priority, signature.rows(self.message), self.deadline, longest_wait)


def sequence_of(message: oip.ModelInferRequest) -> str:
    """The sequence that a request belongs to; empty for none."""
    if "sequence_id" not in message.parameters:
        return ""
    parameter = message.parameters["sequence_id"]
    value = getattr(parameter, parameter.WhichOneof("parameter_choice") or "string_param")
    return str(value) if value else ""


def _integer(message: oip.ModelInferRequest, name: str) -> int:
    """A parameter that must be a non-negative integer; 0 where it is missing."""
    if name not in message.parameters:
        return 0
    parameter = message.parameters[name]
    kind = parameter.WhichOneof("parameter_choice")
    value = parameter.int64_param if kind == "int64_param" else parameter.uint64_param
    if kind not in ("int64_param", "uint64_param") or value < 0:
        raise InvalidRequest.of(f"parameters[{name}]", "must be an integer that is not negative")
    return value


def calling_user() -> Caller:
    """The user whose token came with the call, or the calling service itself."""
    call = current()
    if call is not None and call.caller is not None:
        return call.caller
    if call is None or call.service is None:
        raise Unauthenticated("this call needs a user's token: send `authorization: Bearer <token>`")
    name = f"service:{call.service}"
    return Caller(name, name, name, frozenset(), frozenset(), issued_at=0.0, expires_at=float("inf"), kind="service")


def deadline() -> float | None:
    """The call's deadline on the monotonic clock."""
    call = current()
    return None if call is None else call.deadline
