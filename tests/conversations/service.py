"""A whole service for tests."""

from collections.abc import Iterator

from bot.editor.rehearsal import Service


def running() -> Iterator[Service]:
    """A service for a whole test session, as talkative as it can be: even so it prints nothing of a visitor."""
    service = Service(log_level="debug")
    service.start()
    try:
        service.wait_ready()
        yield service
    finally:
        service.stop()
