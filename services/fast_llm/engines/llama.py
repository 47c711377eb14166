"""The engine on llama.cpp: several models at once, each in a process of its own."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from uat.fast_llm.v1 import generation_pb2, model_pb2

from services.fast_llm.engines.engine import FORMATS
from services.fast_llm.engines.llama_model import LlamaModel
from services.fast_llm.engines.llama_process import LlamaProcess, Refused, StartFailed, WorkerSettings
from services.fast_llm.engines.model_set import Entry, ModelSet, check_load_options, emptied
from services.fast_llm.errors import EngineFailed, GenerationInvalid, ModelUnloadable
from services.kit.tasks import end

_log = structlog.get_logger("uat.fast_llm")


@dataclass(frozen=True, slots=True)
class LlamaConfig:
    """How models run unless their LoadOptions say otherwise."""

    slots: int = 4
    """Generations of one model that run at once."""
    queue: int = 64
    """Generations of one model that may wait."""
    context_length: int = 4096
    """Tokens of prompt and output of one generation; less if the model was trained with less."""
    gpu_layers: int = -1
    """Layers on the accelerator; -1 for as many as fit."""
    threads: int = 0
    """0 for llama.cpp's choice."""
    batch_tokens: int = 0
    """Prompt tokens that are read in one step; 0 chooses by the model's size, so that a cancelled call ends within about 0.1 s."""
    prompt_cache_mib: int = 512
    """Memory for prompts that were evicted from their slot."""
    restart_s: float = 0.5
    """Seconds before llama.cpp restarts after a crash, doubled up to 30 s while it crashes again at once."""


class LlamaEngine(ModelSet[LlamaModel]):
    """Implements `Engine`."""

    def __init__(self, config: LlamaConfig | None = None) -> None:
        super().__init__()
        self._config = config or LlamaConfig()

    async def tokenize(self, source: generation_pb2.Chat | str, *, model: str = "", add_special: bool = True) -> list[tuple[int, bytes]]:
        """See Engine."""
        return await self._ready(model).tokenize(source, add_special)

    async def detokenize(self, token_ids: Sequence[int], *, model: str = "") -> str:
        """See Engine."""
        ready = self._ready(model)
        vocabulary = self._entry(model).info.vocabulary_size
        if any(not 0 <= token_id < vocabulary for token_id in token_ids):
            raise GenerationInvalid.of("token_ids", f"must be below {vocabulary}")
        return await ready.detokenize(token_ids)

    async def slots_in_use(self, model: str = "") -> int:
        """See Engine."""
        return sum([await running.slots_in_use() for running in self._running(model)])

    async def load_model(self, name: str, path: str, options: model_pb2.LoadOptions | None = None, sha256: str = "") -> model_pb2.ModelInfo:
        """See Engine."""
        options = options or model_pb2.LoadOptions()
        check_load_options(options)
        async with self._changing:
            if self._is_loaded(name, path, options) and sha256 in ("", self._entries[name].info.sha256):
                return self.model(name)
            info = model_pb2.ModelInfo(name=name, state=model_pb2.MODEL_STATE_LOADING)
            try:
                info.size_bytes = (await asyncio.to_thread(Path(path).stat)).st_size
                if sha256 and (found := await asyncio.to_thread(_sha256, path)) != sha256:
                    raise ModelUnloadable.of(name, f"the SHA-256 of its file is {found}, not {sha256}")
            except OSError as error:
                raise ModelUnloadable.of(name, error.strerror or "there is no such file") from error
            if name in self._entries:
                await self._unload(name, 30.0)
            settings = WorkerSettings(
                path=path,
                slots=options.slots or self._config.slots,
                context_length=options.context_length or self._config.context_length,
                gpu_layers=options.gpu_layers if options.HasField("gpu_layers") else self._config.gpu_layers,
                batch_tokens=self._config.batch_tokens,
                prompt_cache_mib=self._config.prompt_cache_mib,
                threads=self._config.threads,
            )
            info.slots = settings.slots
            entry = self._entries[name] = Entry[LlamaModel](info, path, options)
            try:
                await self._start(entry, settings)
            except BaseException:
                del self._entries[name]
                raise
            return self.model(name)

    async def unload_model(self, name: str, timeout: float = 30.0) -> None:
        """See Engine."""
        async with self._changing:
            if name in self._entries:
                await self._unload(name, timeout)

    async def close(self) -> None:
        """See Engine."""
        async with self._changing:
            await asyncio.gather(*(self._unload(name, 0.0) for name in list(self._entries)))

    async def _start(self, entry: Entry[LlamaModel], settings: WorkerSettings) -> None:
        """Starts a model's process and completes its description."""
        digest = asyncio.create_task(asyncio.to_thread(_sha256, settings.path))
        try:
            process = await LlamaProcess.start(settings)
        except StartFailed as failed:
            raise ModelUnloadable.of(entry.info.name, str(failed)) from failed
        finally:
            entry.info.sha256 = await digest
        try:
            await _describe(entry.info, process)
        except BaseException:
            await process.close()
            raise
        model = LlamaModel(entry.info, process, self._config.queue)
        self._started(entry, model)
        entry.supervisor = asyncio.create_task(self._supervise(entry, settings, model))

    async def _supervise(self, entry: Entry[LlamaModel], settings: WorkerSettings, model: LlamaModel) -> None:
        """Restarts llama.cpp after each crash. Running generations have failed by then; waiting ones stay in the queue."""
        info, pause = entry.info, self._config.restart_s
        while True:
            started = time.monotonic()
            status = await model.process.wait()
            info.state, info.failure = model_pb2.MODEL_STATE_FAILED, f"llama.cpp ended with {status}"
            _log.error("llama.cpp crashed and is restarted", model=model.name, status=status)
            await model.process.close()
            pause = self._config.restart_s if time.monotonic() - started > 60 else min(30.0, pause * 2)
            while info.state == model_pb2.MODEL_STATE_FAILED:
                await asyncio.sleep(pause)
                try:
                    model.process = await LlamaProcess.start(settings)
                    info.state, info.failure = model_pb2.MODEL_STATE_READY, ""
                    info.load_time.GetCurrentTime()
                except StartFailed as failed:
                    info.failure = str(failed)
                pause = min(30.0, pause * 2)

    async def _unload(self, name: str, timeout: float) -> None:
        entry = self._entries[name]
        entry.info.state = model_pb2.MODEL_STATE_UNLOADING
        if entry.model is not None:
            if timeout:
                await emptied(entry.model, timeout)
            await end(entry.supervisor)
            await entry.model.close()
        del self._entries[name]


async def _describe(info: model_pb2.ModelInfo, process: LlamaProcess) -> None:
    """Adds llama.cpp's own description of its model."""
    try:
        properties = await process.get("/props")
        meta = (await process.get("/v1/models"))["data"][0]["meta"]
    except Refused as refused:
        raise EngineFailed(str(refused)) from refused
    template, media = properties.get("chat_template", ""), properties.get("modalities", {})
    info.state = model_pb2.MODEL_STATE_READY
    info.context_length = properties["default_generation_settings"]["n_ctx"]
    info.trained_context_length = meta["n_ctx_train"]
    info.vocabulary_size = meta["n_vocab"]
    info.embedding_length = meta["n_embd"]
    info.parameter_count = meta["n_params"]
    info.quantization = meta.get("ftype", "")
    info.chat_template = template
    info.load_time.GetCurrentTime()
    info.capabilities.CopyFrom(
        model_pb2.ModelCapabilities(
            generate=True,
            chat=bool(template),
            tools=bool(properties.get("chat_template_caps", {}).get("supports_tools")),
            image_input=bool(media.get("vision")),
            audio_input=bool(media.get("audio")),
            logprobs=True,
            prefix_cache=True,
            guides=FORMATS.values(),
        )
    )


def _sha256(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
