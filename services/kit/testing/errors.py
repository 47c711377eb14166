"""Reads the status of a failed call: its reason, the fields that it names, and when to retry."""

from __future__ import annotations

from typing import Protocol

import grpc
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status


class Raised(Protocol):
    """What `pytest.raises` yields."""

    @property
    def value(self) -> grpc.aio.AioRpcError:
        """The exception."""


def status_of(error: Raised | grpc.aio.AioRpcError) -> status_pb2.Status:
    """The whole status."""
    failed = error if isinstance(error, grpc.aio.AioRpcError) else error.value
    status = rpc_status.from_call(failed)  # type: ignore[arg-type] # it has what a Call has
    assert status is not None, failed
    return status


def reason_of(error: Raised | grpc.aio.AioRpcError) -> str:
    """The reason in its ErrorInfo."""
    info = error_details_pb2.ErrorInfo()
    return str(next(info.reason for detail in status_of(error).details if detail.Unpack(info)))


def fields_of(error: Raised | grpc.aio.AioRpcError) -> list[str]:
    """The fields that its BadRequest names; none without one."""
    bad = error_details_pb2.BadRequest()
    return [v.field for detail in status_of(error).details if detail.Unpack(bad) for v in bad.field_violations]


def retry_of(error: Raised | grpc.aio.AioRpcError) -> float:
    """The seconds in its RetryInfo."""
    retry = error_details_pb2.RetryInfo()
    return float(next(retry.retry_delay.ToNanoseconds() / 1e9 for detail in status_of(error).details if detail.Unpack(retry)))
