"""The audit log: an entry for each change of identities, written in the transaction of the change."""

from __future__ import annotations

from uat.auth.v1 import audit_pb2, auth_service_pb2

from services.auth.store import Identities, Store
from services.kit import pages
from services.kit.context import Caller, current
from services.kit.ids import NewId
from services.kit.times import moment_of


class Audit:
    """Writes and lists audit events."""

    def __init__(self, store: Store, new_id: NewId) -> None:
        self._store = store
        self._new_id = new_id

    async def record(self, tx: Identities, tenant_id: str, action: str, actor: str, target: str, *, succeeded: bool = True) -> None:
        """Appends an event to the tenant's log. `actor` is a user's id, or empty when no user is signed in."""
        call = current()
        event = audit_pb2.AuditEvent(
            id=self._new_id("audit"),
            action=action,
            actor_user_id=actor,
            target_id=target,
            succeeded=succeeded,
            call_id=call.request_id if call else "",
        )
        await tx.add_audit_event(event, tenant_id)

    async def page(
        self, caller: Caller, request: auth_service_pb2.ListAuditEventsRequest, size: int
    ) -> tuple[list[audit_pb2.AuditEvent], str]:
        """A page of the tenant's log, newest first, and the token of the next page."""
        after = moment_of(request.after) if request.HasField("after") else None
        listing = f"audit_events {after}"
        (before,) = pages.decode(request.page_token, listing, str) or (None,)
        async with self._store.tenant(caller.tenant_id) as tx:
            found = await tx.audit_events(after, before, size + 1)
        return pages.page_of(found, size, listing, lambda item: item.id)
