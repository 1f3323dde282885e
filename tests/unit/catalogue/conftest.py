"""Fixtures of the catalogue's tests."""

import pytest

from bot.catalogue.records import Catalogue
from tests.unit.catalogue.builders import product


@pytest.fixture(scope="session")
def shipped() -> Catalogue:
    """The product's own catalogue."""
    return product()
