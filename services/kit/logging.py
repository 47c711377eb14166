"""Structured logs on standard output: one JSON object a line, or text for people."""

from __future__ import annotations

import logging
import sys

import orjson
import structlog


def configure(service: str, level: str, form: str) -> None:
    """Sends structlog's and the standard library's records to standard output, each with the time (UTC), the level and the service."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    if form == "text":
        structlog.configure(
            processors=[*shared[:2], structlog.dev.ConsoleRenderer()], wrapper_class=structlog.make_filtering_bound_logger(number)
        )
    else:
        structlog.configure(
            processors=[*shared, structlog.processors.JSONRenderer(serializer=_dumps)],
            wrapper_class=structlog.make_filtering_bound_logger(number),
            logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
            cache_logger_on_first_use=True,
            context_class=dict,
        )
        structlog.contextvars.clear_contextvars()
    logging.basicConfig(handlers=[_Forward(service)], level=logging.WARNING, force=True)


def _dumps(record: object, **_: object) -> bytes:
    return orjson.dumps(record, default=str)


class _Forward(logging.Handler):
    """Hands the records of libraries to structlog, so that there is one form."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._log = structlog.get_logger("uat.library").bind(process=service)

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self._log.log(record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info)
        else:
            self._log.log(record.levelno, record.getMessage(), logger=record.name)
