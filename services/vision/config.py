"""What vision is told."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class VisionConfig:
    """Variables are `UAT_VISION_<FIELD>`."""

    triton_url: str = "127.0.0.1:18001"
    """Where Triton's gRPC is, `host:port`."""
    workers: int = 2
    """Processes that decode and measure pictures."""
    max_inline_bytes: int = 24 * MIB
    """The longest content inside a request. A whole message may have 32 MiB."""
    max_upload_bytes: int = 64 * MIB
    max_pixels: int = 64_000_000
    """The most pixels of one picture or drawn page; decoded, a pixel takes up to 4 bytes."""
    max_edge: int = 20_000
    max_pages: int = 500
    max_decompression_ratio: int = 1000
    """How many times longer the decoded content may be than the encoded one; a blank scan as PNG comes close to 1000."""
    recognition_model: str = "pp-ocrv6-small"
    """What the engine that reads text is called."""
    generation_model: str = "shapes"
    """The model that makes pictures where a request names none."""
    generation_aliases: tuple[str, ...] = ()
    """Other names of models that make pictures, each as `alias=model`, for clients that can't be told a name."""
    pictures_at_once: int = 2
    """Pictures of one request that are made at the same time."""
    pictures_waiting: int = 32
    """Pictures of requests that may wait for their turn."""
    generation_seconds: float = 600.0
    """The longest that one picture may take."""
    pages_at_once: int = 3
    """Pages of all requests that are read at the same time."""
    pages_waiting: int = 32
    """Requests that may wait for their text to be read; more are refused. Jobs have a queue of their own."""
    inferences_at_once: int = 4
    """Batches of lines that are in the models' hands at the same time."""
    worker_seconds: float = 60.0
    """The longest that one step of one page may take."""
    worker_resident_bytes: int = 768 * MIB
    """A worker that holds more than this after its answer is replaced."""
    worker_address_bytes: int = 4096 * MIB
    """The most memory that a worker can ask for."""
    recognition_jobs: int = 2
    """Jobs that read text at the same time."""
    max_unfinished_jobs: int = 100
    """Jobs of one tenant that have not ended."""
    max_uploaded_bytes: int = 512 * MIB
    """What all uploads of one user may hold together."""
    max_cached_bytes: int = 256 * MIB
    """What the pages that are kept for one tenant may hold together."""
    cache_hours: float = 168.0
    """How long a page is kept that nobody asks for again."""
