"""Faults: what can go wrong in a call, and their `google.rpc.Status`.

A domain module raises a subclass of `Fault`; the interceptor `errors` turns it into a status. `reason` is a value of the contract's
`ErrorReason` enum without its prefix, and `domain` is `uat` or `<service>.uat`; tests/contract/test_reasons.py compares them with the
contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One field that violates the contract: its path, the rule in words, and the rule's id."""

    field: str
    description: str
    rule: str = ""


class Fault(Exception):
    """An error with a meaning in the contract. Subclasses set `code`, `reason` and `domain`; the message is a sentence for people.

    What the caller must not see (a driver's error, say) goes into the cause (`raise … from error`) or into notes; both reach the log.
    """

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
        """Whether the same call may succeed on another replica or later."""
        return self.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED)

    @property
    def overload(self) -> bool:
        """Whether a limit or queue is full, so that an immediate retry makes it worse."""
        return self.code is grpc.StatusCode.RESOURCE_EXHAUSTED

    def details(self) -> list[Message]:
        """ErrorInfo first, then BadRequest, RetryInfo and QuotaFailure if the fault has them."""
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
        """The fault as a status with details."""
        status = status_pb2.Status(code=self.code.value[0], message=self.message)
        for detail in self.details():
            status.details.add().Pack(detail)
        return status


class InvalidRequest(Fault):
    """A field violates the contract's bounds."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "INVALID_REQUEST"

    @classmethod
    def of(cls, field: str, description: str) -> InvalidRequest:
        """The fault for one field, by a rule that only the domain can check."""
        return cls(f"{field}: {description}", fields=[FieldViolation(field, description)])


class Unauthenticated(Fault):
    """The call has no valid credential."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = "UNAUTHENTICATED"


class CredentialEnded(Unauthenticated):
    """The credential of an open stream expired or was revoked. The client signs in again and resumes the stream."""

    reason = "CREDENTIAL_ENDED"


class PermissionDenied(Fault):
    """The credential is valid but doesn't grant this call."""

    code = grpc.StatusCode.PERMISSION_DENIED
    reason = "PERMISSION_DENIED"


class Unimplemented(Fault):
    """The RPC is in the contract and not built yet."""

    code = grpc.StatusCode.UNIMPLEMENTED
    reason = "UNIMPLEMENTED"


class DeadlineTooShort(Fault):
    """The remaining deadline is too short for the work."""

    code = grpc.StatusCode.DEADLINE_EXCEEDED
    reason = "DEADLINE_TOO_SHORT"


class Overloaded(Fault):
    """A queue is full. Always has `retry_after`."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "OVERLOADED"


class DependencyUnavailable(Fault):
    """A service or store that the call needs is down; a retry is safe."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "DEPENDENCY_UNAVAILABLE"


class Draining(Fault):
    """This process shuts down and accepts no new calls; other replicas do."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "DRAINING"


class Internal(Fault):
    """An unexpected failure. The message holds the request id and nothing else."""


_CODES = {code.value[0]: code for code in grpc.StatusCode}


class RemoteFault(Fault):
    """A fault from a service below, passed on unchanged."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self._status = status
        self.code = _CODES[status.code]
        info = error_details_pb2.ErrorInfo()
        if any(detail.Unpack(info) for detail in status.details):
            self.reason, self.domain, self.metadata = info.reason, info.domain, dict(info.metadata)

    def status(self) -> status_pb2.Status:
        return self._status


def causes(error: BaseException) -> dict[str, Any]:
    """The error's notes and its chain of causes, as fields of a log record: `notes` and `causes`, each only if there are any."""
    chain = [_described(cause) for cause in _chain(error)]
    notes = list(getattr(error, "__notes__", ()))
    return {**({"notes": notes} if notes else {}), **({"causes": chain} if chain else {})}


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _described(error: BaseException) -> str:
    text = f"{error.code().name}: {error.details()}" if isinstance(error, grpc.aio.AioRpcError) else str(error)
    return "; ".join([f"{type(error).__name__}: {text}", *getattr(error, "__notes__", ())])
