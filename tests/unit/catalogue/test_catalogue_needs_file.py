"""Counts of what was not found survive a restart and hold nothing but role, nation and topic."""

from pathlib import Path

from bot.catalogue.need_map import Gap
from bot.catalogue.needs_file import NeedsFile
from bot.vocabulary import Nation, Role, Topic

PETS = Gap(topic=Topic.PETS, role=Role.VICTIM, nation=Nation.WALES)
WORK = Gap(topic=Topic.WORK, role=None, nation=None)


def test_counts_are_kept_and_rare_ones_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "state" / "needs.sqlite"
    for _ in range(6):
        NeedsFile(path).add({PETS: 1})
    NeedsFile(path).add({WORK: 1})
    found = NeedsFile(path).read()
    assert found.counts == {PETS: 6, WORK: 1}
    assert [(row.gap, row.count) for row in found.rows()] == [(PETS, 6)]


def test_nothing_counted_is_an_empty_map(tmp_path: Path) -> None:
    assert NeedsFile(tmp_path / "none.sqlite").read().rows() == ()
