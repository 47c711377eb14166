"""Triton's protocol as this service uses it: what a request's tensors must be, and what Triton's errors mean to callers."""
