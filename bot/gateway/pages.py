"""The pages around the chat API."""

from aiohttp import web


def add_pages(app: web.Application) -> None:
    """Add them."""
