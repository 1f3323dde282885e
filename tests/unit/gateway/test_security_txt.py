"""Where a weakness can be reported."""

from datetime import UTC, datetime

from aiohttp import web

from bot.gateway.security_txt import add_security_txt, text
from bot.settings import Settings
from tests.fakes import MakeClient


def app(contact: str) -> web.Application:
    made = web.Application()
    add_security_txt(made, Settings(security_contact=contact))
    return made


def test_the_file_says_who_and_until_when() -> None:
    """Contact and an expiry date less than a year ahead, a field a line, as RFC 9116 asks."""
    lines = text("mailto:security@example.org", now=datetime(2026, 11, 26, 12, tzinfo=UTC)).splitlines()
    assert lines[:2] == ["Contact: mailto:security@example.org", "Expires: 2027-02-24T12:00:00Z"]


async def test_it_is_served_where_a_contact_is_set(aiohttp_client: MakeClient) -> None:
    """Plain text in UTF-8 at the well-known place."""
    answer = await (await aiohttp_client(app("https://example.org/report"))).get("/.well-known/security.txt")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (await answer.text()).startswith("Contact: https://example.org/report\n")


async def test_without_a_contact_there_is_nothing(aiohttp_client: MakeClient) -> None:
    """No made-up address is given out."""
    assert (await (await aiohttp_client(app(""))).get("/.well-known/security.txt")).status == 404
