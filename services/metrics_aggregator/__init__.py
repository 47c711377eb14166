"""metrics_aggregator: the mesh's health, metrics and alerts.

It calls no service of the mesh but auth; it reads what every process shows to Prometheus. No RPC of it is built yet: it serves its
health, its reflection and its contract.
"""
