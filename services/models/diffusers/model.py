"""A diffusers pipeline inside Triton, for hosts with a GPU: the same tensors, answers and cancelling as `shapes`.

Which pipeline is said by the parameters of config.pbtxt: `pipeline` is a folder as `DiffusionPipeline.save_pretrained` writes it, relative
to the version's own folder or absolute; `dtype` is that of torch; `device` is a device of torch, or `auto` for the first GPU, else the
processor. Nothing is ever fetched. One picture is painted at a time, since a GPU is busy with one; previews are the latent picture as it
stands, decoded, so they are noisy at first.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import triton_python_backend_utils as triton
from diffusers import DiffusionPipeline
from numpy.typing import NDArray

if TYPE_CHECKING:
    from services.models import decoupled
    from services.models.decoupled import Endings, Refused
else:  # it lies beside this file
    import decoupled
    from decoupled import Endings, Refused

MOST_STEPS, MOST_GUIDANCE, MOST_PREVIEWS = 200, 50, 10
WAITING = 16
_EMPTY = np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Order:
    """A request with the way back to its caller."""

    prompt: str
    against: str
    seed: int
    steps: int
    guidance: float
    size: tuple[int, int]
    shown: frozenset[int]
    sender: Any


class Cancelled(Exception):
    """The caller has gone."""


class TritonPythonModel:
    """One instance for each device; Triton calls it from one thread, and it paints in another."""

    def initialize(self, args: dict[str, Any]) -> None:
        """Loads the pipeline."""
        said = {name: value["string_value"] for name, value in json.loads(args["model_config"])["parameters"].items()}
        self.sizes = [tuple(int(edge) for edge in size.split("x")) for size in said["sizes"].split(",")]
        self.most_steps = min(MOST_STEPS, int(said["max_steps"]))
        self.steps, self.guidance = int(said["default_steps"]), float(said["default_guidance"])
        device = said["device"]
        if device == "auto":
            device = f"cuda:{args['model_instance_device_id']}" if torch.cuda.is_available() else "cpu"
        folder = Path(args["model_repository"]) / args["model_version"] / said["pipeline"]
        self.pipeline = DiffusionPipeline.from_pretrained(folder, torch_dtype=getattr(torch, said["dtype"]), local_files_only=True)
        self.pipeline.set_progress_bar_config(disable=True)
        self.pipeline.to(device)
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
                self.orders.put_nowait(self._read(request, sender))
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
        """Works until the model is unloaded. What goes wrong with a picture is told to its caller."""
        while not self.stopping:
            order = None
            with suppress(queue.Empty):
                order = self.orders.get(timeout=decoupled.GRACE_SECONDS / 5 if self.endings else None)
            if order is not None:
                self._answer(order)
            self.endings.end()
        while not self.orders.empty():
            if (waiting := self.orders.get()) is not None:
                self._fail(waiting.sender, "the model is being unloaded", triton.TritonError.UNAVAILABLE)
        self.endings.end(every=True)

    def _answer(self, order: Order) -> None:
        try:
            self._check(order)
            picture = self._paint(order)
            self._check(order)
        except Cancelled:
            reason = "the model is being unloaded" if self.stopping else "cancelled by its caller"
            code = triton.TritonError.UNAVAILABLE if self.stopping else triton.TritonError.CANCELLED
            self._fail(order.sender, reason, code)
        except Exception as error:
            self._fail(order.sender, f"painting failed: {error}", triton.TritonError.INTERNAL)
        else:
            self.endings.answer(order.sender, response(picture, order.steps, final=True))

    def _paint(self, order: Order) -> NDArray[np.uint8]:
        def told(pipeline: Any, step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            self._check(order)
            self.endings.end()
            done = step + 1
            if done < order.steps:
                image = self._decoded(tensors["latents"]) if done in order.shown else _EMPTY
                order.sender.send(response(image, done, final=False))
            return tensors

        painted = self.pipeline(
            prompt=order.prompt,
            negative_prompt=order.against or None,
            num_inference_steps=order.steps,
            guidance_scale=order.guidance,
            width=order.size[0],
            height=order.size[1],
            generator=torch.Generator("cpu").manual_seed(order.seed),
            callback_on_step_end=told,
            callback_on_step_end_tensor_inputs=["latents"],
            output_type="np",
        )
        return pixels(painted.images[0])

    def _decoded(self, latents: Any) -> NDArray[np.uint8]:
        """The latent picture as it stands."""
        coder = self.pipeline.vae
        with torch.no_grad():
            decoded = coder.decode((latents / coder.config.scaling_factor).to(coder.dtype), return_dict=False)[0]
        return pixels(self.pipeline.image_processor.postprocess(decoded, output_type="np")[0])

    def _check(self, order: Order) -> None:
        """Raises Cancelled."""
        if self.stopping or order.sender.is_cancelled():
            raise Cancelled

    def _read(self, request: Any, sender: Any) -> Order:
        """What a request asks for. Raises Refused."""
        wide, high = self.sizes[0]
        size = (decoupled.whole(request, "width", 1, 2**15, wide), decoupled.whole(request, "height", 1, 2**15, high))
        if size not in self.sizes:
            raise Refused(f"this model makes no {size[0]} x {size[1]} pictures, but {', '.join(f'{w} x {h}' for w, h in self.sizes)}")
        steps = decoupled.whole(request, "steps", 1, self.most_steps, self.steps)
        return Order(
            prompt=decoupled.text(request, "prompt"),
            against=decoupled.text(request, "negative_prompt"),
            seed=decoupled.whole(request, "seed", -(2**63), 2**63 - 1, 0) % 2**63,
            steps=steps,
            guidance=decoupled.real(request, "guidance", 0, MOST_GUIDANCE, self.guidance),
            size=size,
            shown=decoupled.shown_steps(steps, decoupled.whole(request, "previews", 0, MOST_PREVIEWS, 0)),
            sender=sender,
        )

    def _fail(self, sender: Any, message: str, code: Any) -> None:
        self.endings.fail(sender, message, code)
        self._wake()

    def _wake(self) -> None:
        with suppress(queue.Full):  # then the painter isn't waiting for an order
            self.orders.put_nowait(None)


def pixels(image: Any) -> NDArray[np.uint8]:
    """[H, W, 3] of a picture with values 0 to 1."""
    scaled: NDArray[np.uint8] = (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
    return scaled


def response(image: NDArray[np.uint8], step: int, *, final: bool) -> Any:
    """An answer to the caller."""
    tensors = {"image": image, "step": np.array([step], np.int32), "final": np.array([final], np.bool_)}
    return triton.InferenceResponse([triton.Tensor(name, tensor) for name, tensor in tensors.items()])
