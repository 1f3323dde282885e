"""The further parts of the topics, and which of them a short question is after.

A part with words that an editor named for it (`explains`) is told by these alone; any other by the most telling
words that both share.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import log
from typing import Any

from bot.content.responses import Responses, language
from bot.vocabulary import Topic, topics

_WORD = re.compile(r"[a-z']{3,}")
_BETWEEN = r"(?:\W+\w+){1,4}\W+"
_LEAST = 2.0  # one rare word that both share, or two less rare
_ENDINGS = ("ing", "ed", "es", "s", "'s")


class Parts:
    """Made once from all responses; asked for every message."""

    def __init__(self, responses: Responses) -> None:
        self._of: dict[Topic, list[str]] = {topic: [] for topic in topics()}
        first_screens = {f"utter_{topic}" for topic in topics()}
        for name in responses:
            # Wording with blanks is said only where they are filled, and what has words of its own only for them.
            if name in first_screens or "{" in _text(responses, name) or _explains(responses[name]):
                continue
            if topic := owner(name):
                self._of[topic].append(name)
        self._named = {name: _stems(name.replace("_", " ")) for name in responses}
        self._words = {name: self._named[name] | _stems(_text(responses, name)) for name in responses}
        spread = Counter(stem for stems in self._words.values() for stem in stems)
        self._weight = {stem: log(len(responses) / count) for stem, count in spread.items()}

    def of(self, topic: Topic) -> list[str]:
        """What there is beside a topic's first screen: the names of its further responses, `more` last."""
        return sorted(self._of[topic], key=lambda name: name.endswith("_more"))

    def nearest(self, names: Sequence[str], text: str) -> str | None:
        """Of the responses named, the one that shares most with `text`; None when none shares enough."""
        asked = _stems(text)

        def shared(name: str) -> float:
            # A part's own name says best what it is about.
            return sum(self._weight[stem] * (1 + (stem in self._named[name])) for stem in asked & self._words[name])

        best = max(names, key=shared, default=None)
        return best if best is not None and shared(best) >= _LEAST else None


class Terms:
    """Words that visitors ask the meaning of, and worries told in much the same words: `explains` in a response's metadata.

    "if … finds out" stands for up to four words between.
    """

    def __init__(self, responses: Responses) -> None:
        self._explained = [
            (name, re.compile("|".join(map(_phrase, phrases)), re.IGNORECASE))
            for name, variations in responses.items()
            if (phrases := _explains(variations))
        ]

    def explaining(self, text: str, *, skip: Collection[str] = ()) -> str | None:
        """The response that explains what a text asks, of those not among `skip`; None when none does."""
        plain = text.replace("’", "'")
        return next((name for name, says in self._explained if name not in skip and says.search(plain)), None)


def _explains(variations: Sequence[Mapping[str, Any]]) -> list[str]:
    return (variations[0].get("metadata") or {}).get("explains") or []


def _phrase(words: str) -> str:
    parts = [r"\W+".join(map(re.escape, part.split())) for part in words.split("…")]
    return rf"\b{_BETWEEN.join(parts)}\b"


def owner(name: str) -> Topic | None:
    """The topic whose part this is: `utter_change_door` is none of `change`."""
    return max((topic for topic in topics() if name.startswith(f"utter_{topic}_")), key=len, default=None)


def _text(responses: Responses, name: str) -> str:
    """All that is said in English: what visitors write is understood in no other language."""
    return " ".join(str(one.get("text", "")) for one in responses[name] if language(one) is None)


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text.casefold().replace("’", "'")))


def _stem(word: str) -> str:
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
    return word[: len(word) - len(ending)]
