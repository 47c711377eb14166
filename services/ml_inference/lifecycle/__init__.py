"""Loads and unloads versions in Triton: placement, warm-up, memory budgets, draining, and recovery of versions whose process died."""
