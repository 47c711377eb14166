"""What decoupled models share: reading a request's values, and ending requests.

A build copies this file beside the `model.py` that needs it, so it imports nothing of ours.
"""

from __future__ import annotations

import math
import time
from collections import deque
from typing import Any

import triton_python_backend_utils as triton

GRACE_SECONDS = 0.1


class Refused(Exception):
    """The request can't be met, and asking again won't help. Its message is for the caller."""


class Endings:
    """Requests that have had their last answer and are still to be ended.

    Triton 2.51 never lets go of a request, nor of its model, whose caller hangs up in the moment in which it ends, which is what callers do
    who have what they wanted. So a request is ended when its caller is gone, or has had the time to go.
    """

    def __init__(self) -> None:
        self._left: deque[tuple[float, Any]] = deque()

    def __bool__(self) -> bool:
        return bool(self._left)

    def answer(self, sender: Any, response: Any) -> None:
        """Sends a last answer. From any thread."""
        sender.send(response)
        self._left.append((time.monotonic() + GRACE_SECONDS, sender))

    def fail(self, sender: Any, message: str, code: Any) -> None:
        """Sends an error as the last answer, its code before the message: on a stream Triton hands on nothing but that. From any thread."""
        error = triton.TritonError(f"[{_name(code)}] {message}", code)
        self.answer(sender, triton.InferenceResponse(error=error))

    def end(self, *, every: bool = False) -> None:
        """Ends those that may be ended. From one thread, several times within GRACE_SECONDS while there are any."""
        for _ in range(len(self._left)):
            until, sender = self._left.popleft()
            if every or time.monotonic() >= until or sender.is_cancelled():
                sender.send(flags=triton.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
            else:
                self._left.append((until, sender))


def _name(code: Any) -> str:
    """gRPC's name of one of Triton's codes."""
    codes = triton.TritonError
    names = {"INVALID_ARGUMENT": codes.INVALID_ARG, "UNAVAILABLE": codes.UNAVAILABLE, "CANCELLED": codes.CANCELLED}
    return next((name for name, known in names.items() if known == code), "INTERNAL")


def text(request: Any, name: str) -> str:
    """The text of an input with one; empty when an optional one isn't there. Raises Refused."""
    return bytes(_value(request, name, b"")).decode("utf-8", errors="replace")


def whole(request: Any, name: str, least: int, most: int, otherwise: int) -> int:
    """The number of an input with one, or `otherwise` when an optional one isn't there. Raises Refused when it isn't in its bounds."""
    found = int(_value(request, name, otherwise))
    if not least <= found <= most:
        raise Refused(f"{name} must be {least if least == most else f'{least} to {most}'}, not {found}")
    return found


def real(request: Any, name: str, least: float, most: float, otherwise: float) -> float:
    """As `whole`, any number."""
    found = float(_value(request, name, otherwise))
    if math.isnan(found) or not least <= found <= most:
        raise Refused(f"{name} must be {least:g} to {most:g}, not {found:g}")
    return found


def shown_steps(steps: int, previews: int) -> frozenset[int]:
    """The steps after which previews are shown: spread evenly, the last step not among them."""
    return frozenset(round(steps * number / (previews + 1)) for number in range(1, previews + 1)) - {0, steps}


def _value(request: Any, name: str, otherwise: Any) -> Any:
    tensor = triton.get_input_tensor_by_name(request, name)
    if tensor is None:
        return otherwise
    values = tensor.as_numpy().ravel()
    if values.size != 1:
        raise Refused(f"{name} must have one value, not {values.size}")
    return values[0]
