"""The OpenAPI document that the contracts give: `document` as data, `render` as text."""

from services.codegen.openapi.bounds import UnsupportedRule
from services.codegen.openapi.document import document, render
from services.codegen.openapi.routes import UnsupportedRoute

__all__ = ["UnsupportedRoute", "UnsupportedRule", "document", "render"]
