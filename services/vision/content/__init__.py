"""Content that callers send: what it is, whether it keeps the limits, and where it lies while a request or job works on it.

`sources` fetches it from requests and uploads, `header` checks it in a worker before anything is decoded, `decoding` turns decoders' errors
into faults, `scratch` holds it as files for the workers.
"""
