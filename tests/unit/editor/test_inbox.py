"""What was not understood is kept sealed, without session or time, and not for long."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.editor.inbox import FILE, KEPT_DAYS, Inbox, Missed, Pile
from bot.sealing import Seal

MONDAY = date(2026, 3, 2)
CANARY = Missed(text="a canary sang in the pantry", guesses=(("housing", 0.4),), vector=(0.5, 0.25))


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / FILE, Seal([os.urandom(32)]))


def test_a_message_is_read_again_and_unreadable_on_disk(inbox: Inbox, tmp_path: Path) -> None:
    name = inbox.add(CANARY, urgent=False, today=MONDAY)
    assert inbox.read(Pile.EDITORS, today=MONDAY) == {name: CANARY}
    assert b"canary" not in (tmp_path / FILE).read_bytes()


def test_editors_never_see_an_urgent_message(inbox: Inbox) -> None:
    inbox.add(CANARY, urgent=True, today=MONDAY)
    assert inbox.read(Pile.EDITORS, today=MONDAY) == {}
    assert len(inbox.read(Pile.SAFETY, today=MONDAY)) == 1


@pytest.mark.parametrize("weekday", range(7))
def test_no_message_outlives_its_days_even_unswept(inbox: Inbox, weekday: int) -> None:
    came = MONDAY + timedelta(days=weekday)
    inbox.add(CANARY, urgent=False, today=came)
    assert inbox.read(Pile.EDITORS, today=came + timedelta(days=8))
    late = came + timedelta(days=KEPT_DAYS + 1)
    assert inbox.read(Pile.EDITORS, today=late) == {}
    inbox.sweep(late)
    assert inbox.read(Pile.EDITORS, today=came) == {}


def test_nothing_is_made_by_reading_or_sweeping(inbox: Inbox, tmp_path: Path) -> None:
    inbox.sweep(MONDAY)
    assert inbox.read(Pile.EDITORS, today=MONDAY) == {}
    assert list(tmp_path.iterdir()) == []


def test_a_dropped_message_is_gone(inbox: Inbox) -> None:
    inbox.drop(inbox.add(CANARY, urgent=False, today=MONDAY))
    assert inbox.read(Pile.EDITORS, today=MONDAY) == {}


def test_a_message_passed_on_is_kept_no_longer(inbox: Inbox) -> None:
    name = inbox.add(CANARY, urgent=False, today=MONDAY)
    assert inbox.move(name, Pile.SAFETY, today=MONDAY + timedelta(days=13))
    assert inbox.read(Pile.EDITORS, today=MONDAY) == {}
    assert inbox.read(Pile.SAFETY, today=MONDAY + timedelta(days=KEPT_DAYS)) == {name: CANARY}
    assert inbox.read(Pile.SAFETY, today=MONDAY + timedelta(days=KEPT_DAYS + 1)) == {}
    assert not inbox.move(name, Pile.SAFETY, today=MONDAY)
    assert inbox.move(name, Pile.EDITORS, today=MONDAY) and inbox.read(Pile.EDITORS, today=MONDAY) == {name: CANARY}
