"""What is not there any more, or not as it was seen: said in plain words, and what was typed is shown to be copied."""

from dataclasses import dataclass

from aiohttp import web

from bot.console.rendering import error, page

_UNSEEN = frozenset({"csrf", "seen", "looked_at"})


@dataclass(kw_only=True, eq=False)
class Missing(Exception):
    """What was asked for can't be had. text: what happened and what to do. onward: an address and what its link says.

    typed: what is worth keeping of the form that was sent; None: all that was written in it.
    """

    title: str
    text: str
    onward: tuple[str, str]
    typed: tuple[str, ...] | None = None
    status: int = 404


async def missing(request: web.Request, what: Missing) -> web.Response:
    """The page that says so; for scripts the one JSON shape."""
    if "text/html" not in request.headers.get("Accept", ""):
        return error(request, what.status)
    typed = what.typed
    if typed is None:
        sent = (await request.post()).items()
        typed = tuple(value for name, value in sent if isinstance(value, str) and _written(name, value))
    return page(request, "missing.html", status=what.status, what=what, typed="\n\n".join(typed))


def _written(name: str, value: str) -> bool:
    """Whether somebody wrote it, and did not choose it."""
    return bool(value.strip()) and name not in _UNSEEN and not name.startswith("leads_")
