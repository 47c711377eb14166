"""Language models behind an NVIDIA Triton: llama.cpp's here (`services/models/smollm2`), vLLM's in a cluster, by the same tensors."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace

from inference import grpc_service_pb2 as oip
from inference.model_config_pb2 import ModelConfig

from services.fast_llm.engines import triton_request
from services.fast_llm.engines.engine import Capabilities, Chat, Event, GenerateInput, LoadOptions, ModelInfo, ModelState
from services.fast_llm.engines.errors import CapabilityMissing, EngineFailed, ModelUnloadable
from services.fast_llm.engines.shelf import Entry, Shelf, emptied
from services.fast_llm.engines.triton_model import TritonModel
from services.fast_llm.engines.triton_prompt import FORMATS
from services.kit.errors import DependencyUnavailable
from services.kit.tasks import end
from services.kit.triton.client import ModelAway, Triton, TritonFailed

_LOAD_S = 600.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TritonConfig:
    """Where Triton is, and how its models are used where they say nothing themselves."""

    url: str
    slots: int = 4
    """Generations of one model at once."""
    queue: int = 64
    """Generations of one model that may wait."""
    context_length: int = 4096
    patience_s: float = 60.0
    """How long loading waits for a Triton that isn't there."""
    watch_s: float = 1.0
    """How often is looked whether Triton still has a model."""


class TritonEngine(Shelf[TritonModel]):
    """Fulfils `Engine`. A model's `path` is its name in Triton's repository. Triton's own memory is given back by `unload_model` alone:
    other engines may stand before the same Triton.
    """

    def __init__(self, config: TritonConfig) -> None:
        super().__init__()
        self._config = config
        self._triton = Triton(config.url)
        self._opened = False

    def generate(self, request: GenerateInput) -> AsyncGenerator[Event, None]:
        """See Engine."""
        ready = self._ready(request.model)
        triton_request.check(ready.takes, request)
        return ready.generate(request)

    async def tokenize(self, source: Chat | str, *, model: str = "", add_special: bool = True) -> list[tuple[int, bytes]]:
        """See Engine."""
        raise CapabilityMissing("model", f"{self._entry(model).info.name} is behind Triton, which has no way to its tokenizer")

    async def detokenize(self, token_ids: Sequence[int], *, model: str = "") -> str:
        """See Engine."""
        raise CapabilityMissing("model", f"{self._entry(model).info.name} is behind Triton, which has no way to its tokenizer")

    async def slots_in_use(self, model: str = "") -> int:
        """See Engine."""
        raise CapabilityMissing("model", "Triton does not tell what a model works on")

    async def load_model(self, name: str, path: str, options: LoadOptions | None = None) -> ModelInfo:
        """See Engine."""
        options = options or LoadOptions()
        for field in ("context_length", "gpu_layers"):
            if getattr(options, field) is not None:
                raise CapabilityMissing(f"options.{field}", "is set in the model's own configuration in Triton's repository")
        async with self._changing:
            if not self._opened:
                await self._triton.__aenter__()
                self._opened = True
            if self._loaded_so(name, path, options):
                return self.model(name)
            if (known := self._entries.get(name)) is not None:
                await self._forget(known, 30.0)
            entry = self._entries[name] = Entry[TritonModel](ModelInfo(name, path, ModelState.LOADING), options)
            try:
                await self._start(entry)
            except BaseException:
                del self._entries[name]
                raise
            return entry.info

    async def unload_model(self, name: str, timeout: float = 30.0) -> None:
        """See Engine."""
        async with self._changing:
            if (entry := self._entries.get(name)) is not None:
                await self._forget(entry, timeout)
                with contextlib.suppress(DependencyUnavailable, TritonFailed):  # gone with Triton, or not Triton's to unload
                    await self._triton.ask(
                        "RepositoryModelUnload", oip.RepositoryModelUnloadRequest(model_name=entry.info.path), timeout=30
                    )

    async def close(self) -> None:
        """See Engine."""
        async with self._changing:
            await asyncio.gather(*(self._forget(entry, 0.0) for entry in list(self._entries.values())))
            if self._opened:
                await self._triton.__aexit__(None, None, None)
                self._opened = False

    async def _start(self, entry: Entry[TritonModel]) -> None:
        """Has Triton load a model and learns what it takes."""
        patience = time.monotonic() + self._config.patience_s
        while True:
            try:
                config = await self._loaded(entry)
                break
            except DependencyUnavailable as away:
                if time.monotonic() > patience:
                    raise EngineFailed(f"there is no Triton at {self._config.url}: {away}") from away
                await asyncio.sleep(0.2)
        takes = triton_request.Takes.of(config)
        slots = entry.options.slots or self._config.slots
        entry.info = _described(entry.info, takes, min(slots, takes.slots or slots), takes.context_length or self._config.context_length)
        info = entry.info
        self._runs(entry, TritonModel(info.name, self._triton, info.path, takes, info.slots, self._config.queue, info.context_length))
        entry.keeper = asyncio.create_task(self._keep(entry))

    async def _loaded(self, entry: Entry[TritonModel]) -> ModelConfig:
        """Has Triton load the model unless it has it, and gives its configuration. Raises ModelUnloadable or DependencyUnavailable."""
        path = entry.info.path
        try:
            if not await self._has(path):
                await self._triton.ask("RepositoryModelLoad", oip.RepositoryModelLoadRequest(model_name=path), timeout=_LOAD_S)
            config = await self._triton.config(path, "")
        except TritonFailed as failed:
            raise ModelUnloadable(entry.info.name, f"Triton says: {failed.triton_message}") from failed
        if config is None:
            raise DependencyUnavailable("Triton has lost the model again", retry_after=1)
        if "text_input" not in {tensor.name for tensor in config.input} or not config.model_transaction_policy.decoupled:
            raise ModelUnloadable(entry.info.name, "it isn't a decoupled model that takes `text_input`, as those of vLLM's backend are")
        return config

    async def _has(self, path: str) -> bool:
        try:
            return bool((await self._triton.ask("ModelReady", oip.ModelReadyRequest(name=path))).ready)
        except ModelAway:
            return False

    async def _keep(self, entry: Entry[TritonModel]) -> None:
        """Looks after a model. It is loaded again where Triton was started anew; where somebody unloaded it, it stays so until somebody, in
        the mesh ml_inference, loads it.
        """
        away = False
        while True:
            await asyncio.sleep(self._config.watch_s)
            try:
                if not await self._has(entry.info.path):
                    _lost(entry, "Triton does not have it")
                    if away:
                        await self._loaded(entry)
                away = False
                if entry.info.state is ModelState.FAILED and await self._has(entry.info.path):
                    entry.info = replace(entry.info, state=ModelState.READY, failure="", load_time=time.time())
            except DependencyUnavailable as error:
                away = True
                _lost(entry, str(error))
            except (TritonFailed, ModelUnloadable) as error:
                _lost(entry, str(error))
            except Exception:
                _log.exception("the model %s was not looked after", entry.info.name)

    async def _forget(self, entry: Entry[TritonModel], timeout: float) -> None:
        entry.info = replace(entry.info, state=ModelState.UNLOADING)
        await end(entry.keeper)
        if entry.model is not None:
            await emptied(entry.model, timeout)
            await entry.model.close()
        self._entries.pop(entry.info.name, None)


def _lost(entry: Entry[TritonModel], why: str) -> None:
    if entry.info.state is not ModelState.FAILED:
        _log.error("the model %s can't be used: %s", entry.info.name, why)
    entry.info = replace(entry.info, state=ModelState.FAILED, failure=why)


def _described(info: ModelInfo, takes: triton_request.Takes, slots: int, context_length: int) -> ModelInfo:
    can = Capabilities(chat=takes.chat or takes.chat_format in FORMATS, prefix_cache=True, guides=takes.guides)
    return replace(
        info, state=ModelState.READY, slots=slots, context_length=context_length, capabilities=can, load_time=time.time(), failure=""
    )
