"""PostgreSQL faults: the mapping of driver errors to typed faults by SQLSTATE."""

from __future__ import annotations

import grpc
import psycopg

from services.kit.errors import DependencyUnavailable, Fault, InvalidRequest, Overloaded

_CONFLICTS = frozenset(("40001", "40P01", "55P03"))
"""serialization_failure, deadlock_detected, lock_not_available."""
_FULL = frozenset(("53100", "53400"))
"""disk_full, configuration_limit_exceeded."""
_OVERLOADED = frozenset(("53000", "53200", "53300"))
"""insufficient_resources, out_of_memory, too_many_connections."""
_UNAVAILABLE = frozenset(("25006", "25P03"))
"""read_only_sql_transaction (a standby after a failover), idle_in_transaction_session_timeout. Other absences are OperationalErrors."""


class TransactionConflict(Fault):
    """PostgreSQL rolled the transaction back because another one got in its way. Repeating the whole operation is safe."""

    code = grpc.StatusCode.ABORTED
    reason = "TRANSACTION_CONFLICT"

    @property
    def transient(self) -> bool:
        return True


class StorageFull(Fault):
    """PostgreSQL has no disk space left. Nothing was written; retries fail until an operator makes room."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "STORAGE_FULL"


class OutcomeUnknown(DependencyUnavailable):
    """The connection broke during COMMIT, so the change may be stored or not. Only a caller with a unique key or a request id may retry."""

    reason = "OUTCOME_UNKNOWN"


STORE_FAULTS = (DependencyUnavailable, TransactionConflict, Overloaded, StorageFull)
"""What background work that has to succeed in the end waits out and repeats."""


def fault_of(error: psycopg.Error) -> Fault | None:
    """The fault for a driver error, or None where the error is a bug of ours or the store's own to handle, as a unique violation is."""
    state = error.sqlstate or ""
    if state in _CONFLICTS:
        return TransactionConflict("another change got in the way; try again", retry_after=0.1)
    if state in _FULL:
        return StorageFull("the database has no space left; an operator must add some", retry_after=60)
    if state in _OVERLOADED:
        return Overloaded("the database has no memory or connections to spare; try again", retry_after=2)
    if state == "57014":
        return DependencyUnavailable("the database took too long; try again", retry_after=2)
    if isinstance(error, psycopg.OperationalError) or state in _UNAVAILABLE:
        return unavailable()
    if isinstance(error, psycopg.DataError) and (state == "22021" or "NUL" in str(error)):
        return InvalidRequest("a text in the request contains the character NUL, which can't be stored")
    return None


def unavailable() -> DependencyUnavailable:
    """The fault for a database that can't be reached."""
    return DependencyUnavailable("the database is unavailable; try again", retry_after=1)
