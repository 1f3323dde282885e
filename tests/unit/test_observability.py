"""Logs and error reports carry nothing that anyone wrote."""

import json
import logging

import pytest
import structlog

from bot import observability
from bot.settings import Settings

CANARY = "zebra-canary-7731"


@pytest.fixture(autouse=True)
def _configured() -> None:
    observability.configure(Settings(), part="test")


def test_a_log_line_keeps_only_safe_keys(capsys: pytest.CaptureFixture[str]) -> None:
    """A key nobody declared safe is dropped, whatever its value."""
    observability.configure(Settings(), part="test")
    structlog.get_logger().warning("something", text=CANARY, error="ValueError")
    err = capsys.readouterr().err
    assert CANARY not in err
    assert json.loads(err.splitlines()[-1])["error"] == "ValueError"


def test_lines_of_libraries_lose_their_text(capsys: pytest.CaptureFixture[str]) -> None:
    """A library that quotes a message in a warning or a traceback is cut to its name and the kind of error."""
    observability.configure(Settings(), part="test")
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("some.library").exception("failed on %s", CANARY)
    err = capsys.readouterr().err
    assert CANARY not in err
    assert "some.library error ValueError" in err


def test_an_error_report_is_scrubbed() -> None:
    """Values, locals, requests, breadcrumbs and extras are gone; kinds, files and lines stay."""
    frame = {
        "filename": "a.py",
        "function": "f",
        "lineno": 3,
        "vars": {"text": CANARY},
        "context_line": CANARY,
    }
    event = {
        "event_id": "1",
        "level": "error",
        "message": CANARY,
        "logentry": {"message": CANARY},
        "request": {"data": CANARY},
        "breadcrumbs": {"values": [{"message": CANARY}]},
        "extra": {"tracker": CANARY},
        "exception": {"values": [{"type": "ValueError", "value": CANARY, "stacktrace": {"frames": [frame]}}]},
    }
    scrubbed = observability.scrub(event, {})  # type: ignore[arg-type]  # the SDK's TypedDict, built by hand
    assert CANARY not in json.dumps(scrubbed)
    assert scrubbed["exception"]["values"][0]["stacktrace"]["frames"][0]["lineno"] == 3
