"""The processes of the mesh, one file each behind one interface.

To run one alone, as tests do, there is `runner`: `async with running_part(Redis(folder, 6379)) as redis: …`. Nothing is imported
here, since each part brings a client library that takes its time.
"""
