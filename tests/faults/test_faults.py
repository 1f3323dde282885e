"""The faults that find most, on every run; `make faults` tries them all."""

from collections.abc import Iterator

import pytest

from tests.faults.place import Place
from tests.faults.run import FAULTS, SHORT, Fault, try_fault


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with Place() as running:
        yield running


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if (fault.part, fault.how) in SHORT], ids=lambda f: f"{f.part} {f.how}"
)
def test_a_visitor_is_kept_safe(place: Place, fault: Fault) -> None:
    """Danger answered in time, help in every answer, nothing written down, well again by itself."""
    try_fault(place, fault)
