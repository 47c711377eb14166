"""A language model in Triton: llama.cpp with continuous batching, and one thread for each concurrent request.

Decoupled: with `stream` a request gets a response for every piece of text, otherwise one; the last one has the finish reason. A cancelled
request stops before the next token, or before the next part of its prompt.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("GOMP_SPINCOUNT", "500")  # idle threads sleep instead of spinning; read when libgomp is loaded

import triton_python_backend_utils as triton
import xllamacpp

if TYPE_CHECKING:
    from services.models import decoupled
    from services.models.decoupled import Endings, Refused
    from services.models.smollm2 import text_request
    from services.models.smollm2.text_output import Failed, TextOutput
else:  # copied beside this file
    import decoupled
    import text_request
    from decoupled import Endings, Refused
    from text_output import Failed, TextOutput

WAITING = 64
"""Requests that may wait for a slot."""
BATCH = 64
"""Prompt tokens per step: within a step llama.cpp can neither end a request nor serve other ones."""


class TritonPythonModel:
    """One instance. Triton calls it from one thread; other threads generate text."""

    def initialize(self, args: dict[str, Any]) -> None:
        """Loads the weights of this version."""
        given = {key: value["string_value"] for key, value in json.loads(args["model_config"])["parameters"].items()}
        self.folder = Path(tempfile.mkdtemp(prefix="uat-smollm2-"))
        weights = Path(args["model_repository"]) / args["model_version"] / "model.gguf"
        self.server = xllamacpp.Server(parameters(weights, self.folder, given))
        self.room = threading.BoundedSemaphore(int(given["slots"]) + WAITING)
        self.endings = Endings()
        self.stopping = self.unloaded = False
        self.wake = threading.Event()
        self.writers = ThreadPoolExecutor(int(given["slots"]), "writer")
        self.ender = threading.Thread(target=self.end, name="ender")
        self.ender.start()

    def execute(self, requests: Sequence[Any]) -> None:
        """Queues requests for the other threads."""
        for request in requests:
            sender = request.get_response_sender()
            try:
                text = text_request.read(request)
            except Refused as refused:
                self._fail(sender, str(refused), triton.TritonError.INVALID_ARG)
                continue
            if self.room.acquire(blocking=False):
                self.writers.submit(self.write, text, sender)
            else:
                self._fail(sender, f"{WAITING} requests are waiting already", triton.TritonError.UNAVAILABLE)

    def finalize(self) -> None:
        """Ends all requests at the next token. Triton calls it when all have ended, or after its exit timeout."""
        self.stopping = True
        self.writers.shutdown(wait=True)
        self.unloaded = True
        self.wake.set()
        self.ender.join()
        self.server = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, request: text_request.TextRequest, sender: Any) -> None:
        """Answers one request, with an error if that fails."""
        try:
            self._write(request, sender)
        except (Refused, ValueError) as error:  # ValueError is llama.cpp's for a body that it can't use
            self._fail(sender, str(error), triton.TritonError.INVALID_ARG)
        except Failed as failed:
            self._fail(sender, str(failed), triton.TritonError.INVALID_ARG if failed.invalid else triton.TritonError.INTERNAL)
        except Exception as error:
            self._fail(sender, f"generation failed: {error}", triton.TritonError.INTERNAL)
        finally:
            self.room.release()

    def end(self) -> None:
        """Ends requests after their last response, until the model is unloaded."""
        while True:
            self.wake.wait(decoupled.GRACE_SECONDS / 5 if self.endings else None)
            self.wake.clear()
            if self.unloaded:
                break
            self.endings.end()
        self.endings.end(every=True)

    def _write(self, request: text_request.TextRequest, sender: Any) -> None:
        output = TextOutput(request)
        failure: list[Exception] = []

        def take(event: Mapping[str, Any]) -> bool:
            """Returns whether to stop. Exceptions must not pass through llama.cpp."""
            try:
                if output.add(event) and request.stream:
                    sender.send(output.response())
            except Exception as error:
                failure.append(error)
            return bool(failure) or self._stopped(sender)

        if not self._stopped(sender):
            if request.prompt and "json_schema" in request.body:
                self._check(request.body["json_schema"])
            complete = self.server.handle_completions if request.prompt else self.server.handle_chat_completions
            complete(dict(request.body), take)
        if failure:
            raise failure[0]
        if self.stopping:
            self._fail(sender, "the model is being unloaded", triton.TritonError.UNAVAILABLE)
        elif sender.is_cancelled():
            self._fail(sender, "cancelled by its caller", triton.TritonError.CANCELLED)
        else:
            self.endings.answer(sender, output.response(last=True))
            self.wake.set()

    def _check(self, schema: Mapping[str, Any]) -> None:
        """Raises ValueError for a schema that llama.cpp can't use. After a prompt, unlike in a conversation, it would ignore it."""
        body = {"messages": [{"role": "user", "content": "x"}], "stream": True, "max_tokens": 1, "json_schema": schema}
        self.server.handle_chat_completions(body, lambda event: True)

    def _stopped(self, sender: Any) -> bool:
        return self.stopping or bool(sender.is_cancelled())

    def _fail(self, sender: Any, message: str, code: Any) -> None:
        self.endings.fail(sender, message, code)
        self.wake.set()


def parameters(weights: Path, folder: Path, given: Mapping[str, str]) -> Any:
    """llama.cpp's parameters. It requires a socket to listen on, which is in a private folder."""
    params = xllamacpp.CommonParams()
    if threads := int(given["threads"]):
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
    params.model.path = str(weights)
    params.model_alias = {"model"}
    params.hostnames = [str(folder / "llama.sock")]
    params.n_parallel = int(given["slots"])
    params.n_ctx = int(given["slots"]) * int(given["context_length"])
    params.n_batch = params.n_ubatch = BATCH
    params.cache_ram_mib = 0
    params.prefill_assistant = False  # a trailing assistant message is continued only on request
    params.verbosity = 0
    params.ui = False
    return params
