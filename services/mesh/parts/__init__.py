"""The processes of the mesh, one file each behind one interface.

To run one alone, as tests do: `async with running_part(Redis(folder, free_port())) as redis: …`.
"""

from services.mesh.parts.envoy import Envoy
from services.mesh.parts.nats import Nats
from services.mesh.parts.part import NotReady, NotServing, Part
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.redis import Redis
from services.mesh.parts.runner import free_port, running_part, running_part_sync
from services.mesh.parts.service import Service

__all__ = [
    "Envoy",
    "Nats",
    "NotReady",
    "NotServing",
    "Part",
    "Postgres",
    "Redis",
    "Service",
    "free_port",
    "running_part",
    "running_part_sync",
]
