"""Helpers for tests of services, on real parts: identities, replicas, killed processes, a clock. No production module imports them."""

from services.kit.testing.identities import Issuer, as_service, bearer
from services.kit.testing.running import replicas, running, trusting

__all__ = ["Issuer", "as_service", "bearer", "replicas", "running", "trusting"]
