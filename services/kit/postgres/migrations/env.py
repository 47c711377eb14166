"""Alembic's environment: one connection, one schema, and one transaction for all migrations."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

config = context.config
schema = config.attributes["schema"]
url = config.attributes["url"].replace("postgresql://", "postgresql+psycopg://", 1)

with create_engine(url, poolclass=NullPool).connect() as connection:
    connection.execute(text(f'SET search_path TO "{schema}"'))
    connection.commit()
    context.configure(connection=connection, version_table="schema_version", version_table_schema=schema)
    with context.begin_transaction():
        context.run_migrations()
