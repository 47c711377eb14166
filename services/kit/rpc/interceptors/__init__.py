"""What happens around every call, in one list, outermost first."""

from __future__ import annotations

from services.kit.rpc.call import Interceptor
from services.kit.rpc.interceptors.auth import Auth
from services.kit.rpc.interceptors.deadline import deadline_budget
from services.kit.rpc.interceptors.errors import errors
from services.kit.rpc.interceptors.logs import logs
from services.kit.rpc.interceptors.request_id import request_id
from services.kit.rpc.interceptors.telemetry import telemetry
from services.kit.rpc.interceptors.validate import validate


def standard(auth: Auth) -> list[Interceptor]:
    """The pipeline of every service."""
    return [request_id, telemetry, logs, errors, auth, deadline_budget, validate]
