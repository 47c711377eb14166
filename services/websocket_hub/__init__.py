"""websocket_hub: real-time channels: publish, subscribe, presence, history.

It calls auth. News reaches it over NATS, never by a call from below. No RPC of it is built yet: it serves its health, its reflection and
its contract.
"""
