"""Configuration of llm_router."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from services.kit.config import ConfigError

Kind = Literal["fast_llm", "ml_inference", "openai"]
KINDS: tuple[Kind, ...] = ("fast_llm", "ml_inference", "openai")


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """A model server. Kind `openai` is any server with OpenAI's HTTP API: OpenAI itself, Ollama, MLX, vLLM, llama.cpp. The mesh's own
    servers are `fast_llm`, which writes, and `ml_inference`, which turns texts into vectors.
    """

    name: str
    kind: Kind
    base_url: str = ""
    """For kind `openai`: the URL up to and including `/v1`."""
    api_key: str = field(default="", repr=False)
    models: tuple[str, ...] = ()
    """The models that it offers. Empty: the server lists them."""
    images: bool = True
    """For kind `openai`: whether its models see pictures. If not, they get a description by vision instead."""


@dataclass(frozen=True, slots=True)
class RouterConfig:
    """Variables are `UAT_LLM_ROUTER_<FIELD>`."""

    providers: str = '[{"name": "fast_llm", "kind": "fast_llm"}, {"name": "ml_inference", "kind": "ml_inference"}]'
    """A JSON list of providers, the preferred one first: `name`, `kind`, `base_url`, `api_key`, `models`,
    `images`."""
    default_model: str = "smollm2"
    """Model behind the alias `default`, which answers requests without a model."""
    default_embedding_model: str = "minilm"
    """Model behind the alias `default-embedding`, which answers embedding requests without a model."""
    attempts: int = 3
    """Attempts per request, over all providers, before the first token."""
    timeout_seconds: float = 600.0
    """Seconds that a generation may take."""
    usage_days: int = 400
    """Days after which usage records are deleted; 0 keeps them for ever."""

    def parsed(self) -> Sequence[ProviderConfig]:
        """The providers. Raises ConfigError."""
        try:
            entries = json.loads(self.providers)
        except ValueError as error:
            raise ConfigError(f"UAT_LLM_ROUTER_PROVIDERS is not JSON: {error}") from error
        if not isinstance(entries, list) or not entries:
            raise ConfigError('UAT_LLM_ROUTER_PROVIDERS must be a JSON list such as [{"name": "fast_llm", "kind": "fast_llm"}]')
        return [_provider(entry) for entry in entries]


def _provider(entry: Any) -> ProviderConfig:
    if not isinstance(entry, dict) or entry.get("kind") not in KINDS or not entry.get("name"):
        raise ConfigError(f"UAT_LLM_ROUTER_PROVIDERS: each entry needs a name and a kind of {', '.join(KINDS)}; this one does not: {entry}")
    if entry["kind"] == "openai" and not entry.get("base_url"):
        raise ConfigError(f"UAT_LLM_ROUTER_PROVIDERS: {entry['name']} needs a base_url")
    models = tuple(str(m) for m in entry.get("models", ()))
    return ProviderConfig(
        str(entry["name"]),
        cast(Kind, entry["kind"]),
        str(entry.get("base_url", "")).rstrip("/"),
        str(entry.get("api_key", "")),
        models,
        bool(entry.get("images", True)),
    )
