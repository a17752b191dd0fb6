"""Structured logs: one event per line, with request and correlation ids and no personal data."""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.typing import EventDict

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# The secret of a calendar stands in its address: whoever reads the logs must not learn it.
_SECRET_PATH = re.compile(r"(/calendar/)[^/\s?\"']+(?=\.ics)")
MASK = r"\1***"


def mask_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Take the secrets of addresses out of everything that is logged, tracebacks too."""
    for name, value in event.items():
        if isinstance(value, str) and "/calendar/" in value:
            event[name] = _SECRET_PATH.sub(MASK, value)
    return event


SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    mask_secrets,
]


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """Configure structlog and return Django's LOGGING dictionary."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processor": renderer,
        "foreign_pre_chain": SHARED_PROCESSORS,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "urllib3": {"level": "WARNING"},
        },
    }
