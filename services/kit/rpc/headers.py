"""Names of the metadata that calls carry."""

REQUEST_ID = "x-request-id"
SERVICE = "x-uat-caller"
"""The calling service's own token; the edge removes it from calls that come from outside."""
DETAILS = "grpc-status-details-bin"
ERROR_BODY = "uat-error-body"
"""A trailer that becomes the HTTP body at the edge, for RPCs whose errors have a shape of their own."""
