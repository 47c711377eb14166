"""The engine before an NVIDIA Triton: llama.cpp's models here (`services/models/smollm2`), vLLM's in a cluster, by the same tensors."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from inference import grpc_service_pb2 as oip
from inference.model_config_pb2 import ModelConfig
from uat.fast_llm.v1 import generation_pb2, model_pb2

from services.fast_llm.engines.engine import FORMATS
from services.fast_llm.engines.model_set import Entry, ModelSet, check_load_options, emptied
from services.fast_llm.engines.triton_model import TritonModel
from services.fast_llm.engines.triton_prompt import FORMATS as CHAT_FORMATS
from services.fast_llm.engines.triton_request import ModelInputs
from services.fast_llm.errors import CapabilityMissing, EngineFailed, ModelUnloadable
from services.kit.errors import DependencyUnavailable
from services.kit.tasks import end
from services.kit.triton.client import ModelAway, Triton, TritonFailed

_LOAD_S = 600.0
_log = structlog.get_logger("uat.fast_llm")


@dataclass(frozen=True, slots=True)
class TritonConfig:
    """The address of Triton, and the defaults for models that don't declare their own limits."""

    url: str
    slots: int = 4
    """Generations of one model at once."""
    queue: int = 64
    """Generations of one model that may wait."""
    context_length: int = 4096
    patience_s: float = 60.0
    """Seconds that loading waits for a Triton that can't be reached."""
    watch_s: float = 1.0
    """Seconds between two checks whether Triton still has a model."""


class TritonEngine(ModelSet[TritonModel]):
    """Implements `Engine`. A model's path is its name in Triton's repository. Only `unload_model` unloads it in Triton: other engines may
    use the same Triton.
    """

    def __init__(self, config: TritonConfig) -> None:
        super().__init__()
        self._config = config
        self._triton = Triton(config.url)
        self._opened = False

    async def tokenize(self, source: generation_pb2.Chat | str, *, model: str = "", add_special: bool = True) -> list[tuple[int, bytes]]:
        """See Engine."""
        raise CapabilityMissing.of("model", f"{self._entry(model).info.name} is behind Triton, which gives no access to its tokenizer")

    async def detokenize(self, token_ids: Sequence[int], *, model: str = "") -> str:
        """See Engine."""
        raise CapabilityMissing.of("model", f"{self._entry(model).info.name} is behind Triton, which gives no access to its tokenizer")

    async def slots_in_use(self, model: str = "") -> int:
        """See Engine."""
        raise CapabilityMissing.of("model", "Triton does not report the running generations of a model")

    async def load_model(self, name: str, path: str, options: model_pb2.LoadOptions | None = None, sha256: str = "") -> model_pb2.ModelInfo:
        """See Engine."""
        options = options or model_pb2.LoadOptions()
        check_load_options(options)
        for field in ("context_length", "gpu_layers"):
            if options.HasField(field):
                raise CapabilityMissing.of(f"options.{field}", "is set in the model's own configuration in Triton's repository")
        if sha256:
            raise CapabilityMissing.of("sha256", "can't be checked for a model in Triton's repository")
        async with self._changing:
            if not self._opened:
                await self._triton.__aenter__()
                self._opened = True
            if self._is_loaded(name, path, options):
                return self.model(name)
            if (known := self._entries.get(name)) is not None:
                await self._forget(known, 30.0)
            info = model_pb2.ModelInfo(name=name, state=model_pb2.MODEL_STATE_LOADING)
            entry = self._entries[name] = Entry[TritonModel](info, path, options)
            try:
                await self._start(entry)
            except BaseException:
                del self._entries[name]
                raise
            return self.model(name)

    async def unload_model(self, name: str, timeout: float = 30.0) -> None:
        """See Engine."""
        async with self._changing:
            if (entry := self._entries.get(name)) is not None:
                await self._forget(entry, timeout)
                with contextlib.suppress(DependencyUnavailable, TritonFailed):  # Triton has gone, or can't unload it
                    await self._triton.ask("RepositoryModelUnload", oip.RepositoryModelUnloadRequest(model_name=entry.path), timeout=30)

    async def close(self) -> None:
        """See Engine."""
        async with self._changing:
            await asyncio.gather(*(self._forget(entry, 0.0) for entry in list(self._entries.values())))
            if self._opened:
                await self._triton.__aexit__(None, None, None)
                self._opened = False

    async def _start(self, entry: Entry[TritonModel]) -> None:
        """Has Triton load a model, and describes it by its configuration."""
        patience = time.monotonic() + self._config.patience_s
        while True:
            try:
                config = await self._loaded(entry)
                break
            except DependencyUnavailable as away:
                if time.monotonic() > patience:
                    raise EngineFailed(f"there is no Triton at {self._config.url}: {away}") from away
                await asyncio.sleep(0.2)
        accepts, info = ModelInputs.of(config), entry.info
        slots = entry.options.slots or self._config.slots
        info.slots = min(slots, accepts.slots or slots)
        info.context_length = accepts.context_length or self._config.context_length
        info.capabilities.CopyFrom(
            model_pb2.ModelCapabilities(
                generate=True,
                chat=accepts.chat or accepts.chat_format in CHAT_FORMATS,
                prefix_cache=True,
                guides=[FORMATS[name] for name in accepts.formats if name in FORMATS],
            )
        )
        _ready(info)
        self._started(entry, TritonModel(info, self._triton, entry.path, accepts, self._config.queue))
        entry.supervisor = asyncio.create_task(self._supervise(entry))

    async def _loaded(self, entry: Entry[TritonModel]) -> ModelConfig:
        """Loads the model unless Triton has it, and returns its configuration. Raises ModelUnloadable or DependencyUnavailable."""
        try:
            if not await self._has(entry.path):
                await self._triton.ask("RepositoryModelLoad", oip.RepositoryModelLoadRequest(model_name=entry.path), timeout=_LOAD_S)
            config = await self._triton.config(entry.path, "")
        except TritonFailed as failed:
            raise ModelUnloadable.of(entry.info.name, f"Triton says: {failed.triton_message}") from failed
        if config is None:
            raise DependencyUnavailable("Triton has lost the model again", retry_after=1)
        if "text_input" not in {tensor.name for tensor in config.input} or not config.model_transaction_policy.decoupled:
            raise ModelUnloadable.of(
                entry.info.name, "it isn't a decoupled model with the input `text_input`, like those of vLLM's backend"
            )
        return config

    async def _has(self, path: str) -> bool:
        try:
            return bool((await self._triton.ask("ModelReady", oip.ModelReadyRequest(name=path))).ready)
        except ModelAway:
            return False

    async def _supervise(self, entry: Entry[TritonModel]) -> None:
        """Keeps a model's state up to date. After a restart of Triton the model is loaded again; a model that an operator unloaded stays so
        until an operator, or ml_inference, loads it.
        """
        away = False
        while True:
            await asyncio.sleep(self._config.watch_s)
            try:
                if not await self._has(entry.path):
                    _failed(entry.info, "Triton does not have it")
                    if away:
                        await self._loaded(entry)
                away = False
                if entry.info.state == model_pb2.MODEL_STATE_FAILED and await self._has(entry.path):
                    _ready(entry.info)
            except DependencyUnavailable as error:
                away = True
                _failed(entry.info, str(error))
            except (TritonFailed, ModelUnloadable) as error:
                _failed(entry.info, str(error))
            except Exception:
                _log.exception("the state of a model is unknown", model=entry.info.name)

    async def _forget(self, entry: Entry[TritonModel], timeout: float) -> None:
        entry.info.state = model_pb2.MODEL_STATE_UNLOADING
        await end(entry.supervisor)
        if entry.model is not None:
            await emptied(entry.model, timeout)
            await entry.model.close()
        self._entries.pop(entry.info.name, None)


def _ready(info: model_pb2.ModelInfo) -> None:
    info.state, info.failure = model_pb2.MODEL_STATE_READY, ""
    info.load_time.GetCurrentTime()


def _failed(info: model_pb2.ModelInfo, why: str) -> None:
    if info.state != model_pb2.MODEL_STATE_FAILED:
        _log.error("a model can't be used", model=info.name, why=why)
    info.state, info.failure = model_pb2.MODEL_STATE_FAILED, why
