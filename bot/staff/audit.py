"""The audit log as a chain: every entry's hash covers the entry before, so that nothing can be changed unseen."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict

from bot.staff.errors import StaffError
from bot.staff.records import Act, Entry

START = "0" * 64


class Broken(StaffError):
    """The log is not what was written; the message says from which entry on."""


def entry(number: int, at: str, act: Act, previous: str) -> Entry:
    """The next entry of a chain whose last hash is `previous`."""
    told = json.dumps([number, at, asdict(act), previous], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Entry(number=number, at=at, act=act, previous=previous, hash=hashlib.sha256(told.encode()).hexdigest())


def verify(entries: Iterable[Entry], *, head: str | None = None) -> tuple[int, str]:
    """How many entries there are and the last hash. Raises Broken.

    An end that was cut off leaves a shorter chain that still fits: pass the `head` that was noted down earlier, and
    it must be found in the chain.
    """
    number, previous, seen = 0, START, head in (None, START)
    for found in entries:
        number += 1
        if found != entry(number, found.at, found.act, previous):
            raise Broken(f"the audit log was changed at entry {number}")
        previous = found.hash
        seen = seen or previous == head
    if not seen:
        raise Broken("the audit log does not hold the hash you noted: its end was cut off or it was replaced")
    return number, previous


def exported(found: Entry) -> str:
    """One line of JSON."""
    return json.dumps(
        {"number": found.number, "at": found.at, **asdict(found.act), "previous": found.previous, "hash": found.hash},
        ensure_ascii=False,
    )
