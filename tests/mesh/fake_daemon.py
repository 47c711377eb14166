"""A supervisor of fakes, started as `uat up` starts the real one: `python -m tests.mesh.fake_daemon PORT PORT PORT`."""

import asyncio
import os
import sys
from pathlib import Path

from services.mesh.paths import MeshPaths
from services.mesh.supervisor.lock import Lock
from services.mesh.supervisor.supervisor import Maintenance, Supervisor
from tests.mesh.fakes import FAST, Fake, stages


async def run(paths: MeshPaths, lock: Lock) -> int:
    """The supervisor."""
    part, service, edge = (Fake(name, int(port), paths.dir) for name, port in zip(("part", "service", "edge"), sys.argv[1:4], strict=True))
    maintenance = Maintenance(every_s=0.1, still_ours=lock.is_in_place)
    offset = int(os.environ.get("UAT_PORT_OFFSET", "0"))
    return await Supervisor(stages(part, service, edge), paths, offset=offset, timing=FAST, maintenance=maintenance).run()


if __name__ == "__main__":
    mesh = MeshPaths(Path(os.environ["UAT_MESH_DIR"]))
    mesh.make()
    held = Lock.acquire(mesh.lock)
    sys.exit(4 if held is None else asyncio.run(run(mesh, held)))
