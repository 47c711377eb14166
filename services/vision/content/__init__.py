"""Content that callers send: its type, the limits on it, and how it is opened.

`header` checks it in a worker before anything is decoded, `decoding` turns decoders' errors into faults, `picture` and `pdf` open it, and
`scratch` keeps it as files for the workers.
"""
