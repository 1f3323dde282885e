"""Accounts: what is refused, and what roles allow."""

import stat
from pathlib import Path

import pytest

from bot.staff.accounts import Accounts
from bot.staff.errors import StaffError
from bot.staff.roles import ALLOWED, permissions
from bot.staff.store import FILE, StaffStore
from bot.vocabulary import Permission, StaffRole
from tests.unit.staff.conftest import Clock, Office


@pytest.mark.parametrize(
    ("name", "helpline", "roles"),
    [
        ("Sam K", "north", [StaffRole.WORKER]),
        ("x", "north", [StaffRole.WORKER]),
        ("sam", "North Line", [StaffRole.WORKER]),
        ("sam", "north", []),
        ("sam", None, [StaffRole.WORKER]),
        ("sam", None, [StaffRole.EDITOR, StaffRole.SAFEGUARDING_LEAD]),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    office: Office, name: str, helpline: str | None, roles: list[StaffRole]
) -> None:
    """A name that can't be typed, no role, or a role that belongs to a helpline without one."""
    with pytest.raises(StaffError):
        office.accounts.add(name, shown_as="Sam", helpline=helpline, roles=roles, actor="test")
    assert office.store.accounts() == ()


def test_a_name_belongs_to_one_account(office: Office) -> None:
    """A second one is refused and the first is untouched."""
    office.newcomer()
    before = office.accounts.named("sam")
    with pytest.raises(StaffError, match="already"):
        office.accounts.add("sam", shown_as="Other", helpline="south", roles=[StaffRole.WORKER], actor="test")
    assert office.accounts.named("sam") == before


def test_every_role_and_permission_is_in_the_table() -> None:
    """Each role allows something, and each permission is held by some role."""
    assert set(ALLOWED) == set(StaffRole)
    assert permissions(StaffRole) == frozenset(Permission)
    assert permissions([]) == frozenset()


def test_who_looks_after_accounts_reads_no_conversations() -> None:
    """Administrators and editors see no chat and no safeguarding record; workers see no safeguarding list."""
    private = {Permission.TAKE_CHATS, Permission.TAKE_OVER, Permission.SEE_SAFEGUARDING}
    assert not permissions([StaffRole.ADMINISTRATOR, StaffRole.EDITOR]) & private
    assert Permission.SEE_SAFEGUARDING not in permissions([StaffRole.WORKER, StaffRole.SUPERVISOR])


def test_the_state_file_is_private_and_kept(tmp_path: Path) -> None:
    """Accounts outlive the process; nobody else on the machine can read them."""
    path = tmp_path / "state" / FILE
    with StaffStore(path) as store:
        accounts = Accounts(store=store, clock=Clock())
        made, _ = accounts.add("sam", shown_as="Sam", helpline="north", roles=[StaffRole.WORKER], actor="test")
    with StaffStore(path) as again:
        assert again.by_name("sam") == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
