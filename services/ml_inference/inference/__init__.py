"""The data path: routes a request, validates it against its version, queues it, and exchanges it with Triton or the response cache."""
