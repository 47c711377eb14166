"""Schema migrations with Alembic. Those of a service are in `services/<name>/migrations`; its tables are in a schema of
its name.
"""
