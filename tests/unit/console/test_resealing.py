"""`python -m bot reseal`: both files of the console are carried over to the new key, and it says when the old one can go."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from bot.console import resealing
from bot.console.keeping import FILE as KEEPING
from bot.console.keeping import Concern, Keeping
from bot.console.keys import ACCOUNTS
from bot.console.keys import KEEPING as KEEPING_KEY
from bot.console.run import build
from bot.errors import SettingError
from bot.sealing import Seal
from bot.settings import Secret, Settings
from bot.staff.accounts import Accounts
from bot.staff.records import Account
from bot.staff.secrets import totp_context
from bot.staff.store import FILE as STAFF
from bot.staff.store import StaffStore
from bot.vocabulary import StaffRole

OLD, NEW = b"o" * 32, b"n" * 32
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def settings(folder: Path, *keys: bytes) -> Settings:
    return Settings(state_folder=folder, staff_key=Secret(",".join(base64.b64encode(key).decode() for key in keys)))


def keeping(folder: Path, *keys: bytes) -> Keeping:
    return Keeping(folder / KEEPING, seal=Seal(keys), days=30)


def raised(kept: Keeping) -> Concern:
    return kept.raise_concern(
        helpline="north", chat="c", reference="maple", raised_by="sam", about="a child", facts="seen", done="", now=NOW
    )


def enrolled(folder: Path, *keys: bytes) -> Account:
    with StaffStore(folder / STAFF) as store:
        accounts = Accounts(store=store, clock=lambda: NOW)
        made, _ = accounts.add("sam", shown_as="Sam", helpline="north", roles=[StaffRole.WORKER], actor="test")
        made = replace(made, totp=Seal(keys).seal(b"JBSWY3DP", totp_context(made.id)))
        store.save(made)
    return made


def test_both_files_are_carried_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The new key alone then opens all, and the bytes that the old one opens are gone from the disk."""
    account, kept = enrolled(tmp_path, OLD), keeping(tmp_path, OLD)
    concern = raised(kept)
    [[sealed]] = kept._db.execute("SELECT sealed FROM safeguarding")
    with StaffStore(tmp_path / STAFF) as store:  # both files stay open beside it, as a console has them
        resealing.run(settings(tmp_path, NEW, OLD))
        left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        found = store.by_id(account.id)
    assert account.totp not in left and sealed not in left
    kept.close()
    assert "older ones can go" in capsys.readouterr().out
    resealing.run(settings(tmp_path, NEW))
    assert found and Seal([NEW]).open(found.totp, totp_context(account.id)) == b"JBSWY3DP"
    after = keeping(tmp_path, NEW)
    assert after.concern("north", concern.id) == concern
    after.close()


async def test_a_console_that_starts_seals_anew(tmp_path: Path) -> None:
    """The restart that a changed key needs is all it takes; what is lost is a line in the log, and the start goes on."""
    account = enrolled(tmp_path, OLD)
    for keys, wanted in (((NEW, OLD), 0), ((b"m" * 32,), 1)):
        with structlog.testing.capture_logs() as lines:
            app = await build(replace(settings(tmp_path, *keys), content_folder=tmp_path / "content"))
        app[KEEPING_KEY].close()
        app[ACCOUNTS].store.close()
        lost = [line["count"] for line in lines if line["event"] == "sealed under no staff key given"]
        assert lost == [1] * wanted
    with StaffStore(tmp_path / STAFF) as store:
        found = store.by_id(account.id)
    assert found and Seal([NEW]).open(found.totp, totp_context(account.id))


def test_a_key_taken_away_too_early_is_one_line(tmp_path: Path) -> None:
    """It names the setting and what is lost, and what can be carried over is."""
    enrolled(tmp_path, OLD)
    kept = keeping(tmp_path, OLD)
    raised(kept)
    kept.close()
    with pytest.raises(SettingError) as error:
        resealing.run(settings(tmp_path, NEW))
    assert str(error.value) == (
        "no key of FINGERPOST_STAFF_KEY opens accounts: sam; safeguarding records: 1; all else is under the first key"
    )


def test_a_record_under_a_lost_key_hides_no_other(tmp_path: Path) -> None:
    """The lead reads the rest; the lost one is as if it were not there, until its key is given again."""
    before, after = keeping(tmp_path, OLD), keeping(tmp_path, NEW)
    lost, kept = raised(before), raised(after)
    assert after.concerns("north") == (kept,) and after.concern("north", lost.id) is None
    assert after.reseal() == 1
    again = keeping(tmp_path, NEW, OLD)
    assert {one.id for one in again.concerns("north")} == {lost.id, kept.id}
    for one in (before, after, again):
        one.close()


def test_the_wrong_folder_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    """Or it would say that a key can go which is still needed; and nothing is made there."""
    with pytest.raises(SettingError, match="FINGERPOST_STATE_FOLDER"):
        resealing.run(settings(tmp_path / "other", NEW))
    assert not (tmp_path / "other").exists()
