"""The small language of cue patterns, compiled to spaCy Matcher patterns.

A pattern is words with spaces between: `a|b` either; `word?` may be missing; `~3` up to three words of any sort;
`{set}` any word of a named set. Matching is linear in the length of the text: gaps are bounded, nothing backtracks.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

MOST_GAP = 5
_GAP = re.compile(r"~([1-9])")

Pattern = list[dict[str, Any]]


def compile_phrase(phrase: str, sets: Mapping[str, Sequence[str]]) -> list[Pattern]:
    """The Matcher patterns of a phrase. Raises ValueError with what is wrong in it."""
    patterns: list[Pattern] = [[]]
    for word in phrase.split():
        gap = _GAP.fullmatch(word)
        if gap:
            if int(gap[1]) > MOST_GAP:
                raise ValueError(f"a gap is at most ~{MOST_GAP}")
            patterns = [[*p, *[{"OP": "?"}] * int(gap[1])] for p in patterns]
            continue
        optional = word.endswith("?")
        token: dict[str, Any] = {"LOWER": {"IN": _choices(word.rstrip("?"), sets)}}
        if optional:
            token["OP"] = "?"
        patterns = [[*p, token] for p in patterns]
    return patterns


def _choices(word: str, sets: Mapping[str, Sequence[str]]) -> list[str]:
    found: list[str] = []
    for part in word.split("|"):
        if part.startswith("{") and part.endswith("}"):
            if part[1:-1] not in sets:
                raise ValueError(f"there is no set {part}")
            found += sets[part[1:-1]]
        else:
            found.append(part)
    return found
