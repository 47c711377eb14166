"""The process of the supervisor: `python -m services.mesh.supervisor.daemon`, started by `uat up` and by nobody else."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import sys

from services.mesh import blueprint, secrets
from services.mesh.config import MeshConfig
from services.mesh.errors import MeshError
from services.mesh.supervisor.lock import Lock
from services.mesh.supervisor.supervisor import Maintenance, Supervisor

ALREADY_RUNNING = 4


def main() -> int:
    """Runs the mesh of this environment until it is told to stop. Returns at once when its supervisor runs already."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    os.umask(0o077)
    _allow_many_files()
    try:
        config = MeshConfig.from_environ(os.environ)
        config.paths.make()
        lock = Lock.acquire(config.paths.lock)
        if lock is None:
            return ALREADY_RUNNING
        known = secrets.load_or_make(config.paths.secrets)
        return asyncio.run(_run(config, known, Maintenance(still_ours=lock.is_in_place)))
    except MeshError as error:
        print(error, file=sys.stderr)
        return 1


async def _run(config: MeshConfig, known: secrets.Secrets, maintenance: Maintenance) -> int:
    plan = blueprint.build(config, known, os.environ)
    return await Supervisor(plan, config.paths, offset=config.ports.offset, maintenance=maintenance).run()


def _allow_many_files() -> None:
    # The usual 1024 is soon used up by Envoy's connections; children inherit this.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main())
