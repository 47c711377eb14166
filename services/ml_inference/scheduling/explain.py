"""What would happen to a caller's next request: where it would go, how long it would wait, and whether it would be refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from inference import model_config_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import model_pb2

from services.kit.context import Caller
from services.kit.errors import Fault
from services.kit.times import duration
from services.ml_inference.routing.route_table import Route
from services.ml_inference.scheduling.admission import Admission
from services.ml_inference.scheduling.fair_queue import Ticket
from services.ml_inference.triton.faults import not_ready


class Models(Protocol):
    """What is asked of the catalog, which answers from memory."""

    def settings(self, model: str) -> model_pb2.ModelSettings:
        """How a model is run. Raises ModelNotFound."""

    def route(self, model: str, version: str, sequence_id: str, tenant_id: str, user_id: str) -> Route:
        """Where a request would go. Raises ModelNotFound or VersionNotFound."""

    def ready_versions(self, model: str) -> list[str]:
        """The versions that can infer now."""

    def config(self, model: str, version: str) -> model_config_pb2.ModelConfig:
        """A loaded version's configuration."""


class Explain:
    """Answers from memory and changes nothing. `clock` is monotonic, in seconds."""

    def __init__(self, models: Models, admission: Admission, clock: Callable[[], float]) -> None:
        self._models = models
        self._admission = admission
        self._clock = clock

    def __call__(self, caller: Caller, request: pb.ExplainInferenceRequest) -> pb.ExplainInferenceResponse:
        """The outlook; without times where the request would load the model. Raises ModelNotFound or VersionNotFound."""
        model = request.model_name
        route = self._models.route(model, request.model_version, request.sequence_id, caller.tenant_id, caller.user_id)
        found = pb.ExplainInferenceResponse(rule=route.rule, weight=route.weight)
        settings = self._models.settings(model)
        if route.version not in self._models.ready_versions(model):
            if not settings.load_on_demand:
                return _refused(found, not_ready(model, route.version))
            found.version, found.admitted = route.version, True
            return found
        found.version = route.version
        line = self._admission.line(model, route.version, settings, self._models.config(model, route.version))
        deadline = self._clock() + request.timeout.ToTimedelta().total_seconds() if request.HasField("timeout") else None
        outlook = line.outlook(Ticket(caller.tenant_id, request.priority, 1, deadline))
        found.queue_ahead = outlook.ahead
        found.estimated_wait.CopyFrom(duration(outlook.wait))
        compute = outlook.compute if outlook.compute is not None else line.figures.median_compute
        if compute is not None:
            found.estimated_compute.CopyFrom(duration(compute))
        if outlook.refusal is not None:
            return _refused(found, outlook.refusal)
        found.admitted = True
        return found


def _refused(found: pb.ExplainInferenceResponse, fault: Fault) -> pb.ExplainInferenceResponse:
    found.refusal_reason = fault.reason
    if fault.retry_after is not None:
        found.retry_delay.CopyFrom(duration(fault.retry_after))
    return found
