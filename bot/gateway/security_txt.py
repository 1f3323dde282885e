"""Where to report a weakness: /.well-known/security.txt as RFC 9116 has it, with the charity's own contact."""

from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.settings import Settings

_DAYS = (
    90  # a reader asks again after this; made at every request, so that it never runs out while the service is kept up
)


def text(contact: str, *, now: datetime) -> str:
    """The file for a contact (`mailto:` or https address) at a time in UTC."""
    expires = (now + timedelta(days=_DAYS)).replace(microsecond=0, tzinfo=None).isoformat()
    return f"Contact: {contact}\nExpires: {expires}Z\nPreferred-Languages: en, cy\n"


def add_security_txt(app: web.Application, settings: Settings) -> None:
    """Add the route; nothing is there until the charity has set a contact."""

    async def security_txt(_: web.Request) -> web.Response:
        """GET /.well-known/security.txt"""
        if not settings.security_contact:
            raise web.HTTPNotFound
        return web.Response(text=text(settings.security_contact, now=datetime.now(UTC)), content_type="text/plain")

    app.router.add_get("/.well-known/security.txt", security_txt)
