"""Where a mesh keeps what it owns: everything lies in one folder, `.mesh/` unless UAT_MESH_DIR names another."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from services.mesh.errors import DirectoryUnwritable

PRIVATE = 0o700
# PostgreSQL refuses to run as root and runs as a user of its own there; that user must pass through the folder, and may not list it.
PASSABLE = 0o711


@dataclass(frozen=True)
class MeshPaths:
    """The files of one mesh. Names only: nothing is made before `make()`."""

    dir: Path

    @property
    def state(self) -> Path:
        """What runs, as the supervisor last wrote it."""
        return self.dir / "state.json"

    @property
    def lock(self) -> Path:
        """Held by the supervisor for as long as it lives."""
        return self.dir / "supervisor.lock"

    @property
    def up_lock(self) -> Path:
        """Held by `uat up` while it decides whether to start a supervisor."""
        return self.dir / "up.lock"

    @property
    def requests(self) -> Path:
        """Wishes to the supervisor, one empty file each."""
        return self.dir / "requests"

    @property
    def logs(self) -> Path:
        """One log for each process."""
        return self.dir / "logs"

    @property
    def secrets(self) -> Path:
        """Passwords and keys made on the first start."""
        return self.dir / "secrets.env"

    @property
    def identity(self) -> Path:
        """A private key for each service, and the public keys of all."""
        return self.dir / "identity"

    @property
    def shell(self) -> Path:
        """Exports for a user's shell."""
        return self.dir / "env"

    @property
    def triton(self) -> Path:
        """Triton's folder, with the live model repository in it."""
        return self.dir / "triton"

    @property
    def imports(self) -> Path:
        """Where files lie that ml_inference may take in as models."""
        return self.dir / "import"

    def log(self, name: str) -> Path:
        """The log of one process."""
        return self.logs / f"{name}.log"

    def identity_key(self, service: str) -> Path:
        """The private key with which one service signs its identity."""
        return self.identity / f"{service}.jwk"

    @property
    def jwks(self) -> Path:
        """The public keys of all services."""
        return self.identity / "jwks.json"

    def make(self) -> None:
        """Makes the folders, closed to other users. Raises DirectoryUnwritable."""
        try:
            self.dir.mkdir(parents=True, exist_ok=True)
            self.dir.chmod(PASSABLE if os.geteuid() == 0 else PRIVATE)
            for folder in (self.logs, self.identity, self.requests, self.imports):
                folder.mkdir(exist_ok=True)
                folder.chmod(PRIVATE)
            with tempfile.TemporaryFile(dir=self.dir):
                pass
        except OSError as error:
            raise DirectoryUnwritable(
                f"The mesh can't write in {self.dir} ({error.strerror}): mend its permissions or set UAT_MESH_DIR."
            ) from error


def write_private(path: Path, text: str) -> None:
    """Replaces a file at once, readable by its owner alone: a reader sees the old text or the new one, never half of it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
