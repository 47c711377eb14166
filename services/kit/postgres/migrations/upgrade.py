"""Brings a service's schema up to date."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql

HERE = Path(__file__).parent


def role(service: str) -> str:
    """The name of the service's own database role."""
    return f"uat_{service}"


def upgrade(admin_url: str, service: str, folder: Path, password: str | None) -> None:
    """Creates the service's schema and login role where they are missing, and runs the new migrations in `folder`. Safe to repeat, also
    concurrently.

    `admin_url` must have the right to create roles and schemas. The service's role owns nothing: it may read and write the tables of its
    schema, within row-level security. A `password` is set on the role.
    """
    with psycopg.connect(admin_url, autocommit=True) as connection:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('uat.migrations'))")
            _role(connection, service, password)
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(service)))
        connection.execute("SELECT pg_advisory_lock(hashtext('uat.migrations'))")
        config = Config()
        config.set_main_option("script_location", str(HERE))
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", str(folder))
        config.attributes.update({"url": admin_url, "schema": service})
        command.upgrade(config, "head")
        _grant(connection, service)


def _role(connection: psycopg.Connection, service: str, password: str | None) -> None:
    name = sql.Identifier(role(service))
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role(service),)).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    if password is not None:
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password)))
    connection.execute(sql.SQL("ALTER ROLE {} SET search_path = {}").format(name, sql.Identifier(service)))


def _grant(connection: psycopg.Connection, service: str) -> None:
    schema, name = sql.Identifier(service), sql.Identifier(role(service))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, name))
    connection.execute(sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {} TO {}").format(schema, name))
    connection.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {} TO {}").format(schema, name))
