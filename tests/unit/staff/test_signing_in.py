"""Signing in: two factors always, each proof once, sessions that end."""

import pyotp
import pytest

from bot.staff.errors import Refused, WaitFirst, WeakPassword
from bot.staff.records import AccountState, Stage
from bot.staff.secrets import BACKUP_CODES
from bot.staff.slowdown import Client
from bot.vocabulary import StaffRole
from tests.unit.staff.conftest import HERE, PASSWORD, Office


def test_a_first_sign_in_sets_password_and_second_factor(office: Office) -> None:
    """Only then is the account active, and the one-time secret is used up."""
    _, secret = office.accounts.add("sam", shown_as="Sam", helpline="north", roles=[StaffRole.WORKER], actor="test")
    token = office.signing_in.first("sam", f" {secret.upper()} ", PASSWORD, client=HERE, browser="")
    session = office.session(token)
    assert session.stage is Stage.ENROL
    office.secret = office.signing_in.totp_secret(session)
    codes = office.signing_in.enrol(session, office.code(), client=HERE)
    assert len(set(codes)) == BACKUP_CODES
    assert office.accounts.named("sam").state is AccountState.ACTIVE
    assert office.signing_in.find(token) is None, "the authenticator's secret is never shown again"
    with pytest.raises(Refused):
        office.signing_in.first("sam", secret, PASSWORD, client=HERE, browser="")


def test_a_one_time_secret_runs_out(office: Office) -> None:
    """After three days it opens nothing."""
    _, secret = office.accounts.add("sam", shown_as="Sam", helpline="north", roles=[StaffRole.WORKER], actor="test")
    office.clock.move(hours=72, seconds=1)
    with pytest.raises(Refused):
        office.signing_in.first("sam", secret, PASSWORD, client=HERE, browser="")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaa", "my Password 2026", "sam and the others", "x" * 201])
def test_an_easy_password_is_refused(office: Office, password: str) -> None:
    """Too short, one letter over and over, the usual ones, or one's own name."""
    _, secret = office.accounts.add("sam", shown_as="Sam", helpline="north", roles=[StaffRole.WORKER], actor="test")
    with pytest.raises(WeakPassword):
        office.signing_in.first("sam", secret, password, client=HERE, browser="")


def test_a_password_alone_opens_only_the_second_step(office: Office) -> None:
    """The halfway session is at its stage, dies in ten minutes and is gone once the full one is made."""
    office.newcomer()
    token = office.signing_in.password("sam", PASSWORD, client=HERE, browser="")
    assert office.session(token).stage is Stage.SECOND_FACTOR
    office.clock.move(minutes=10, seconds=1)
    assert office.signing_in.find(token) is None
    _, session, full = office.signed_in()
    assert session.stage is Stage.FULL
    assert [s.stage for s in office.store.sessions(session.account)].count(Stage.SECOND_FACTOR) == 0
    assert office.signing_in.find(full)


def test_an_authenticator_code_is_good_once(office: Office) -> None:
    """Someone who read it over a shoulder can't use it again, nor the one before it."""
    office.newcomer()
    first = office.session(office.signing_in.password("sam", PASSWORD, client=HERE, browser=""))
    before = pyotp.TOTP(office.secret).at(office.clock.now)
    code = office.code()
    office.signing_in.second(first, code, client=HERE)
    second = office.session(office.signing_in.password("sam", PASSWORD, client=HERE, browser=""))
    for old in (code, before):
        with pytest.raises(Refused):
            office.signing_in.second(second, old, client=HERE)


def test_a_backup_code_is_good_once(office: Office) -> None:
    """Nine are left, and none is stored as it reads."""
    codes = office.newcomer()
    for expected in (True, False):
        session = office.session(office.signing_in.password("sam", PASSWORD, client=HERE, browser=""))
        if expected:
            office.signing_in.second(session, codes[3].upper().replace("-", " "), client=HERE)
        else:
            with pytest.raises(Refused):
                office.signing_in.second(session, codes[3], client=HERE)
    account = office.accounts.named("sam")
    assert office.store.backup_codes_left(account.id) == BACKUP_CODES - 1
    assert not any(code in dump for dump in office.store._db.iterdump() for code in codes)


def test_nothing_secret_is_stored_as_it_reads(office: Office) -> None:
    """Not the password, the authenticator's secret, a token or a one-time secret."""
    office.newcomer()
    _, _, token = office.signed_in()
    device = office.signing_in.know_device(office.accounts.named("sam"))
    _, secret = office.accounts.add("kim", shown_as="Kim", helpline="north", roles=[StaffRole.WORKER], actor="test")
    dump = "\n".join(office.store._db.iterdump())
    assert not any(word in dump for word in (PASSWORD, office.secret, token, device, secret))
    assert "$argon2id$" in dump


def test_an_idle_session_ends_and_no_session_outlives_a_shift(office: Office) -> None:
    """Thirty minutes without an act, or twelve hours with them."""
    office.newcomer()
    _, session, token = office.signed_in()
    office.clock.move(minutes=31)
    assert office.signing_in.find(token) is None
    _, session, token = office.signed_in()
    for _ in range(24):
        office.clock.move(minutes=30)
        found = office.signing_in.find(token)
        assert found
        office.signing_in.seen(found[1])
    office.clock.move(seconds=1)
    assert office.signing_in.find(token) is None
    assert office.store.session(session.token_hash) is None


def test_a_closed_account_is_out_at_once(office: Office) -> None:
    """Its sessions, proofs and known devices are gone; a reset gives a fresh start with new proofs."""
    office.newcomer()
    _, _, token = office.signed_in()
    office.accounts.disable("sam", actor="test")
    assert office.signing_in.find(token) is None
    with pytest.raises(Refused):
        office.signing_in.password("sam", PASSWORD, client=HERE, browser="")
    _, secret = office.accounts.reset("sam", actor="test")
    with pytest.raises(Refused):
        office.signing_in.password("sam", PASSWORD, client=HERE, browser="")
    assert office.signing_in.first("sam", secret, PASSWORD, client=HERE, browser="")


def test_wrong_tries_are_slowed_without_locking_the_owner_out(office: Office) -> None:
    """Many strangers guess; the owner signs in from the browser they know, and guessing there is slowed too."""
    office.newcomer()
    device = office.signing_in.know_device(office.accounts.named("sam"))
    for stranger in range(30):
        client = office.signing_in.client(f"198.51.100.{stranger}", "sam", None)
        with pytest.raises((Refused, WaitFirst)):
            office.signing_in.password("sam", "wrong wrong wrong", client=client, browser="")
    with pytest.raises(WaitFirst):
        office.signing_in.password("sam", PASSWORD, client=Client(mark="new"), browser="")
    own = office.signing_in.client("203.0.113.9", "sam", device)
    assert own.known
    assert office.signing_in.password("sam", PASSWORD, client=own, browser="")
    for _ in range(5):
        with pytest.raises(Refused):
            office.signing_in.password("sam", "wrong wrong wrong", client=own, browser="")
    with pytest.raises(WaitFirst):
        office.signing_in.password("sam", PASSWORD, client=own, browser="")


def test_someone_elses_device_is_not_known(office: Office) -> None:
    """A device belongs to the account that signed in from it."""
    office.newcomer()
    device = office.signing_in.know_device(office.accounts.named("sam"))
    office.newcomer("kim")
    assert not office.signing_in.client("203.0.113.9", "kim", device).known
    assert not office.signing_in.client("203.0.113.9", "sam", "made up").known


def test_a_wait_grows_and_ends(office: Office) -> None:
    """Fifteen seconds, then twice as long each time, a quarter of an hour at most; an hour of quiet forgets."""
    office.newcomer()
    waits = []
    for _ in range(14):
        try:
            office.signing_in.slowdown.check("sam", HERE)
        except WaitFirst as wait:
            waits.append(wait.seconds)
            office.clock.move(seconds=wait.seconds)
        office.signing_in.slowdown.wrong("sam", HERE)
    assert waits[:3] == [16, 31, 61]
    assert max(waits) == 901
    office.clock.move(hours=1, seconds=1)
    office.signing_in.slowdown.check("sam", HERE)


def test_an_address_is_never_kept(office: Office) -> None:
    """A keyed hash stands for it in memory, and nothing of it reaches the file."""
    office.newcomer()
    client = office.signing_in.client("203.0.113.77", "sam", None)
    with pytest.raises(Refused):
        office.signing_in.password("sam", "wrong wrong wrong", client=client, browser="")
    assert "203.0.113.77" not in repr(office.signing_in.slowdown) + "\n".join(office.store._db.iterdump())


def test_one_session_of_several_can_be_ended(office: Office) -> None:
    """One's own only."""
    office.newcomer()
    account, _, first = office.signed_in()
    _, second_session, second = office.signed_in()
    office.newcomer("kim")
    assert not office.signing_in.revoke(office.accounts.named("kim"), second_session.id)
    assert office.signing_in.revoke(account, second_session.id)
    assert office.signing_in.find(second) is None
    assert office.signing_in.find(first)
