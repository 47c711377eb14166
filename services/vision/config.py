"""The configuration of vision."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class VisionConfig:
    """Variables are `UAT_VISION_<FIELD>`."""

    triton_url: str = "127.0.0.1:18001"
    """Triton's gRPC address, `host:port`."""
    workers: int = 2
    """Worker processes that check, measure and encode pictures. Each page that is being read has one of its own besides."""
    worker_seconds: float = 60.0
    """The most CPU time of one task in a worker: of one page, say."""
    worker_resident_bytes: int = 768 * MIB
    """A worker that holds more memory than this after a task is replaced."""
    worker_address_bytes: int = 4096 * MIB
    """The address space of a worker."""
    max_inline_bytes: int = 24 * MIB
    """The longest content inside a request. A whole message may have 32 MiB."""
    max_upload_bytes: int = 64 * MIB
    max_uploaded_bytes: int = 512 * MIB
    """The most bytes of all uploads of one user together."""
    max_pixels: int = 64_000_000
    """The most pixels of one picture or drawn page; decoded, a pixel takes up to 4 bytes."""
    max_edge: int = 20_000
    max_pages: int = 500
    max_decompression_ratio: int = 1000
    """How many times longer the decoded content may be than the encoded one; a blank scan as PNG comes close to 1000."""
    recognition_model: str = "pp-ocrv6-small"
    """The name of the OCR engine."""
    recognition_jobs: int = 2
    """Recognition jobs that run at the same time."""
    pages_at_once: int = 3
    """Pages of all requests and jobs that are read at the same time."""
    pages_waiting: int = 32
    """Requests for text or analysis that may wait; more are refused. Jobs have a queue of their own."""
    batches_in_flight: int = 2
    """Batches of one page in Triton's queue at the same time."""
    max_cached_bytes: int = 256 * MIB
    """The most bytes of one tenant's cached pages together."""
    cache_hours: float = 168.0
    """How long an unused page stays in the cache."""
    generation_model: str = "shapes"
    """The image generation model of requests that name none."""
    generation_aliases: tuple[str, ...] = ()
    """Other names of image generation models, each as `alias=model`, for clients with fixed model names."""
    generation_seconds: float = 600.0
    """The longest time for one picture."""
    pictures_at_once: int = 2
    """Pictures of all requests that are generated at the same time."""
    max_unfinished_jobs: int = 100
    """Unfinished jobs of one tenant."""
