"""vision: reading, describing and making images.

It calls no service of the mesh but auth; the models run in NVIDIA Triton. No RPC of it is built yet: it serves its health, its reflection
and its contract.
"""
