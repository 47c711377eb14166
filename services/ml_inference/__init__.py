"""ml_inference: models behind the Open Inference Protocol v2, and their versions, traffic and jobs.

It calls no service of the mesh but auth; the models run in NVIDIA Triton. No RPC of it is built yet: it serves its health, its reflection
and its contract.
"""
