"""Numbers: what is counted, and that no number points at one person."""

from datetime import date

import pytest

from bot.console.charts import Bar, bars, columns
from bot.console.desk import DayCount
from bot.console.numbers import row, summed, whole
from bot.vocabulary import Outcome, StaffRole
from tests.handoffs import handoff
from tests.unit.console.conftest import Opener
from tests.unit.console.office import Office

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, "<5"), (4, "<5"), (5, 5), (40, 40)])
def test_small_counts_are_held_back(count: int, shown: int | str) -> None:
    """From one to four; nought points at nobody."""
    assert row(DayCount(day=DAY, arrived=count)).arrived == shown


def test_a_count_held_back_cannot_be_worked_out() -> None:
    """With two parts of a whole, one held back holds back the other, which is not called small for that."""
    held = row(DayCount(day=DAY, arrived=20, answered=18, abandoned=2))
    assert (held.answered, held.abandoned) == ("not shown", "<5")
    both = row(DayCount(day=DAY, arrived=5, answered=3, abandoned=2))
    assert (both.answered, both.abandoned) == ("<5", "<5")
    clear = row(DayCount(day=DAY, arrived=20, answered=20, abandoned=0))
    assert (clear.answered, clear.abandoned) == (20, 0)


def test_a_sum_does_not_tell_the_day_that_was_held_back() -> None:
    """Twelve in all less nine shown would be three: such a sum is rounded, others are exact."""
    days = [DayCount(day=DAY, arrived=9, answered=9), DayCount(day=DAY, arrived=3, answered=0)]
    total = whole(days)
    assert (total.arrived, total.answered, total.abandoned) == ("about 10", 9, 0)
    assert whole(days[:1]).arrived == 9 and whole(days[1:]).arrived == "<5"


def test_an_average_needs_enough_behind_it() -> None:
    """Four waits are told of nobody."""
    assert row(DayCount(day=DAY, timed=4, waited=400)).wait is None
    assert row(DayCount(day=DAY, timed=5, waited=600)).wait == 2.0


def test_days_are_added_up_before_counts_are_held_back() -> None:
    """Largest first, what is held back last."""
    found = summed([{"weapon": 3, "stalking": 1}, {"weapon": 3}, {"violence": 9}])
    assert found == [("Violence", 9), ("Weapon", 6), ("Stalking", "<5")]


def test_charts_escape_what_they_name_and_need_no_style() -> None:
    """So that the strict policy of the pages holds for them."""
    for chart in (
        columns([Bar(label="<b>", value=None, told="<5"), Bar(label="x", value=7, told="7")], title='a "t"'),
        bars([Bar(label="<b>", value=3, told="3")], title="t"),
        columns([], title="t"),
        bars([], title="t"),
    ):
        assert "<b>" not in chart and "style=" not in chart and 'role="img"' in chart


async def test_a_supervisor_sees_their_helpline_and_no_other(office: Office, opened: Opener) -> None:
    """In the page and in the CSV; the whole service's administrator chooses."""
    sue = await opened()
    await office.enrol(sue, "sue", StaffRole.SUPERVISOR)
    for number in range(6):
        one = await office.handoffs.add(handoff(created=office.clock(), reference=f"harbour-stone-{number}"))
        await office.handoffs.claim(one.id, "sue", "Sue")  # type: ignore[arg-type]
        await office.handoffs.close(one.id, "sue", Outcome.HELPED)  # type: ignore[arg-type]
    text = await sue.get("/numbers?days=7")
    assert "Helped" in text and "<svg" in text and "Average wait" in text
    csv = await sue.get("/numbers.csv?days=7&helpline=south")
    assert csv.splitlines()[-1].split(",")[:4] == [office.clock().date().isoformat(), "north", "6", "6"]
    ada = await opened()
    await office.enrol(ada, "ada", StaffRole.ADMINISTRATOR, helpline=None)
    assert "Southern Line" in await ada.get("/numbers?helpline=south")
    await ada.get("/numbers?helpline=nowhere", status=404)
