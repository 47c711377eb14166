"""One request while it is worked on: who asks, who answers, and what is billed when it ends, however it ends."""

from __future__ import annotations

import time

from services.kit.context import CallContext
from services.kit.errors import Fault
from services.llm_router.metrics import measure
from services.llm_router.providers.provider import Usage
from services.llm_router.usage import Bill, UsageLog


class Work:
    """What is known of a request while it runs. `generation_id` is empty for one that writes nothing."""

    def __init__(self, work_id: str, model: str, call: CallContext | None, generation_id: str = "") -> None:
        self.id = work_id
        self.model = model
        self.call = call
        self.generation_id = generation_id
        self.provider = ""
        self.attempts = 0
        self.usage = Usage()
        self.finish_reason = ""
        self.error_reason = ""
        self.started = time.perf_counter()
        self.first_token: float | None = None

    def bill(self) -> Bill:
        """The record of this request."""
        caller = self.call.caller if self.call else None
        return Bill(
            decision_id=self.id,
            generation_id=self.generation_id,
            tenant_id=caller.tenant_id if caller else "",
            user_id=caller.user_id if caller else "",
            api_key_id=caller.token_id if caller and caller.kind == "api_key" else "",
            model=self.model,
            provider=self.provider,
            usage=self.usage,
            finish_reason=self.finish_reason or ("error" if self.error_reason else "cancelled"),
            error_reason=self.error_reason,
            attempts=self.attempts,
            time_to_first_token=None if self.first_token is None else self.first_token - self.started,
            duration=time.perf_counter() - self.started,
        )


class Billed:
    """Writes the bill when the block ends: well, on a fault, or because the client went away."""

    def __init__(self, work: Work, usage: UsageLog) -> None:
        self._work = work
        self._usage = usage

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        work = self._work
        if isinstance(error, Fault):
            work.error_reason = error.reason
        elif isinstance(error, Exception):
            work.error_reason = "INTERNAL"
        bill = work.bill()
        measure(bill)
        self._usage.record(bill)
        if work.call is not None:
            work.call.log |= {"model": bill.model, "provider": bill.provider, "output_tokens": bill.usage.output_tokens}
