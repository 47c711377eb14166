"""Configuration of fast_llm."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FastLlmConfig:
    """Variables are `UAT_FAST_LLM_<FIELD>`."""

    engine: str = "llama"
    """`llama`: llama.cpp in a process of its own. `triton`: a model of an NVIDIA Triton, `smollm2` here or one of its vLLM backend."""
    triton_url: str = "127.0.0.1:18001"
    """Address of Triton's gRPC; only with `triton`."""
    model: str = "smollm2"
    """Name of the model that is loaded at the start; with `triton` also its name in Triton's repository."""
    model_path: Path | None = None
    """Its file; only with `llama`. Default: SmolLM2 from a wheel."""
    models_dir: Path | None = None
    """Folder of the files that LoadModel may load. Default: none but the first model's. With `triton`, LoadModel's `path` is the name of a
    model in its repository.
    """
    slots: int = 4
    """Generations that run at once; with `triton` at most what the model declares."""
    queue: int = 64
    """Generations that may wait."""
    context_length: int = 4096
    """Tokens of prompt and output together, for one generation; at most what the model was trained with. With `triton` it is the default
    for a model that declares none.
    """
    threads: int = 0
    """Threads that compute, with `llama`; 0 for llama.cpp's choice."""
