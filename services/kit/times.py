"""Times between PostgreSQL and the wire."""

from __future__ import annotations

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp


def timestamp(moment: datetime) -> Timestamp:
    """The moment as a message."""
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def moment_of(stamp: Timestamp) -> datetime:
    """The message as a moment in UTC."""
    return stamp.ToDatetime(tzinfo=UTC)
