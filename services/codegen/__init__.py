"""Makes `gen/` from `protos/`: stubs, the SDK, the descriptor set and the OpenAPI document. Used by developers, never by a running
service.
"""
