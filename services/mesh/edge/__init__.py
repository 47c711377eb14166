"""The edge: Envoy's whole configuration, made from the contracts.

It calls nothing. It promises that an RPC is reachable from outside exactly when its contract exposes it, that a token is checked before every
RPC that isn't public, and that an error from the edge has the shape that the RPC's contract names.
"""

from services.mesh.edge.bootstrap import render

__all__ = ["render"]
