"""What is no HTTP request, or longer than is read, gets the one error shape of the app, and nothing of it is kept."""

import asyncio
import json
import logging
from pathlib import Path

import pytest
from aiohttp import web

from bot.listen import MOST_HEADER_BYTES, Runner
from tests.fakes import FakeDialogue, make_gateway
from tests.unit.console.office import Office

WORD = b"s3cret"
LONG = WORD * (MOST_HEADER_BYTES // len(WORD) + 1)
HOST = b"Host: x\r\n"
NO_BODY = b'{"error": {"code": "bad_request", "message": ""}}'
JSON = b"Content-Type: application/json\r\n"
RAW = {
    "oversize URL": b"GET /oruk/services?text=" + LONG + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "oversize HEAD": b"HEAD /oruk/services?text=" + LONG + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "oversize header": b"GET / HTTP/1.1\r\n" + HOST + b"X-Long: " + LONG + b"\r\n\r\n",
    "no request line": WORD + b"\r\n\r\n",
    "no version": b"GET / HTTP/" + WORD + b"\r\n" + HOST + b"\r\n",
    "no method": b"s3{cret / HTTP/1.1\r\n" + HOST + b"\r\n",
    "no header": b"GET / HTTP/1.1\r\n" + HOST + WORD + b"\r\n\r\n",
    "no address": b"GET http://[" + WORD + b"/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "no length": b"POST /api/sessions HTTP/1.1\r\n" + HOST + b"Content-Length: " + WORD + b"\r\n\r\n",
    "no chunk": b"POST /api/sessions HTTP/1.1\r\n"
    + HOST
    + JSON
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + WORD
    + b"\r\n",
    "no gzip": b"POST /api/sessions HTTP/1.1\r\n"
    + HOST
    + JSON
    + b"Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\n"
    + WORD,
    "no expectation": b"GET / HTTP/1.1\r\n" + HOST + b"Expect: " + WORD + b"\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


async def answers(app: web.Application) -> dict[str, tuple[bytes, bytes]]:
    """The head and the body of what each of RAW is answered."""
    runner = Runner(app, access_log=None, max_line_size=MOST_HEADER_BYTES, max_field_size=MOST_HEADER_BYTES)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found = {}
    for name, raw in RAW.items():
        reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
        writer.write(raw)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        found[name] = head, await asyncio.wait_for(reader.readexactly(int(length.split()[1])), 5)
        writer.close()
    await runner.cleanup()
    return found


def check(name: str, head: bytes, body: bytes) -> None:
    status = int(head.split()[1])
    assert status == (417 if name == "no expectation" else 400), name
    assert set(json.loads(body or NO_BODY)["error"]) == {"code", "message"}, name
    assert bool(body) == (name != "oversize HEAD"), name
    for header in (b"Cache-Control: no-store", b"X-Content-Type-Options: nosniff", b"Content-Security-Policy: default"):
        assert header in head, (name, header)
    assert b"cret" not in head + body, name


async def test_the_gateway_answers_what_is_no_request(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name, (head, body) in (await answers(make_gateway(FakeDialogue()))).items():
        check(name, head, body)
        assert json.loads(body or NO_BODY)["error"]["code"] == "bad_request"
    assert "cret" not in caplog.text


async def test_the_console_answers_what_is_no_request(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its routes are others: what is a request there is refused for want of a session."""
    caplog.set_level(logging.DEBUG)
    office = Office(folder=tmp_path)
    for name, (head, body) in (await answers(office.app())).items():
        if name != "no gzip":
            check(name, head, body)
    assert "cret" not in caplog.text
    await office.handoffs.aclose()
