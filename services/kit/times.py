"""Moments and lengths of time, as the wire has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp


def timestamp(moment: datetime) -> Timestamp:
    """The moment as a message."""
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def moment_of(stamp: Timestamp) -> datetime:
    """The message as a moment in UTC."""
    return stamp.ToDatetime(tzinfo=UTC)


def duration(length: timedelta | float) -> Duration:
    """A length of time, or so many seconds, as a message."""
    made = Duration()
    if isinstance(length, timedelta):
        made.FromTimedelta(length)
    else:
        made.FromNanoseconds(int(length * 1e9))
    return made
