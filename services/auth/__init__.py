"""auth: who everybody is.

It signs tokens (EdDSA JWTs for people, and API keys that are signed tokens too), so that every hop checks them alone, and it streams to
each service what
a token can't say: which keys hold now and which tokens were revoked. It calls no other service. Truth is in PostgreSQL, attempts to sign
in are counted
in Redis, and replicas tell each other of changes over NATS.
"""
