"""What ml_inference is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MlInferenceConfig:
    """Variables are `UAT_ML_INFERENCE_<FIELD>`."""

    triton_url: str = "127.0.0.1:8001"
    """Triton's gRPC, `host:port`."""
    repository: Path = Path("repository")
    """Triton's live model repository, as both Triton and this process see it. What was built for it is told by the manifest beside it."""
    import_dir: Path = Path("import")
    """The only folder from which `file:` sources are taken."""
    source_hosts: tuple[str, ...] = ()
    """Hosts from which `https:` sources may be fetched. None unless configured."""
    source_ca_file: Path | None = None
    """Certificates of authorities to trust with those hosts, in PEM, besides the system's."""
    s3_endpoint: str = ""
    """The host that answers for `s3:` sources over https, path-style and unsigned, one of `source_hosts`. Empty: they are refused."""
    import_bytes: int = 50 * 1000**3
    """How large a version may be, as an archive and unpacked."""
    import_files: int = 10_000
    """How many files it may have."""
    gpu_bytes: tuple[str, ...] = ()
    """The memory of each GPU of Triton's host, in bytes. Empty: what nvidia-smi says here."""
    in_use_seconds: float = 10.0
    """A version that answered so recently is in use, and is not unloaded to make room for another."""
    watch_seconds: float = 1.0
    """How often Triton is asked what it has."""
    read_seconds: float = 5.0
    """How often the registry is read again, should news from another replica be lost."""
    jobs_at_once: int = 4
    """Jobs that one replica works on at a time."""
    job_items_at_once: int = 8
    """Items of one job that are with the model at a time."""
    jobs_quota: int = 1000
    """Jobs that a tenant may have that have not ended."""
    job_bytes: int = 64 * 1024 * 1024
    """How long the items of a job may be together."""
