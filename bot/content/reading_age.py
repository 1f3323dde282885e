"""How old a reader must be to read a text easily."""

import re
from functools import cache

import pyphen

_SENTENCE = re.compile(r"[.!?:\n]+")
_WORD = re.compile(r"[a-z']+", re.I)


@cache
def _hyphens() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_GB")


def reading_age(text: str) -> float:
    """Years: the Flesch-Kincaid school grade (Kincaid and others, 1975) plus five. Syllables by hyphenation."""
    words = _WORD.findall(text)
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    if not words:
        return 0.0
    syllables = sum(len(_hyphens().positions(word)) + 1 for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59 + 5
