"""auth: users, sessions, API keys, and the tokens that every service verifies.

Access tokens and API keys are JWTs signed with EdDSA, so each service verifies them without a call. Revocations and signing keys, which a
token can't show, are streamed to every service. auth calls no other service. PostgreSQL holds the truth, Redis counts sign-in attempts, and
replicas signal changes to each other over NATS.
"""
