"""What chat counts."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

LIVE = Gauge("uat_chat_live_replies", "Replies that this process writes now.")
ENDED = Counter("uat_chat_replies", "Replies that this process brought to an end.", ("state",))
MENDED = Counter("uat_chat_mended_replies", "Replies of dead replicas that this process brought to an end.")
LOST = Counter("uat_chat_lost_event_logs", "Replies whose events the broker didn't take, so that they can't be resumed.")
