"""Which further part of a topic a short question is after: the one that shares most of its telling words."""

import re
from collections import Counter
from collections.abc import Sequence
from math import log

from bot.content.responses import Responses

_WORD = re.compile(r"[a-z']{3,}")
_LEAST = 2.0  # one rare word that both share, or two less rare
_ENDINGS = ("ing", "ed", "es", "s", "'s")


def nearest_part(responses: Responses, names: Sequence[str], text: str) -> str | None:
    """Of the responses named, the one that shares most with `text`; None when none shares enough."""
    asked = _stems(text)
    documents = {name: _stems(_words_of(responses, name)) for name in responses}
    spread = Counter(stem for stems in documents.values() for stem in stems)

    def shared(name: str) -> float:
        named = _stems(name.replace("_", " "))  # a part's own name says best what it is about
        return sum(log(len(documents) / spread[stem]) * (1 + (stem in named)) for stem in asked & documents[name])

    best = max(names, key=shared, default=None)
    return best if best is not None and shared(best) >= _LEAST else None


def _words_of(responses: Responses, name: str) -> str:
    return " ".join([name.replace("_", " "), *(str(v.get("text", "")) for v in responses[name])])


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text.casefold().replace("’", "'")))


def _stem(word: str) -> str:
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
    return word[: len(word) - len(ending)]
