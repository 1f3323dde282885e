"""Changing the key of staff secrets: who could sign in still can, and the old key can go."""

from dataclasses import replace

import pytest

from bot.sealing import Seal
from bot.staff.errors import Refused, SecretLost
from bot.staff.signing_in import SigningIn
from bot.vocabulary import StaffRole
from tests.unit.staff.conftest import HERE, PASSWORD, Office

OLD, NEW = bytes(32), b"n" * 32


def given(office: Office, *keys: bytes) -> SigningIn:
    """The way in after a start with these keys."""
    office.signing_in = replace(office.signing_in, seal=Seal(keys))
    return office.signing_in


def second(office: Office, code: str) -> None:
    halfway = office.session(office.signing_in.password("sam", PASSWORD, client=HERE, browser=""))
    office.signing_in.second(halfway, code, client=HERE)


def test_an_older_key_still_signs_in(office: Office) -> None:
    """By authenticator and by backup code, before anything was sealed anew."""
    codes = office.newcomer()
    given(office, NEW, OLD)
    office.signed_in()
    second(office, codes[0])


def test_what_was_sealed_anew_needs_the_new_key_alone(office: Office) -> None:
    """Authenticator and backup codes; a code that was used up stays so."""
    codes = office.newcomer()
    second(office, codes[0])
    assert office.store.reseal(given(office, NEW, OLD).seal) == ()
    given(office, NEW)
    office.signed_in()
    second(office, codes[1])
    with pytest.raises(Refused):
        second(office, codes[0])
    dump = "\n".join(office.store._db.iterdump())
    assert office.store.reseal(Seal([NEW])) == () and "\n".join(office.store._db.iterdump()) == dump


def test_who_was_sealed_under_a_lost_key_is_told_and_named(office: Office) -> None:
    """The others are sealed anew all the same, and a fresh start mends it."""
    office.newcomer()
    given(office, NEW)
    with pytest.raises(SecretLost, match="administrator"):
        second(office, office.code())
    office.accounts.add("ivy", shown_as="Ivy", helpline="north", roles=(StaffRole.WORKER,), actor="test")
    given(office, b"m" * 32)
    office.newcomer("kim")
    assert office.store.reseal(given(office, NEW, b"m" * 32).seal) == ("sam",)
    given(office, NEW)
    office.signed_in("kim")
    office.accounts.reset("sam", actor="test")
    assert office.store.reseal(Seal([NEW])) == ()


def test_a_backup_code_opens_no_other_account(office: Office) -> None:
    """Not even when its row is copied: the seal is bound to the account."""
    codes = office.newcomer("kim")
    sealed = office.store.backup_codes(office.accounts.named("kim").id)
    office.newcomer()
    with office.store.together():
        office.store.set_backup_codes(office.accounts.named("sam").id, sealed)
    with pytest.raises(Refused):
        second(office, codes[0])
