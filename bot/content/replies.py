"""Canned replies: read from content, filled with what is known, refused while something is left to fill in."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError

WHEN = ("opening", "during", "closing")

_FILLED = frozenset({"name", "helpline", "reference"})
_PLACE = re.compile(r"\{(\w*)\}")
_BLANK = re.compile(r"\[[^\[\]\n]{1,60}\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """A text to start from. `when` is opening, during or closing."""

    key: str
    when: str
    title: str
    text: str

    def filled(self, **known: str) -> str:
        """The text with name, helpline and reference in it."""
        return _PLACE.sub(lambda found: known[found[1]], self.text)


def blanks(text: str) -> list[str]:
    """What still stands in square brackets."""
    return _BLANK.findall(text)


def load(path: Path) -> tuple[CannedReply, ...]:
    """All canned replies. Raises ContentError with every problem at once."""
    problems: list[str] = []
    found: dict[str, CannedReply] = {}
    document = yaml.safe_load(path.read_text("utf-8"))
    # a bare list is of before a file said who looks after it: workers keep their replies until it is brought up to date
    entries = document.get("replies") if isinstance(document, dict) else document
    for number, entry in enumerate(entries or (), start=1):
        problem = problem_of(entry, set(found))
        if problem:
            problems.append(f"{path.name}, reply {number}: {problem}")
            continue
        found[entry["key"]] = CannedReply(**entry)
    if problems:
        raise ContentError(problems)
    return tuple(found.values())


def problem_of(entry: Any, taken: set[str]) -> str:
    """What is wrong with a reply, among others with the keys `taken`; empty when nothing is."""
    wanted = {"key", "when", "title", "text"}
    if not isinstance(entry, dict) or set(entry) != wanted or not all(isinstance(v, str) for v in entry.values()):
        return "it needs key, when, title and text, and nothing else"
    if not re.fullmatch(r"[a-z_]+", entry["key"]) or entry["key"] in taken:
        return "its key must be small letters, and its own"
    if entry["when"] not in WHEN:
        return f"when must be one of {', '.join(WHEN)}"
    if unknown := set(_PLACE.findall(entry["text"])) - _FILLED:
        return f"{{{sorted(unknown)[0]}}} can't be filled in; only {', '.join(sorted(_FILLED))} can"
    return ""
