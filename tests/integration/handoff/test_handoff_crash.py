"""What was acknowledged is there, once, whatever was killed on the way. The long run: `make handoff-crash`."""

import pytest

from tests.integration.handoff.crash import run


@pytest.mark.parametrize("store", ["sqlite", "redis"])
async def test_nothing_is_lost_or_doubled_when_processes_are_killed(store: str) -> None:
    """Sixty handoffs with their talks, while gateway, workers and Redis are killed at random points."""
    report = await run(count=60, store=store, every=20, seed=7)
    assert sum(report["kills"].values()) >= 3, report
    assert report["lost"] == report["doubled"] == 0, report
    assert set(report["counted"].values()) == {60}, report
