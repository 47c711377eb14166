"""api_gateway: the API document, the whole mesh's reflection, limits, usage and the console page, beside the Envoy edge.

The path of a request does not lead through it: Envoy checks keys and limits itself. It calls auth for what tokens can't say. Limits,
usage and the console are
in the contract and not built yet.
"""
