"""Freshness: current until the review date, overdue through the grace, then gone."""

from datetime import date, timedelta

import pytest

from bot.catalogue.freshness import Freshness, freshness
from tests.unit.catalogue.builders import POLICY, provenance, service

DUE = date(2027, 2, 1)


@pytest.mark.parametrize(
    ("days_after", "emergency", "state"),
    [
        (-30, False, Freshness.CURRENT),
        (0, False, Freshness.CURRENT),
        (1, False, Freshness.OVERDUE),
        (90, False, Freshness.OVERDUE),
        (91, False, Freshness.EXPIRED),
        (91, True, Freshness.OVERDUE),
        (270, True, Freshness.OVERDUE),
        (271, True, Freshness.EXPIRED),
    ],
)
def test_a_record_ages_by_the_policy(days_after: int, emergency: bool, state: Freshness) -> None:
    """Each edge of the review date and of both graces."""
    record = service(provenance=provenance(review_due=DUE), emergency_line=emergency)
    assert freshness(record, POLICY, DUE + timedelta(days=days_after)) is state
