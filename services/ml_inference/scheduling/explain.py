"""ExplainInference: where a caller's next request would go, how long it would wait, and whether it would be refused."""

from __future__ import annotations

from collections.abc import Callable

from uat.ml_inference.v1 import ml_inference_service_pb2 as pb

from services.kit.context import Caller
from services.kit.errors import Fault
from services.kit.times import duration
from services.ml_inference.registry.models import READY
from services.ml_inference.routing.router import Router
from services.ml_inference.scheduling.queues import Queues
from services.ml_inference.triton.faults import not_ready


class Explain:
    """Answers from memory and changes nothing. `clock` is monotonic, in seconds."""

    def __init__(self, router: Router, queues: Queues, clock: Callable[[], float]) -> None:
        self._router = router
        self._queues = queues
        self._clock = clock

    def __call__(self, caller: Caller, request: pb.ExplainInferenceRequest) -> pb.ExplainInferenceResponse:
        """The forecast; without times where the request would load the model. Raises ModelNotFound or VersionNotFound."""
        found = self._router.destination(request.model_name, request.model_version, request.sequence_id, caller.tenant_id, caller.user_id)
        route, version, settings = found.route, found.version, found.model.settings
        response = pb.ExplainInferenceResponse(rule=route.rule, weight=route.weight)
        if version.state != READY:
            if not settings.load_on_demand:
                return _refused(response, not_ready(request.model_name, route.version))
            response.version, response.admitted = route.version, True
            return response
        response.version = route.version
        queue = self._queues.of(version, settings)
        deadline = self._clock() + request.timeout.ToTimedelta().total_seconds() if request.HasField("timeout") else None
        outlook = queue.admission.outlook(queue.demand(caller.tenant_id, request.priority, 1, deadline))
        response.queue_ahead = outlook.ahead
        response.estimated_wait.CopyFrom(duration(outlook.wait))
        work = outlook.work if outlook.work is not None else queue.admission.median_work
        if work is not None:
            response.estimated_compute.CopyFrom(duration(work))
        if outlook.refusal is not None:
            return _refused(response, outlook.refusal)
        response.admitted = True
        return response


def _refused(response: pb.ExplainInferenceResponse, fault: Fault) -> pb.ExplainInferenceResponse:
    response.refusal_reason = fault.reason
    if fault.retry_after is not None:
        response.retry_delay.CopyFrom(duration(fault.retry_after))
    return response
