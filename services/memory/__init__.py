"""memory: what is worth remembering about a user, with where it came from.

It calls vector_db and cache_coordinator. No RPC of it is built yet: it serves its health, its reflection and its contract.
"""
