"""The edge: Envoy's whole configuration, generated from the contracts.

It promises that outside callers reach an RPC exactly when its contract exposes it, that every RPC that isn't public needs a valid token,
and that an error of the edge has the shape that the contract of the RPC names.
"""

from services.mesh.edge.bootstrap import render

__all__ = ["render"]
