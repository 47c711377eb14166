"""cache_coordinator: one cache for the mesh, coherent by pushed invalidation.

It calls no service of the mesh but auth; values lie in Redis. No RPC of it is built yet: it serves its health, its reflection and its
contract.
"""
