"""Measures this project beside its peers: the edge against other gateways, fast_llm against the raw engine, and how fast a cancel lands.

Each comparison runs both sides in one run on one machine, in turns, against the same upstream, so the ratios mean something where the
absolute figures do not. Everything listens on loopback, everything started here is ended here, and state lives in `.bench/` at the root.
"""
