"""What several rings share."""

from collections.abc import Iterator

import pytest

from bot.editor.rehearsal import Service
from tests.conversations.service import running


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """One running service for all dialogues and pages of a run."""
    yield from running()
