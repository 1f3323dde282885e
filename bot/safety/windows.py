"""Cuts a message into windows of a few sentences, so that one line in a long story is not averaged away."""

import re

MOST_CHARACTERS = 280  # of a window: about 60 word pieces
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?\n]+|$)\s*")
_SPACE = re.compile(r"\s")


def windows(text: str) -> list[tuple[int, int]]:
    """Positions of the windows of `text`, in order, covering all of it.

    Consecutive windows share a sentence where it fits, so that "He had a knife. He put it to my neck." is read
    together somewhere.
    """
    if len(text) <= MOST_CHARACTERS:
        return [(0, len(text))]
    spans = _pieces(text)
    found: list[tuple[int, int]] = []
    first = 0
    while first < len(spans):
        last = first
        while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= MOST_CHARACTERS:
            last += 1
        found.append((spans[first][0], spans[last][1]))
        if last + 1 >= len(spans):
            break
        first = last if last > first and spans[last + 1][1] - spans[last][0] <= MOST_CHARACTERS else last + 1
    return found


def _pieces(text: str) -> list[tuple[int, int]]:
    """Sentences, those that are too long cut at spaces."""
    spans: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        while end - start > MOST_CHARACTERS:
            cut = start + MOST_CHARACTERS
            spaces = [m.end() for m in _SPACE.finditer(text, start + MOST_CHARACTERS // 2, cut)]
            cut = spaces[-1] if spaces else cut
            spans.append((start, cut))
            start = cut
        if end > start:
            spans.append((start, end))
    return spans
