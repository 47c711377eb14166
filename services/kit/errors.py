"""Facts that went wrong, and the one place where they become a `google.rpc.Status`.

A service's domain raises a subclass of `Fault`; it never sees a status code on the wire. Reasons are the names of the contract's
`ErrorReason` enum without
its prefix, and the domain is `uat` or `<service>.uat`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One field that breaks the contract: its path, what would be right, and the rule's id."""

    field: str
    description: str
    rule: str = ""


class Fault(Exception):
    """A fact that ends a call. Subclasses set `code`, `reason` and `domain`; the message is a sentence for a person."""

    code: grpc.StatusCode = grpc.StatusCode.INTERNAL
    reason: str = "INTERNAL"
    domain: str = "uat"

    def __init__(
        self,
        message: str,
        *,
        metadata: Mapping[str, str] | None = None,
        fields: Sequence[FieldViolation] = (),
        retry_after: float | None = None,
        quota: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.metadata = dict(metadata or {})
        self.fields = tuple(fields)
        self.retry_after = retry_after
        self.quota = quota

    @property
    def transient(self) -> bool:
        """Whether the same call may succeed elsewhere or later."""
        return self.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED)

    @property
    def overload(self) -> bool:
        """Whether something is full, so that asking again at once makes it worse."""
        return self.code is grpc.StatusCode.RESOURCE_EXHAUSTED

    def details(self) -> list[Message]:
        """ErrorInfo first, then BadRequest, RetryInfo and QuotaFailure where they apply."""
        found: list[Message] = [error_details_pb2.ErrorInfo(reason=self.reason, domain=self.domain, metadata=self.metadata)]
        if self.fields:
            violations = [
                error_details_pb2.BadRequest.FieldViolation(field=f.field, description=f.description, reason=f.rule) for f in self.fields
            ]
            found.append(error_details_pb2.BadRequest(field_violations=violations))
        if self.retry_after is not None:
            delay = Duration()
            delay.FromNanoseconds(int(self.retry_after * 1e9))
            found.append(error_details_pb2.RetryInfo(retry_delay=delay))
        if self.quota is not None:
            violation = error_details_pb2.QuotaFailure.Violation(subject=self.quota[0], description=self.quota[1])
            found.append(error_details_pb2.QuotaFailure(violations=[violation]))
        return found

    def status(self) -> status_pb2.Status:
        """The fault as it goes over the wire."""
        status = status_pb2.Status(code=self.code.value[0], message=self.message)
        for detail in self.details():
            status.details.add().Pack(detail)
        return status


class InvalidRequest(Fault):
    """A field breaks the contract's bounds."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "INVALID_REQUEST"

    @classmethod
    def of(cls, field: str, description: str) -> InvalidRequest:
        """The fault for one field that only the domain can judge."""
        return cls(f"{field}: {description}", fields=[FieldViolation(field, description)])


class Unauthenticated(Fault):
    """No good token came."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = "UNAUTHENTICATED"


class PermissionDenied(Fault):
    """The token is good and not enough."""

    code = grpc.StatusCode.PERMISSION_DENIED
    reason = "PERMISSION_DENIED"


class Unimplemented(Fault):
    """The RPC is in the contract and not built yet."""

    code = grpc.StatusCode.UNIMPLEMENTED
    reason = "UNIMPLEMENTED"


class DeadlineTooShort(Fault):
    """What is left of the deadline can't hold the work."""

    code = grpc.StatusCode.DEADLINE_EXCEEDED
    reason = "DEADLINE_TOO_SHORT"


class Overloaded(Fault):
    """A queue is full. Always carries `retry_after`."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "OVERLOADED"


class DependencyUnavailable(Fault):
    """A service or store that the call needs is down; trying again is safe."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "DEPENDENCY_UNAVAILABLE"


class Draining(Fault):
    """This process takes no new calls; another one does."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "DRAINING"


class Internal(Fault):
    """Something unforeseen. The message holds the request id and nothing else."""


_CODES = {code.value[0]: code for code in grpc.StatusCode}


class RemoteFault(Fault):
    """A fault that a service below raised, handed on as it came."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self._status = status
        self.code = _CODES[status.code]
        info = error_details_pb2.ErrorInfo()
        if any(detail.Unpack(info) for detail in status.details):
            self.reason, self.domain, self.metadata = info.reason, info.domain, dict(info.metadata)

    def status(self) -> status_pb2.Status:
        return self._status
