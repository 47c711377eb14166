"""api_gateway: limits, usage, the API document and the console page, beside the Envoy edge.

It calls auth. The path of a request does not lead through it: Envoy checks keys and limits itself, and asks here only for what it can't know. No RPC of it is built yet: it serves its health, its reflection and its contract.
"""
