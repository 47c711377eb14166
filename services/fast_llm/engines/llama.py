"""Language models on this machine: llama.cpp through the xllamacpp wheel, several models at once, each in a process of its own."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from services.fast_llm.engines.engine import Capabilities, Chat, Event, GenerateInput, GuideKind, LoadOptions, ModelInfo, ModelState
from services.fast_llm.engines.errors import CapabilityMissing, EngineFailed, InvalidGeneration, ModelUnloadable
from services.fast_llm.engines.llama_model import LlamaModel
from services.fast_llm.engines.llama_process import LlamaProcess, Refused, StartFailed, WorkerSettings
from services.fast_llm.engines.shelf import Entry, Shelf, emptied
from services.kit.tasks import end

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LlamaConfig:
    """How models are run where a call to load one does not say otherwise."""

    slots: int = 4
    """Generations of one model that run at once."""
    queue: int = 64
    """Generations of one model that may wait."""
    context_length: int = 4096
    """Tokens of prompt and output of one generation; less where the model was trained with less."""
    gpu_layers: int = -1
    """Layers on the accelerator; -1 for as many as fit."""
    threads: int = 0
    """0 for llama.cpp's choice."""
    batch_tokens: int = 0
    """Prompt tokens that are read in one step; 0 to choose by the model's size, so that a cancelled call is ended within about 0.1 s."""
    prompt_cache_mib: int = 512
    """Memory for prompts that were pushed out of their slot."""
    restart_s: float = 0.5
    """The wait before llama.cpp is started again after it broke down, doubled up to 30 s for each time that it breaks down at once."""


class LlamaEngine(Shelf[LlamaModel]):
    """Fulfils `Engine`."""

    def __init__(self, config: LlamaConfig | None = None) -> None:
        super().__init__()
        self._config = config or LlamaConfig()

    def generate(self, request: GenerateInput) -> AsyncGenerator[Event, None]:
        """See Engine."""
        ready, can = self._ready(request.model), self.model(request.model).capabilities
        if isinstance(request.source, Chat):
            if not can.chat:
                raise CapabilityMissing("chat", "the model has no chat template; use prompt")
            if request.source.tools and request.source.tool_choice != "none" and not can.tools:
                raise CapabilityMissing("chat.tools", "the model was not made to call tools")
        return ready.generate(request)

    async def tokenize(self, source: Chat | str, *, model: str = "", add_special: bool = True) -> list[tuple[int, bytes]]:
        """See Engine."""
        return await self._ready(model).tokenize(source, add_special)

    async def detokenize(self, token_ids: Sequence[int], *, model: str = "") -> str:
        """See Engine."""
        ready = self._ready(model)
        vocabulary = self.model(model).vocabulary_size
        if any(not 0 <= token_id < vocabulary for token_id in token_ids):
            raise InvalidGeneration("token_ids", f"must be below {vocabulary}")
        return await ready.detokenize(token_ids)

    async def slots_in_use(self, model: str = "") -> int:
        """See Engine."""
        return sum([await running.slots_in_use() for running in self._running(model)])

    async def load_model(self, name: str, path: str, options: LoadOptions | None = None) -> ModelInfo:
        """See Engine."""
        options = options or LoadOptions()
        async with self._changing:
            if self._loaded_so(name, path, options):
                return self.model(name)
            if name in self._entries:
                await self._unload(name, 30.0)
            try:
                size = (await asyncio.to_thread(Path(path).stat)).st_size
            except OSError as error:
                raise ModelUnloadable(name, error.strerror or "there is no such file") from error
            settings = WorkerSettings(
                path=path,
                slots=options.slots or self._config.slots,
                context_length=options.context_length or self._config.context_length,
                gpu_layers=self._config.gpu_layers if options.gpu_layers is None else options.gpu_layers,
                batch_tokens=self._config.batch_tokens,
                prompt_cache_mib=self._config.prompt_cache_mib,
                threads=self._config.threads,
            )
            entry = self._entries[name] = Entry[LlamaModel](ModelInfo(name, path, ModelState.LOADING, size, slots=settings.slots), options)
            try:
                await self._start(entry, settings)
            except BaseException:
                del self._entries[name]
                raise
            return entry.info

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
        """Starts a model's process and learns what it is."""
        name = entry.info.name
        digest = asyncio.create_task(asyncio.to_thread(_sha256, settings.path))
        try:
            process = await LlamaProcess.start(settings)
        except StartFailed as failed:
            raise ModelUnloadable(name, str(failed)) from failed
        finally:
            sha256 = await digest
        try:
            info = replace(await _described(entry.info, process), sha256=sha256)
        except BaseException:
            await process.close()
            raise
        entry.info = info
        model = LlamaModel(name, process, settings.slots, self._config.queue, info.context_length)
        self._runs(entry, model)
        entry.keeper = asyncio.create_task(self._keep(entry, settings, model))

    async def _keep(self, entry: Entry[LlamaModel], settings: WorkerSettings, model: LlamaModel) -> None:
        """Starts llama.cpp again whenever it breaks down. Its calls have failed by then; those that wait go on."""
        pause = self._config.restart_s
        while True:
            started = time.monotonic()
            status = await model.process.wait()
            entry.info = replace(entry.info, state=ModelState.FAILED, failure=f"llama.cpp ended with {status}")
            _log.error("llama.cpp with the model %s ended with %s; it is started again", model.name, status)
            await model.process.close()
            pause = self._config.restart_s if time.monotonic() - started > 60 else min(30.0, pause * 2)
            while entry.info.state is ModelState.FAILED:
                await asyncio.sleep(pause)
                try:
                    model.process = await LlamaProcess.start(settings)
                    entry.info = replace(entry.info, state=ModelState.READY, failure="", load_time=time.time())
                except StartFailed as failed:
                    entry.info = replace(entry.info, failure=str(failed))
                pause = min(30.0, pause * 2)

    async def _unload(self, name: str, timeout: float) -> None:
        entry = self._entries[name]
        entry.info = replace(entry.info, state=ModelState.UNLOADING)
        if entry.model is not None:
            if timeout:
                await emptied(entry.model, timeout)
            await end(entry.keeper)
            await entry.model.close()
        del self._entries[name]


async def _described(info: ModelInfo, process: LlamaProcess) -> ModelInfo:
    """Gives what llama.cpp tells about its model."""
    try:
        properties = await process.get("/props")
        meta = (await process.get("/v1/models"))["data"][0]["meta"]
    except Refused as refused:
        raise EngineFailed(str(refused)) from refused
    template, can = properties.get("chat_template", ""), properties.get("chat_template_caps", {})
    media = properties.get("modalities", {})
    return replace(
        info,
        state=ModelState.READY,
        context_length=properties["default_generation_settings"]["n_ctx"],
        trained_context_length=meta["n_ctx_train"],
        vocabulary_size=meta["n_vocab"],
        embedding_length=meta["n_embd"],
        parameter_count=meta["n_params"],
        quantization=meta.get("ftype", ""),
        chat_template=template,
        capabilities=Capabilities(
            chat=bool(template),
            tools=bool(can.get("supports_tools")),
            image_input=bool(media.get("vision")),
            audio_input=bool(media.get("audio")),
            reasoning_effort=bool(can.get("supports_reasoning_effort")),
            logprobs=True,
            prefix_cache=True,
            guides=(GuideKind.JSON_SCHEMA, GuideKind.REGEX, GuideKind.GRAMMAR, GuideKind.CHOICE),
        ),
        load_time=time.time(),
    )


def _sha256(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
