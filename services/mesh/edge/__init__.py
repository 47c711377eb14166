"""The edge: Envoy's whole configuration, made from the contracts.

It calls nothing. It promises that an RPC is reachable from outside exactly when its contract exposes it, that a token is checked before
every RPC that isn't public, and that an error from the edge has the shape that the RPC's contract names.
"""

import warnings

with warnings.catch_warnings():
    # envoy-data-plane writes its validators in a way that pydantic means to drop in its next major version.
    warnings.filterwarnings("ignore", message="Using `@model_validator`", category=DeprecationWarning)
    from services.mesh.edge.bootstrap import render

__all__ = ["render"]
