"""What happens around every call, in one list, outermost first."""

from __future__ import annotations

from services.kit.call import Interceptor
from services.kit.interceptors.auth import Auth
from services.kit.interceptors.deadline import deadline_budget
from services.kit.interceptors.errors import errors
from services.kit.interceptors.logs import logs
from services.kit.interceptors.request_id import request_id
from services.kit.interceptors.telemetry import telemetry
from services.kit.interceptors.validate import validate


def standard(auth: Auth) -> list[Interceptor]:
    """The pipeline of every service."""
    return [request_id, telemetry, logs, errors, auth, deadline_budget, validate]
