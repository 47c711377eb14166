"""Prints the edge's configuration: `python -m services.mesh.edge OFFSET FOLDER`.

The supervisor runs this as a process of its own, because loading every contract takes seconds and many megabytes.
"""

import sys
from pathlib import Path

from services.mesh.edge import render
from services.mesh.ports import Ports

if __name__ == "__main__":
    sys.stdout.write(render(Ports(int(sys.argv[1])), Path(sys.argv[2])))
