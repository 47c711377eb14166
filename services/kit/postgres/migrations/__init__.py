"""Schema migrations with Alembic. Each service's live in `services/<name>/migrations`, its tables in a schema and under a role of the
same name.
"""
