"""load_balancer: where each service runs, and how traffic is split.

It calls no service of the mesh but auth; it speaks xDS to Envoy. No RPC of it is built yet: it serves its health, its reflection and its
contract.
"""
