"""A synchronous client of NVIDIA Triton, for worker processes without an event loop. Faults are those of `client`."""

from __future__ import annotations

from typing import Any

import grpc
from inference import grpc_service_pb2 as oip
from inference.grpc_service_pb2_grpc import GRPCInferenceServiceStub

from services.kit.triton.client import CHANNEL_OPTIONS, fault_of


class PendingAnswer:
    """A request on its way."""

    def __init__(self, call: Any) -> None:
        self._call = call

    def wait(self) -> oip.ModelInferResponse:
        """Waits for the answer. Raises as `Triton.infer` does."""
        try:
            return self._call.result()  # type: ignore[no-any-return]
        except grpc.RpcError as error:
            raise fault_of(error) from error  # type: ignore[arg-type]

    def cancel(self) -> None:
        """Cancels the request, unless it has been answered."""
        self._call.cancel()


class BlockingTriton:
    """One channel to one Triton at `host:port`, for one thread. Triton may be away when it is made."""

    def __init__(self, url: str) -> None:
        self._stub = GRPCInferenceServiceStub(grpc.insecure_channel(url.rpartition("://")[2].rstrip("/"), options=CHANNEL_OPTIONS))

    def send(self, request: oip.ModelInferRequest, *, timeout: float) -> PendingAnswer:
        """Sends a request without waiting for its answer, so that several can be in Triton's queue."""
        return PendingAnswer(self._stub.ModelInfer.future(request, timeout=timeout))

    def failures(self, model: str, *, timeout: float) -> int:
        """The failed requests that Triton counts for a model's present process. Raises as `Triton.ask` does."""
        try:
            answer = self._stub.ModelStatistics(oip.ModelStatisticsRequest(name=model), timeout=timeout)
        except grpc.RpcError as error:
            raise fault_of(error) from error  # type: ignore[arg-type]
        return sum(stats.inference_stats.fail.count for stats in answer.model_stats)
