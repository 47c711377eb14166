"""Pictures inside Triton: one thread paints all requests that are there together, a step at a time, and tells each caller how far it is.

Decoupled: a request has an answer after every step. Where nothing is to be shown its `image` is empty, [0, 0, 3]; the one with `final`
true holds the picture. A request that its caller cancelled is given up before the next step.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import triton_python_backend_utils as triton
from numpy.typing import NDArray

if TYPE_CHECKING:
    from services.models import decoupled
    from services.models.decoupled import Endings, Refused
    from services.models.shapes import onnx_network, sampler, words
else:  # they lie beside this file
    import decoupled
    import onnx_network
    import sampler
    import words
    from decoupled import Endings, Refused

MOST_STEPS, MOST_GUIDANCE = 100, 50
AT_ONCE = 8
"""Pictures that are painted together; more wouldn't be done sooner."""
WAITING = 64
_EMPTY = np.zeros((0, 0, 3), np.uint8)


@dataclass(slots=True)
class Order:
    """A request with the way back to its caller."""

    words: NDArray[np.int64]
    against: NDArray[np.int64]
    seed: int
    steps: int
    guidance: float
    shown: frozenset[int]
    sender: Any
    painting: sampler.Painting | None = None


class TritonPythonModel:
    """One instance; Triton calls it from one thread, and it paints in another."""

    def initialize(self, args: dict[str, Any]) -> None:
        """Loads the network of this version and starts to paint."""
        self.network = onnx_network.OnnxNetwork(Path(args["model_repository"]) / args["model_version"])
        self.orders: queue.Queue[Order | None] = queue.Queue(WAITING)
        self.endings = Endings()
        self.stopping = False
        self.painter = threading.Thread(target=self.paint, name="painter")
        self.painter.start()

    def execute(self, requests: Sequence[Any]) -> None:
        """Takes requests on; the painting thread answers them."""
        for request in requests:
            sender = request.get_response_sender()
            try:
                self.orders.put_nowait(read(request, sender))
            except Refused as refused:
                self._fail(sender, str(refused), triton.TritonError.INVALID_ARG)
            except queue.Full:
                self._fail(sender, f"{WAITING} pictures are waiting already", triton.TritonError.UNAVAILABLE)

    def finalize(self) -> None:
        """Stops at the next step. Triton calls it when all requests are ended or its patience is over."""
        self.stopping = True
        self._wake()
        self.painter.join()

    def paint(self) -> None:
        """Works until the model is unloaded. What goes wrong with some pictures is told to their callers."""
        active: list[Order] = []
        while not self.stopping:
            active = [order for order in [*active, *self._more(active)] if not self._cancelled(order)]
            try:
                self._advance(active)
            except Exception as error:
                for order in active:
                    self._fail(order.sender, f"painting failed: {error}", triton.TritonError.INTERNAL)
                active = []
            active = [order for order in active if order.painting is not None and not order.painting.finished]
            self.endings.end()
        while not self.orders.empty():
            if (waiting := self.orders.get()) is not None:
                active.append(waiting)
        for order in active:
            self._fail(order.sender, "the model is being unloaded", triton.TritonError.UNAVAILABLE)
        self.endings.end(every=True)

    def _more(self, active: Sequence[Order]) -> list[Order]:
        """New orders for which there is room; waits for one when there is nothing else to do."""
        found: list[Order] = []
        while len(active) + len(found) < AT_ONCE:
            try:
                order = self.orders.get(block=not active and not found, timeout=decoupled.GRACE_SECONDS / 5 if self.endings else None)
            except queue.Empty:
                break
            if order is None:
                break
            found.append(order)
        return found

    def _advance(self, active: Sequence[Order]) -> None:
        for order in active:
            if order.painting is None:
                order.painting = sampler.begin(self.network, order.words, order.against, order.seed, order.steps, order.guidance)
        paintings = [order.painting for order in active if order.painting is not None]
        if paintings:
            sampler.advance(self.network, paintings)
        for order, painting in zip(active, paintings, strict=True):
            self._tell(order, painting)

    def _tell(self, order: Order, painting: sampler.Painting) -> None:
        """Sends the answer that belongs to the step just done."""
        image = painting.picture() if painting.finished or painting.step in order.shown else _EMPTY
        tensors = {"image": image, "step": np.array([painting.step], np.int32), "final": np.array([painting.finished], np.bool_)}
        response = triton.InferenceResponse([triton.Tensor(name, tensor) for name, tensor in tensors.items()])
        if painting.finished:
            self.endings.answer(order.sender, response)
        else:
            order.sender.send(response)

    def _cancelled(self, order: Order) -> bool:
        """Whether the caller has gone; if so the request is ended."""
        if not order.sender.is_cancelled():
            return False
        self._fail(order.sender, "cancelled by its caller", triton.TritonError.CANCELLED)
        return True

    def _fail(self, sender: Any, message: str, code: Any) -> None:
        self.endings.fail(sender, message, code)
        self._wake()

    def _wake(self) -> None:
        with suppress(queue.Full):  # then the painter isn't waiting for an order
            self.orders.put_nowait(None)


def read(request: Any, sender: Any) -> Order:
    """What a request asks for. Raises Refused."""
    prompt = decoupled.text(request, "prompt")
    if not words.names_shape(prompt):
        raise Refused(f"the prompt names nothing that this model can draw, which is: {', '.join(words.SHAPES)}")
    for side in ("width", "height"):
        decoupled.whole(request, side, sampler.SIZE, sampler.SIZE, sampler.SIZE)
    steps = decoupled.whole(request, "steps", 1, MOST_STEPS, 12)
    previews = decoupled.whole(request, "previews", 0, MOST_STEPS, 0)
    return Order(
        words=words.numbers(prompt),
        against=words.numbers(decoupled.text(request, "negative_prompt")),
        seed=decoupled.whole(request, "seed", -(2**63), 2**63 - 1, 0) % 2**64,
        steps=steps,
        guidance=decoupled.real(request, "guidance", 0, MOST_GUIDANCE, 2),
        shown=decoupled.shown_steps(steps, previews),
        sender=sender,
    )
