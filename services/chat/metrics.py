"""Metrics of chat."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

LIVE = Gauge("uat_chat_live_replies", "Replies that this process writes now.")
ENDED = Counter("uat_chat_replies", "Replies that this process finished.", ("state",))
RECOVERED = Counter("uat_chat_recovered_replies", "Replies of dead replicas that this process finished.")
LOST = Counter("uat_chat_lost_event_logs", "Replies whose events the broker didn't store, so that they can't be resumed.")
