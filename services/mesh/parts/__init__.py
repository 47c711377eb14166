"""The processes of the mesh, one file each behind one interface.

To run one alone, as tests do: `async with running_part(Redis(folder, free_port())) as redis: …` with `runner`. Nothing is imported here, since
each part brings a client library that takes its time.
"""
