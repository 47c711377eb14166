"""Decides which version gets a request: traffic splits, tenant overrides, shadow copies, and canaries with automatic rollback."""
