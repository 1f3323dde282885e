"""Text clean-up: what people type, made plain, every character still knowing where it came from.

Undoes what hides words from a reader of letters: zero-width and look-alike characters, spaced, starred and
stretched letters, emoji, text-speak, common misspellings. The tables are content: `data/safety/cleanup.yml`.
Linear in the length of the text.
"""

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# Letters standing alone, one after the other: "s u i c i d e", "k.i.l.l", "k-n-i-f-e".
_SPACED = re.compile(r"(?<![^\W_])(?:[a-z][ .\-_*]{1,2}){3,}[a-z](?![^\W_'])")
_STARRED = re.compile(r"[a-z0-9@$!*#]+(?:[@$!*#0-9]+[a-z0-9@$!*#]*)+")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_QUOTES = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": "...",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """A text made plain. `origins[i]` is the position in the original of character i of `text`."""

    text: str
    origins: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters `start` to `end` of the plain text stand in the original."""
        if start >= end or not self.origins:
            return (0, 0)
        end = min(end, len(self.origins))
        return (self.origins[start], min(self.origins[end - 1] + 1, len(self.original)))

    def part(self, start: int, end: int) -> "Clean":
        """What stands from `start` to `end` of the original, as a text of its own."""
        first, last = bisect_left(self.origins, start), bisect_left(self.origins, end)
        return Clean(
            text=self.text[first:last],
            origins=tuple(origin - start for origin in self.origins[first:last]),
            original=self.original[start:end],
        )


class Cleaner:
    """Cleans texts by the tables it was made with."""

    def __init__(
        self, *, words: dict[str, str], emoji: dict[str, str], hidden: list[str], letters: dict[str, str]
    ) -> None:
        self._words = words
        self._emoji = emoji
        self._letters = letters
        # By length: each letter but the first may be hidden, none may be missing.
        self._hidden = {length: [w for w in hidden if len(w) == length] for length in {len(w) for w in hidden}}

    @classmethod
    def load(cls, path: Path) -> "Cleaner":
        """From `cleanup.yml`. Raises ContentError."""
        try:
            tables: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
            return cls(
                words={str(k): str(v) for k, v in tables["words"].items()},
                emoji={str(k): str(v) for k, v in tables["emoji"].items()},
                hidden=[str(w) for w in tables["hidden"]],
                letters={str(k): str(v) for k, v in tables["letters"].items()},
            )
        except (OSError, KeyError, AttributeError, TypeError, yaml.YAMLError) as error:
            raise ContentError([f"{path.name}: not a table of words, emoji, hidden and letters ({error})"]) from error

    def clean(self, text: str) -> Clean:
        """`text` in plain lower-case letters. Never raises, whatever the text."""
        chars, origins = self._characters(text)
        for pattern, replace in (
            (_SPACED, self._join),
            (_STARRED, self._reveal),
            (_STRETCHED, lambda found: found[0]),
            (_WORD, lambda found: self._words.get(found, found)),
        ):
            chars, origins = _replace(chars, origins, pattern, replace)
        return Clean(text=chars, origins=tuple(origins), original=text)

    def _characters(self, text: str) -> tuple[str, list[int]]:
        out: list[str] = []
        origins: list[int] = []
        for position, char in enumerate(text):
            if char.isascii():
                plain = char.lower()
            elif char in self._emoji:
                plain = f" {self._emoji[char]} "
            elif char in _QUOTES:
                plain = _QUOTES[char]
            elif char in self._letters:
                plain = self._letters[char]
            else:
                plain = _decompose(char)
            out.append(plain)
            origins.extend([position] * len(plain))
        return "".join(out), origins

    def _join(self, found: str) -> str:
        return re.sub(r"[ .\-_*]", "", found)

    def _reveal(self, found: str) -> str:
        if found.isdigit() or len(found) > 20:
            return found
        for word in self._hidden.get(len(found), ()):
            if all(a == b or (not a.isalpha() and i > 0) for i, (a, b) in enumerate(zip(found, word, strict=True))):
                return word
        return found


def _decompose(char: str) -> str:
    """A character without accents and compatibility forms; nothing for one that does not show."""
    category = unicodedata.category(char)
    if category in ("Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn"):
        return ""
    if category == "Zs":
        return " "
    plain = unicodedata.normalize("NFKD", char)
    return "".join(c for c in plain if unicodedata.category(c) != "Mn").lower()


def _replace(text: str, origins: list[int], pattern: re.Pattern[str], replace: Any) -> tuple[str, list[int]]:
    """Replace every match, keeping the origins: new characters share those of what they replace."""
    out: list[str] = []
    out_origins: list[int] = []
    last = 0
    for match in pattern.finditer(text):
        found = match.group()
        new = replace(found)
        if new == found:
            continue
        start, end = match.span()
        out += [text[last:start], new]
        out_origins += origins[last:start]
        size = len(found)
        out_origins += [origins[start + min(i * size // len(new), size - 1)] for i in range(len(new))]
        if new:
            out_origins[-1] = origins[end - 1]
        last = end
    if not last:
        return text, origins
    out.append(text[last:])
    return "".join(out), out_origins + origins[last:]
