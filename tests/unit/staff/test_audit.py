"""The audit log: every act in it, and no way to change it unseen."""

import json
from dataclasses import replace

import pytest

from bot.staff import audit
from bot.staff.audit import Broken
from bot.staff.records import Act, Entry
from tests.unit.staff.conftest import Office


def chain(count: int) -> list[Entry]:
    made: list[Entry] = []
    for number in range(1, count + 1):
        previous = made[-1].hash if made else audit.START
        made.append(audit.entry(number, f"2026-03-02T09:00:0{number}", Act(actor="sam", action="looked"), previous))
    return made


def test_a_whole_chain_is_verified() -> None:
    """The count and the last hash; an empty log is whole too."""
    made = chain(5)
    assert audit.verify(made) == (5, made[-1].hash)
    assert audit.verify([]) == (0, audit.START)


@pytest.mark.parametrize("change", ["actor", "order", "gap", "forged"])
def test_a_change_is_found(change: str) -> None:
    """Another actor, another order, a missing entry, or a changed entry with a fitting hash of its own."""
    made = chain(5)
    if change == "actor":
        made[2] = replace(made[2], act=replace(made[2].act, actor="kim"))
    elif change == "order":
        made[1], made[2] = made[2], made[1]
    elif change == "gap":
        del made[2]
    else:
        made[2] = audit.entry(3, made[2].at, Act(actor="kim", action="looked"), made[1].hash)
    with pytest.raises(Broken, match=r"entry \d"):
        audit.verify(made)


def test_a_cut_end_is_found_by_a_noted_hash() -> None:
    """A shorter chain fits in itself; the noted hash is missing from it."""
    made = chain(5)
    assert audit.verify(made[:3])[0] == 3
    assert audit.verify(made, head=made[3].hash)[0] == 5
    with pytest.raises(Broken, match="cut off"):
        audit.verify(made[:3], head=made[4].hash)


def test_the_store_refuses_to_change_or_delete_entries(office: Office) -> None:
    """The database itself says no."""
    office.newcomer()
    for statement in ("UPDATE audit SET actor='nobody'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="append only"):
            office.store._db.execute(statement)
    assert audit.verify(office.store.entries())[0] == 3


def test_what_was_done_to_accounts_and_sign_ins_stands_in_it(office: Office) -> None:
    """In order, with who and whom, and no secret in any line."""
    office.newcomer()
    office.signed_in()
    office.accounts.disable("sam", actor="kim")
    lines = [json.loads(audit.exported(entry)) for entry in office.store.entries()]
    assert [(line["actor"], line["action"]) for line in lines] == [
        ("test", "account added"),
        ("sam", "password set"),
        ("sam", "second factor set up"),
        ("sam", "signed in"),
        ("kim", "account disabled"),
    ]
    assert {line["subject"] for line in lines} == {"sam"}
    assert office.secret not in json.dumps(lines)


def test_what_fails_halfway_leaves_neither_act_nor_entry(office: Office) -> None:
    """An act and its entry are kept together or not at all."""
    office.newcomer()
    before = list(office.store.entries())

    def broken() -> None:
        with office.store.together():
            office.store.end_sessions(office.accounts.named("sam").id)
            office.store.log(Act(actor="sam", action="looked"), office.clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert list(office.store.entries()) == before
