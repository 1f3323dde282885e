"""What every store of counts promises, in a file and in Redis of every kind."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.catalogue.need_map import Gap, Needs
from bot.catalogue.needs_file import NeedsFile
from bot.editor.insight import KEPT_WEEKS, Counted, Entry, Insight, monday
from bot.editor.insight_file import InsightFile
from bot.errors import CountsDown
from bot.settings import Secret
from bot.stores.counts import RedisInsight, RedisNeeds
from bot.vocabulary import Nation, Role, Topic
from tests.contract.stores.conftest import SERVERS

PETS = Gap(topic=Topic.PETS, role=Role.VICTIM, nation=Nation.WALES)
WORK = Gap(topic=Topic.WORK, role=None, nation=None)
WEEK = monday(datetime.now(UTC).date())
HELPED = Entry(week=WEEK, topic=Topic.HOUSING, what=Counted.HELPED)
BEFORE = Entry(week=WEEK - timedelta(weeks=KEPT_WEEKS - 1), topic=Topic.HOUSING, what=Counted.LEFT)


@dataclass
class Kept:
    """One place, met anew by every call, as several processes would."""

    needs: Callable[[], Needs]
    insight: Callable[[], Insight]


@pytest.fixture(params=["file", *SERVERS])
def kept(request: pytest.FixtureRequest, addresses: dict[str, str], tmp_path: Path) -> Kept:
    if request.param == "file":
        return Kept(lambda: NeedsFile(tmp_path / "needs"), lambda: InsightFile(tmp_path / "insight"))
    address = Secret(addresses[request.param])
    return Kept(lambda: RedisNeeds(address), lambda: RedisInsight(address))


async def test_counts_of_several_processes_come_together(kept: Kept) -> None:
    """Whoever adds, everybody reads the sum; nothing is lost when two add at once."""
    before = (await asyncio.to_thread(kept.needs().read)).counts
    assert before == {}
    for _ in range(3):
        await asyncio.gather(*(asyncio.to_thread(kept.needs().add, {PETS: 1, WORK: 2}) for _ in range(2)))
        await asyncio.to_thread(kept.insight().add, {HELPED: 2, BEFORE: 6})
    await asyncio.to_thread(kept.needs().add, {})
    await asyncio.to_thread(kept.insight().add, {})
    needs = await asyncio.to_thread(kept.needs().read)
    assert needs.counts == {PETS: 6, WORK: 12}
    assert await asyncio.to_thread(kept.insight().read) == {HELPED: 6, BEFORE: 18}
    assert {row.gap for row in needs.rows(fewest=7)} == {WORK}


async def test_what_is_due_is_gone(kept: Kept) -> None:
    """A week older than is kept is not to be read, whoever erases it."""
    old = Entry(week=WEEK - timedelta(weeks=KEPT_WEEKS + 1), topic=Topic.MONEY, what=Counted.HELPED)
    await asyncio.to_thread(kept.insight().add, {old: 9})
    await asyncio.to_thread(kept.insight().sweep, datetime.now(UTC).date())
    assert old not in await asyncio.to_thread(kept.insight().read)


@pytest.mark.parametrize("name", ["file", "redis"])
def test_a_place_that_is_not_there_is_said_in_one_way(name: str, tmp_path: Path) -> None:
    """Whoever counts need know nothing of files or servers."""
    (tmp_path / "file").write_text("no folder")
    nowhere = Secret("redis://127.0.0.1:1/0")
    makers: dict[str, tuple[Needs, Insight]] = {
        "file": (NeedsFile(tmp_path / "file" / "needs"), InsightFile(tmp_path / "file" / "insight")),
        "redis": (RedisNeeds(nowhere), RedisInsight(nowhere)),
    }
    needs, insight = makers[name]
    with pytest.raises(CountsDown):
        needs.add({PETS: 1})
    with pytest.raises(CountsDown):
        insight.add({HELPED: 1})
