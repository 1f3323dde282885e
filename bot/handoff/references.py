"""References: two plain words and two digits, drawn at random, easy to say and to write down, meaning nothing."""

import re
import secrets
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bot.errors import ContentError

FEWEST_WORDS = 500
MISSES = 5  # references that don't exist, which one worker may ask for within MISS_SECONDS
MISSES_OF_HELPLINE = 20
MISS_SECONDS = 900


@cache
def load_words(path: Path) -> tuple[str, ...]:
    """The words that references are made of. Raises ContentError."""
    try:
        lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    except OSError as error:
        raise ContentError([f"{path.name}: {type(error).__name__}"]) from error
    words = tuple(line for line in lines if line and not line.startswith("#"))
    problems = [
        f"{path.name}: {word!r} must be 3 to 9 small letters" for word in words if not re.fullmatch("[a-z]{3,9}", word)
    ]
    if len(set(words)) < max(FEWEST_WORDS, len(words)):
        problems.append(f"{path.name}: needs {FEWEST_WORDS} words, each once")
    if problems:
        raise ContentError(problems)
    return words


def new_reference(words: Sequence[str]) -> str:
    """One more reference, such as `maple-lantern-47`; of 900 words there are 73 million."""
    return f"{secrets.choice(words)}-{secrets.choice(words)}-{10 + secrets.randbelow(90)}"


def normal(reference: str) -> str:
    """A reference as it is looked up: however it was spoken or typed, in small letters with hyphens."""
    return "-".join(re.findall(r"[a-z]+|\d+", reference.lower()))
