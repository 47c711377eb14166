"""Structured logs on standard output: one JSON object per line, or text for people.

Each record has `level`, `timestamp` and `service`. Inside an RPC or a background task it also has `request_id`, and with a verified user
`tenant` and `user`.
"""

from __future__ import annotations

import logging
import sys
from typing import BinaryIO

import orjson
import structlog

from services.kit.context import context_fields


def configure(service: str, level: str, form: str, out: BinaryIO | None = None) -> None:
    """Sends the records of structlog and of the standard library to `out`. Default: standard output.

    `service` is the default of the field of that name. Our own modules log from `level` on, libraries from WARNING on.
    """
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        context_fields(service),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    wrapper = structlog.make_filtering_bound_logger(number)
    if form == "text":
        structlog.configure(processors=[*shared, structlog.dev.ConsoleRenderer()], wrapper_class=wrapper)
    else:
        structlog.configure(
            processors=[*shared, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=orjson.dumps)],
            wrapper_class=wrapper,
            logger_factory=structlog.BytesLoggerFactory(out or sys.stdout.buffer),
            cache_logger_on_first_use=True,
            context_class=dict,
        )
    logging.basicConfig(handlers=[_Forward()], level=logging.WARNING, force=True)
    logging.getLogger("services").setLevel(number)


class _Forward(logging.Handler):
    """Passes the standard library's records to structlog, so that all logs have one format."""

    def __init__(self) -> None:
        super().__init__()
        self._log = structlog.get_logger("uat.library")

    def emit(self, record: logging.LogRecord) -> None:
        self._log.log(record.levelno, record.getMessage(), logger=record.name, **({"exc_info": record.exc_info} if record.exc_info else {}))
