"""Hostile requests at every endpoint: nothing answers 5xx, and every refusal has the one shape."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.editor.rehearsal import free_port
from bot.gateway.plain import add_plain
from bot.listen import Runner
from tests.fakes import FakeDialogue, make_gateway

METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
PATHS = st.sampled_from(
    [
        "/api/sessions", "/api/messages", "/api/feedback", "/api/sessions/end",
        "/plain", "/embed", "/demo", "/healthz", "/readyz", "/chat", "/static/chat/chat.js",
        "/static/chat/page.html", "/static/../settings.py", "/static/%2e%2e/pages.py", "/oruk/", "/oruk/services", "/oruk/services/x",
        "/oruk/taxonomies", "/oruk/taxonomy_terms", "/oruk/service_at_locations", "/oruk/export/services.csv", "/oruk/openapi.json",
        "/metrics", "/conversations/x", "/webhook", "/",
    ]
)  # fmt: skip
# Any code point, surrogates too: JSON can carry what UTF-8 can't.
TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200) | st.sampled_from(
    [
        "\u202e" * 50,
        "a\u0300" * 300,
        "\x00",
        "💣" * 100,
        "\u202e/door",
        "/" * 500,
        "{" * 3000,
        "\ud800",
        "İ" * 200,
        "ﷺ" * 200,
    ]
)
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON: st.SearchStrategy[Any] = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
NAMES = st.sampled_from(["id", "text", "choice", "token", "language", "nation", "sender"])
CHOICES = st.sampled_from(['/door{"role": ', "/inform", "/more{", "/skip", "/safe_now", "/restart"])
SHAPED = st.dictionaries(NAMES, LEAF | st.builds(str.__add__, CHOICES, TEXT), max_size=4)
BODY = (
    st.binary(max_size=300)
    | JSON.map(lambda value: json.dumps(value).encode())
    | SHAPED.map(lambda value: json.dumps(value).encode())
)
HEADERS = st.dictionaries(
    st.sampled_from(["Content-Type", "Authorization", "X-Forwarded-For", "If-None-Match", "Origin", "Range", "Accept-Language"]),
    st.sampled_from(
        [
            "999.1.1.1, ::1", "application/json", "text/plain", "Bearer x", "Bearer " + "a" * 43,
            "bearer", "Basic eDp5", '"x", W/"y"', "*", "bytes=0-", "null",
            "application/json; charset=utf-16", "multipart/form-data; boundary=x", "multipart/form-data",
            "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=nonsense",
        ]
    ),
    max_size=4,
)  # fmt: skip
QUERY = st.dictionaries(
    st.sampled_from(["page", "per_page", "language", "full", "text", "postcode", "id"]), TEXT, max_size=3
)


class Target:
    """A gateway over fakes, on loopback, with a loop of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.url = f"http://127.0.0.1:{free_port()}"
        app = make_gateway(FakeDialogue())
        add_plain(app)
        self.runner = Runner(app)
        self.token = ""

    async def start(self) -> None:
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", int(self.url.rsplit(":", 1)[1])).start()
        self.http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        async with self.http.post(f"{self.url}/api/sessions") as opened:
            self.token = (await opened.json())["token"]

    async def stop(self) -> None:
        await self.http.close()
        await self.runner.cleanup()

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, bytes]:
        async with self.http.request(method, self.url + path, **more) as answer:
            return answer.status, await answer.read()


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    made = Target()
    made.loop.run_until_complete(made.start())
    yield made
    made.loop.run_until_complete(made.stop())
    made.loop.close()


def check(status: int, body: bytes, path: str, method: str) -> None:
    assert status < 500 or path == "/readyz", (method, path, status)
    if status >= 400 and method != "HEAD" and path != "/readyz":
        assert set(json.loads(body)["error"]) == {"code", "message"}


FUZZ = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


@FUZZ
@given(method=METHODS, path=PATHS, body=BODY, headers=HEADERS, query=QUERY)
def test_any_request(
    target: Target, method: str, path: str, body: bytes, headers: dict[str, str], query: dict[str, str]
) -> None:
    """Any method, path, header, query and body."""
    params = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    call = target.ask(method, path, data=body, headers=headers, params=params)
    check(*target.loop.run_until_complete(call), path, method)


@FUZZ
@given(body=SHAPED | JSON)
def test_any_message_of_a_visitor(target: Target, body: Any) -> None:
    """A session that is there, and a message that is hardly one."""
    headers = {"Authorization": f"Bearer {target.token}", "Content-Type": "application/json"}
    call = target.ask("POST", "/api/messages", data=json.dumps(body).encode(), headers=headers)
    status, answer = target.loop.run_until_complete(call)
    check(status, answer, "/api/messages", "POST")
    if status == 200:
        assert json.loads(answer)["messages"]


@FUZZ
@given(text=TEXT)
def test_any_text_of_a_visitor_is_answered(target: Target, text: str) -> None:
    """Whatever code points a message has: words in, an answer out."""
    headers = {"Authorization": f"Bearer {target.token}", "Content-Type": "application/json"}
    body = json.dumps({"text": f"a {text}"}).encode()
    status, answer = target.loop.run_until_complete(target.ask("POST", "/api/messages", data=body, headers=headers))
    # A half of a surrogate pair is no text in any encoding; JSON that carries one is refused as unreadable.
    assert status == (400 if any("\ud800" <= c <= "\udfff" for c in text) else 200), answer


FORM = st.dictionaries(
    st.sampled_from(["id", "text", "choice", "token", "language", "nation", "helped", "end"]),
    TEXT.map(lambda text: text.encode("utf-8", "replace").decode()) | st.sampled_from(["housing yes", "wales", "cy"]),
    max_size=5,
)


@FUZZ
@given(form=FORM, known=st.booleans())
def test_any_form_without_javascript(target: Target, form: dict[str, str], known: bool) -> None:
    """The page that is one form: whatever its fields hold, a page comes back, and the way out is on it."""
    fields = form | ({"token": target.token} if known and not form.get("end") else {})
    status, page = target.loop.run_until_complete(target.ask("POST", "/plain", data=fields))
    assert status == 200 and b"https://www.bbc.co.uk/weather" in page


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\xfe\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="text"; filename="f"\r\n\r\nhi\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data\r\nContent-Transfer-Encoding: z\r\n\r\nhi\r\n--x--\r\n",
        ),
        ("application/x-www-form-urlencoded; charset=nonsense", b"text=hi"),
        ("application/x-www-form-urlencoded", b"text=%ff%fe"),
        ("application/x-www-form-urlencoded", b"\xff\xfe"),
    ],
)
def test_a_form_that_is_none(target: Target, kind: str, body: bytes) -> None:
    """What no browser sends is refused or read as far as it goes, and never fails."""
    status, _ = target.loop.run_until_complete(target.ask("POST", "/plain", data=body, headers={"Content-Type": kind}))
    assert status < 500


def test_a_form_that_comes_too_slowly_is_not_waited_for(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends byte by byte holds no place."""
    monkeypatch.setattr("bot.gateway.plain.BODY_SECONDS", 0.2)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"text="
        await asyncio.sleep(1)
        yield b"hi"

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _ = target.loop.run_until_complete(target.ask("POST", "/plain", data=slowly(), headers=kind))
    assert status == 408
