"""Identity of callers: verification of tokens of users and services, delegation, and the stream of keys and revocations from auth."""
