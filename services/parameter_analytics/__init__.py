"""parameter_analytics: what was tried with which parameters, and what came of it.

It calls no service of the mesh but auth. No RPC of it is built yet: it serves its health, its reflection and its contract.
"""
