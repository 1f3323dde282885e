"""Everything that is written beside the content is its owner's alone, from the first byte."""

import asyncio
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.catalogue.need_map import Gap
from bot.catalogue.needs_file import NeedsFile
from bot.console.keeping import Keeping
from bot.handoff.sqlite_shelf import SqliteShelf
from bot.private_file import make_private
from bot.sealing import Seal
from bot.staff.store import StaffStore
from bot.vocabulary import Topic


def handoffs(path: Path) -> None:
    asyncio.run(SqliteShelf(path).check())


def needs(path: Path) -> None:
    NeedsFile(path).add({Gap(topic=Topic.HOUSING, role=None, nation=None): 1})


def keeping(path: Path) -> None:
    Keeping(path, seal=Seal([bytes(32)]), days=30)


@pytest.mark.parametrize("write", [make_private, handoffs, needs, keeping, StaffStore])
def test_only_its_owner_reads_a_file_and_its_folder(tmp_path: Path, write: Callable[[Path], object]) -> None:
    """Whatever the system would let others read by default."""
    path = tmp_path / "state" / "file"
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
