"""The configuration of ml_inference."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MlInferenceConfig:
    """Variables are `UAT_ML_INFERENCE_<FIELD>`."""

    triton_url: str = "127.0.0.1:8001"
    """Triton's gRPC, `host:port`."""
    repository: Path = Path("repository")
    """Triton's model repository, a path that Triton and this process share. The manifest beside it lists the models that were built."""
    import_dir: Path = Path("import")
    """The only folder that `file:` sources are read from."""
    source_hosts: tuple[str, ...] = ()
    """Hosts from which `https:` sources may be fetched. None unless configured."""
    source_ca_file: Path | None = None
    """CA certificates for those hosts in PEM, in addition to the system's."""
    s3_endpoint: str = ""
    """The host that serves `s3:` sources over https, path-style and unsigned, one of `source_hosts`. Empty: they are refused."""
    import_bytes: int = 50 * 1000**3
    """The largest size of a version in bytes, as an archive and unpacked."""
    import_files: int = 10_000
    """How many files it may have."""
    gpu_bytes: tuple[str, ...] = ()
    """The memory of each GPU of Triton's host, in bytes. Empty: the GPUs that nvidia-smi finds on this host."""
    in_use_seconds: float = 10.0
    """Seconds for which a version counts as in use after its last response; it isn't evicted then."""
    watch_seconds: float = 1.0
    """Seconds between two comparisons of what Triton has loaded with what it should have."""
    read_seconds: float = 5.0
    """Seconds between two reads of the registry; changes on other replicas are also signalled."""
    jobs_at_once: int = 4
    """Jobs that one replica runs at a time."""
    job_items_at_once: int = 8
    """Items of one job that are executed at a time."""
    jobs_quota: int = 1000
    """Unfinished jobs that a tenant may have."""
    job_bytes: int = 64 * 1024 * 1024
    """The largest total size of a job's items in bytes."""
