"""The console of the unit tests, for what takes longer than their ring may."""

from tests.unit.console.conftest import _quick_hashes, office, opened

__all__ = ["_quick_hashes", "office", "opened"]
