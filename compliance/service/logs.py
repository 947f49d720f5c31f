"""Logs of a service: one line of JSON an event, without a body, a path, a key or a name of a person or party."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

EVENTS = logging.getLogger("compliance.service")
_OURS = "fields"


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; of a traceback only where it was, not what it held."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, Any] = {
            "at": at,
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "process": record.process,
        }
        told |= getattr(record, _OURS, {})
        if record.exc_info and record.exc_info[0] is not None:
            told["fault"] = record.exc_info[0].__name__
            told["place"] = _place(record.exc_info[2])
        return json.dumps(told, ensure_ascii=False)


def _place(trace: object) -> list[str]:
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code  # type: ignore[attr-defined]
        found.append(f"{code.co_filename.rpartition('compliance/')[2]}:{trace.tb_lineno}")  # type: ignore[attr-defined]
        trace = trace.tb_next  # type: ignore[attr-defined]
    return found[-8:]


def event(name: str, level: int = logging.INFO, fault: BaseException | None = None, **fields: object) -> None:
    """Notes an event with its fields."""
    EVENTS.log(level, name, extra={_OURS: fields}, exc_info=fault)


LOG_CONFIG = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "compliance.service.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "json"}},
    "loggers": {
        "compliance.service": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "uvicorn.error": {"level": "WARNING"},
        "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
"""Of uvicorn only what is wrong: its lines of access hold paths, and so names."""
