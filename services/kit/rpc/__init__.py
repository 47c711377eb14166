"""Serving of calls: contracts, the one shape of a call, interceptors, open streams, and error bodies."""
