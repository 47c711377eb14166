"""Writes the edge's configuration to standard output: `python -m services.mesh.edge.__main__ OFFSET FOLDER`.

In a process of its own, because the contracts and Envoy's types take seconds and many megabytes that the supervisor should not carry.
"""

import sys
from pathlib import Path

from services.mesh.edge import render
from services.mesh.ports import Ports

if __name__ == "__main__":
    sys.stdout.write(render(Ports(int(sys.argv[1])), Path(sys.argv[2])))
