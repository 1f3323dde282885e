"""Sealing: what is kept can't be read, moved or changed, and keys can be changed."""

import base64
import os
import stat
from pathlib import Path

import pytest

from bot.errors import SettingError
from bot.handoff.queue import Queue
from bot.handoff.sqlite_shelf import SqliteShelf
from bot.handoff.store import StoreDown
from bot.sealing import Seal, Unsealable, load_keys, own_keys, read_keys
from tests.handoffs import NORTH, Clock, handoff, sqlite_queue

OLD, NEW = b"o" * 32, b"n" * 32


def test_what_was_sealed_opens_and_shows_nothing() -> None:
    """The words come back; the sealed bytes hold none of them and are never the same twice."""
    seal = Seal([NEW])
    sealed = seal.seal(b"he has a key to the flat", "handoff:1")
    assert seal.open(sealed, "handoff:1") == b"he has a key to the flat"
    assert b"key" not in sealed and sealed != seal.seal(b"he has a key to the flat", "handoff:1")


def test_a_seal_can_not_be_moved_to_another_record() -> None:
    """Who can write to the file can't give one visitor's words to another."""
    seal = Seal([NEW])
    with pytest.raises(Unsealable):
        seal.open(seal.seal(b"words", "handoff:1"), "handoff:2")


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    """Anywhere: the key's name, the nonce, the text, the tag."""
    seal = Seal([NEW])
    sealed = bytearray(seal.seal(b"words and more", "x"))
    sealed[place] ^= 1
    with pytest.raises(Unsealable):
        seal.open(bytes(sealed), "x")


def test_keys_are_changed_by_putting_a_new_one_first() -> None:
    """Old records open as long as their key is given; new ones need only the new key."""
    old = Seal([OLD]).seal(b"before", "x")
    both = Seal([NEW, OLD])
    assert both.open(old, "x") == b"before"
    assert Seal([NEW]).open(both.seal(b"after", "x"), "x") == b"after"
    with pytest.raises(Unsealable):
        Seal([NEW]).open(old, "x")
    assert Seal([OLD]).marks("maple")[0] in both.marks("maple")


def test_what_an_older_key_sealed_is_sealed_anew_once() -> None:
    """Afterwards the new key opens it alone; what is under the first key is left as it is."""
    new = Seal([NEW, OLD]).renewed(Seal([OLD]).seal(b"words", "x"), "x")
    assert new and Seal([NEW]).open(new, "x") == b"words"
    assert Seal([NEW, OLD]).renewed(new, "x") is None
    with pytest.raises(Unsealable):
        Seal([NEW, OLD]).renewed(new, "y")


@pytest.mark.parametrize("text", ["short", base64.b64encode(b"x" * 16).decode(), "", "ключ"])
def test_a_key_that_is_none_is_refused_without_showing_it(text: str) -> None:
    """The message names the setting and holds nothing of the value."""
    with pytest.raises(SettingError) as error:
        read_keys(text, "FINGERPOST_STAFF_KEY")
    assert "FINGERPOST_STAFF_KEY" in str(error.value) and (not text or text not in str(error.value))


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    """Mode 600 in a folder of mode 700; the same key afterwards."""
    path = tmp_path / "state" / "handoff.key"
    keys = own_keys(path)
    assert own_keys(path) == keys and len(keys[0]) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == ["handoff.key"]


def test_a_key_file_holds_older_keys_below_the_first(tmp_path: Path) -> None:
    """One a line; a setting, where there is one, is read instead."""
    path = tmp_path / "staff.key"
    own = own_keys(path)
    path.write_bytes(base64.b64encode(NEW) + b"\n" + path.read_bytes())
    assert load_keys("", setting="FINGERPOST_STAFF_KEY", path=path) == (NEW, *own)
    given = ", ".join(base64.b64encode(key).decode() for key in (OLD, NEW))
    assert load_keys(given, setting="FINGERPOST_STAFF_KEY", path=path) == (OLD, NEW)
    path.write_text("short\n")
    with pytest.raises(SettingError, match="must hold keys"):
        own_keys(path)


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """It says what to do."""
    path = tmp_path / "handoff.key"
    own_keys(path)
    os.chmod(path, 0o644)
    with pytest.raises(SettingError, match="chmod 600"):
        own_keys(path)


def test_two_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    """Whoever is second takes the first one's key."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: own_keys(tmp_path / "s" / "handoff.key"), range(8)))
    assert len(found) == 1


async def test_one_sealed_under_a_lost_key_hides_no_other(tmp_path: Path) -> None:
    """A key taken away too early costs what it sealed, not the whole queue; it is erased in time all the same."""
    clock = Clock()
    before = sqlite_queue(tmp_path / "h.sqlite", clock)
    after = Queue(SqliteShelf(tmp_path / "h.sqlite"), Seal([NEW]), now=clock)
    lost, kept = await before.add(handoff()), await after.add(handoff())
    assert [place.handoff.id for place in await after.waiting(NORTH)] == [kept.id]
    with pytest.raises(StoreDown):
        await after.get(lost.id)
    await after.release_stale()
    clock.pass_(days=31)
    assert await after.purge() == 2
    await before.aclose()
    await after.aclose()
