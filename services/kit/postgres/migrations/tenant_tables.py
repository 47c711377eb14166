"""Row-level security for tables whose rows belong to tenants."""

from __future__ import annotations

from collections.abc import Callable


def isolate_tenants(execute: Callable[[str], object], *tables: str, across: str | None = None) -> None:
    """Makes rows of these tables visible and writable only in transactions of their `tenant_id`, also for the tables' owner.

    `across` names a pseudo tenant, such as `*`, whose transactions see every row. Called by a migration, with `op.execute`.
    """
    tenant = "current_setting('uat.tenant', true)"
    rule = f"tenant_id = {tenant}" if across is None else f"{tenant} IN (tenant_id, '{across}')"
    for table in tables:
        execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        execute(f"CREATE POLICY tenant ON {table} USING ({rule})")
