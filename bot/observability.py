"""Logs and error reports that can't carry what anyone wrote.

A log line is a constant event name with ids and numbers. Error reports are off without a DSN; with one they
hold the kind of an error and where it happened, never a value, a local variable, a request or a breadcrumb.
"""

import contextlib
import logging
import sys
from typing import Any

import sentry_sdk
import structlog
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.types import Event, Hint

from bot.settings import Settings

# Keys whose values are ours and can't hold a visitor's words; every other key is dropped from a log line.
SAFE_KEYS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "part",
        "error",
        "port",
        "status",
        "seconds",
        "count",
        "path",
        "state",
        "address",
        "record",
        "problem",
        "model",
        "edition",
        "what",
        "signal",
    }
)


def _only_safe_keys(_: Any, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: value for key, value in line.items() if key in SAFE_KEYS}


def _reported(_: Any, method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An error that is being handled is reported where reports are on: nobody has to think of it twice."""
    if method == "error" and (error := sys.exc_info()[1]) is not None:
        sentry_sdk.capture_exception(error)
    return line


class _Lines:
    """Lines on standard error. A disk that is full costs a line, never an answer."""

    def line(self, text: str) -> None:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = line


class _NamesOnly(logging.Filter):
    """Lines of libraries are cut to the library's name and the kind of error: their texts may quote a message."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        record.msg, record.args, record.exc_info, record.exc_text, record.stack_info = (
            f"{record.name} {record.levelname.lower()} {kind}".strip(), (), None, None, None,
        )  # fmt: skip
        return True


def configure(settings: Settings, *, part: str) -> None:
    """Set up logging and error reports of one process. `part` names it in every line."""
    level = logging.getLevelName(settings.log_level.upper())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _reported,
            _only_safe_keys,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Lines(),
    )
    structlog.contextvars.bind_contextvars(part=part)
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_NamesOnly())
    # Libraries speak only of trouble: below WARNING some of them quote whole messages.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    if settings.sentry_dsn:
        sentry_sdk.init(
            dsn=settings.sentry_dsn.reveal(),
            include_local_variables=False,
            include_source_context=False,
            max_breadcrumbs=0,
            max_request_body_size="never",
            send_default_pii=False,
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[ExcepthookIntegration()],
            traces_sample_rate=0.0,
            before_send=scrub,
            before_breadcrumb=lambda _crumb, _hint: None,
        )


def scrub(event: Event, _: Hint) -> Event:
    """What is left of an error report: kinds of errors, files, lines and function names."""
    values = []
    for value in (event.get("exception") or {}).get("values", []):
        frames = (value.get("stacktrace") or {}).get("frames", [])
        values.append(
            {
                "type": value.get("type"),
                "value": "",
                "stacktrace": {
                    "frames": [{k: f.get(k) for k in ("filename", "module", "function", "lineno")} for f in frames]
                },
            }
        )
    clean: Event = {"level": event.get("level", "error"), "exception": {"values": values}}
    for key in ("event_id", "timestamp", "release", "environment", "platform"):
        if key in event:
            clean[key] = event[key]
    return clean
