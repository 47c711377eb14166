"""The listing of usage records: whose records a caller may see, page by page."""

from __future__ import annotations

from uat.llm_router.v1 import usage_service_pb2 as pb

from services.kit import pages
from services.kit.context import Caller
from services.kit.errors import PermissionDenied
from services.llm_router.store import UsageFilter, UsageStore


class UsageListing:
    """Lists a user's own records, and all records of the tenant for its administrators."""

    def __init__(self, store: UsageStore) -> None:
        self._store = store

    async def page(self, caller: Caller, request: pb.ListUsageRequest) -> pb.ListUsageResponse:
        """One page, newest first. Raises PermissionDenied for another user's records, and PageTokenInvalid."""
        admin = "TENANT_ADMIN" in caller.roles
        if request.user_id not in ("", caller.user_id) and not admin:
            raise PermissionDenied("only an administrator of the tenant may see another user's usage")
        wanted = UsageFilter.of(request, request.user_id or ("" if admin else caller.user_id))
        size = pages.size(request.page_size, 100)
        (before,) = pages.decode(request.page_token, repr(wanted), int) or (None,)
        found = await self._store.page(caller.tenant_id, wanted, before, size + 1)
        records, token = pages.page_of(found, size, repr(wanted), lambda record: record[0])
        return pb.ListUsageResponse(records=[record for _, record in records], next_page_token=token)
