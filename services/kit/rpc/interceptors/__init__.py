"""The interceptors of every call, as one list, the outermost first."""

from __future__ import annotations

from services.kit.rpc.call import Interceptor
from services.kit.rpc.interceptors.auth import Auth
from services.kit.rpc.interceptors.errors import errors
from services.kit.rpc.interceptors.telemetry import telemetry
from services.kit.rpc.interceptors.validate import validate


def standard(auth: Auth) -> list[Interceptor]:
    """The pipeline of every service."""
    return [telemetry, errors, auth, validate]
