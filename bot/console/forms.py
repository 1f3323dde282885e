"""What a form holds, as text."""

from aiohttp import web


async def fields(request: web.Request, *names: str) -> list[str]:
    """The fields of a form; one that is missing or not text is empty."""
    sent = await request.post()
    return [value if isinstance(value := sent.get(name, ""), str) else "" for name in names]


async def several(request: web.Request, name: str) -> list[str]:
    """All values of a field that may come several times."""
    return [value for value in (await request.post()).getall(name, []) if isinstance(value, str)]
