"""What the tests of the gateway share."""

import pytest

from tests.fakes import FakeDialogue


@pytest.fixture
def dialogue() -> FakeDialogue:
    return FakeDialogue()
