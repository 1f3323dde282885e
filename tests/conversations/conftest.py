"""One running service for all dialogues."""

from collections.abc import Iterator

import pytest

from tests.conversations.service import Service, running


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    yield from running()
