"""Logs and error reports carry nothing that anyone wrote."""

import errno
import gzip
import io
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sentry_sdk
import structlog
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import SafeAction
from bot import observability
from bot.settings import Secret, Settings
from tests.fakes import FakeDialogue, MakeClient, make_gateway

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


class Full(io.StringIO):
    """Standard error, where there is no room."""

    def write(self, _: str) -> int:
        raise OSError(errno.ENOSPC, "no room")


def test_a_full_disk_costs_a_line_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where lines go to a file, writing one can fail in the middle of an answer."""
    monkeypatch.setattr(sys, "stderr", Full())
    structlog.get_logger().error("request failed", error="ValueError")


@pytest.fixture
def reports() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Error reports are on; what arrived at their address, in the bytes in which it did."""
    arrived: list[bytes] = []

    class Address(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            arrived.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Address) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        dsn = Secret(f"http://key@127.0.0.1:{server.server_port}/1")
        observability.configure(Settings(sentry_dsn=dsn), part="test")

        def read() -> list[dict[str, Any]]:
            sentry_sdk.flush(5)
            assert CANARY.encode() not in b"".join(arrived)
            return [json.loads(body.splitlines()[2]) for body in arrived if b"exception" in body]

        yield read
        sentry_sdk.init()
        server.shutdown()


def kinds(found: list[dict[str, Any]]) -> list[list[str]]:
    return [[value["type"] for value in one["exception"]["values"]] for one in found]


def test_a_report_of_an_error_carries_where_and_not_what(reports: Callable[[], list[dict[str, Any]]]) -> None:
    """Words in an error, its cause, locals, breadcrumbs, tags and extras stay here; its kind and place arrive."""
    words = f"{CANARY} he has a knife"
    sentry_sdk.add_breadcrumb(message=words)
    sentry_sdk.set_tag("text", words)
    sentry_sdk.set_extra("tracker", words)
    logging.getLogger("a.library").error("failed on %s", words)
    try:
        try:
            raise KeyError(words)
        except KeyError as error:
            raise ValueError(words) from error
    except ValueError as error:
        structlog.get_logger().error("request failed", error=type(error).__name__, text=words)
    found = reports()
    assert kinds(found) == [["KeyError", "ValueError"]]
    frame = found[0]["exception"]["values"][-1]["stacktrace"]["frames"][-1]
    assert frame["function"] == "test_a_report_of_an_error_carries_where_and_not_what" and frame["lineno"]


async def test_a_request_that_fails_is_reported_without_its_words(
    aiohttp_client: MakeClient, reports: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway's last net: neither body nor token of the request goes along."""

    async def fails(_: object, turn: object) -> None:
        raise RuntimeError(repr(turn))

    monkeypatch.setattr(FakeDialogue, "say", fails)
    client = await aiohttp_client(make_gateway(FakeDialogue()))
    token = (await (await client.post("/api/sessions")).json())["token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = await client.post("/api/messages", json={"text": f"{CANARY} hello"}, headers=headers)
    assert answer.status == 500 and "999" in await answer.text()
    found = reports()
    assert kinds(found) == [["RuntimeError"]]
    assert token not in json.dumps(found)


async def test_an_action_that_fails_is_reported_without_its_tracker(
    reports: Callable[[], list[dict[str, Any]]],
) -> None:
    """The SDK's own error would carry the whole conversation."""

    class Failing(SafeAction):
        def name(self) -> str:
            return "action_failing"

        async def act(self, _: CollectingDispatcher, tracker: Tracker) -> list[Any]:
            raise RuntimeError(json.dumps(tracker.current_state()))

    message = {"text": CANARY, "intent": {"name": None}, "entities": []}
    said = CollectingDispatcher()
    await Failing().run(said, Tracker("x", {"note": CANARY}, message, [], False, None, {}, "action_listen"), {})
    assert said.messages
    assert kinds(reports()) == [["RuntimeError"]]
