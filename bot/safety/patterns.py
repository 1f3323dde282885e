"""Finds the clearest forms of danger: what must never be missed and is rarely wrong.

Content: `data/safety/patterns/*.yml`, one file a kind, with `_sets.yml` for words used in many. A match is dropped when it
is negated, an idiom, or told of a film, a game or a book.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml
from spacy.attrs import LOWER
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.errors import ContentError
from bot.language.cleanup import Clean
from bot.safety.cues import Cue
from bot.safety.phrases import Pattern, compile_phrase
from bot.triage.who import direction as read_direction
from bot.vocabulary import UNDIRECTED, Direction, Kind, Time

SETS = "_sets.yml"
ALONE = "alone"
# A contraction is one word: "he's", "can't".
_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[^\w\s]")
_NEGATION = frozenset(
    [
        "not",
        "never",
        "n't",
        "no",
        "nobody",
        "without",
        "wouldn't",
        "don't",
        "didn't",
        "doesn't",
        "isn't",
        "wasn't",
        "can't",
        "won't",
        "hasn't",
        "haven't",
    ]
)
_NEGATION_REACH = 4
_PAST = frozenset(["ago", "childhood"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one pattern says of a match. direction None: it is read from the words around. when: what it is heard after, if
    not always: `ALONE`, when nothing else is said, or a kind of danger that the message shows too."""

    kind: Kind
    direction: Direction | None
    time: Time
    negatable: bool
    when: str | None


class _Group:
    """Patterns that mean one thing. Looked for only in words that hold all that one of them needs."""

    def __init__(self, vocab: Vocab, patterns: Sequence[Pattern]) -> None:
        self._matcher = Matcher(vocab)
        self._matcher.add("", list(patterns), greedy="LONGEST")
        self._needs = [[frozenset(t["LOWER"]["IN"]) for t in pattern if "OP" not in t] for pattern in patterns]

    def find(self, doc: Doc, words: Set[str]) -> list[tuple[int, int]]:
        """The first and last token of each match; `words` are all that stand in `doc`."""
        if not any(all(not need.isdisjoint(words) for need in needs) for needs in self._needs):
            return []
        return [(start, end) for _, start, end in self._matcher(doc)]


class Patterns:
    """The compiled patterns. Safe to call from several threads."""

    def __init__(
        self, rules: Sequence[tuple[Rule, Sequence[Pattern]]], quiet: Iterable[str], idioms: Sequence[Pattern]
    ) -> None:
        self._vocab = Vocab(lex_attr_getters={LOWER: str.lower})
        self._rules: dict[str | None, list[tuple[Rule, _Group]]] = {}
        for rule, patterns in rules:
            self._rules.setdefault(rule.when, []).append((rule, _Group(self._vocab, patterns)))
        self._most_alone = max((len(one) for rule, said in rules if rule.when == ALONE for one in said), default=0)
        self._quiet = frozenset(quiet)
        self._idioms = _Group(self._vocab, idioms)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a folder of patterns. Raises ContentError with every problem."""
        problems: list[str] = []
        shared = _read(folder / SETS, problems)
        sets: dict[str, list[str]] = {k: [str(w) for w in v] for k, v in (shared.get("sets") or {}).items()}
        rules: list[tuple[Rule, Sequence[Pattern]]] = []
        for path in sorted(folder.glob("*.yml")):
            if path.name == SETS:
                continue
            document = _read(path, problems)
            for number, entry in enumerate(document.get("patterns") or [], 1):
                try:
                    rules.append(_rule(Kind(path.stem), entry, sets))
                except (KeyError, ValueError, TypeError) as error:
                    problems.append(f"{path.name}, pattern {number}: {error}")
        idioms: list[Pattern] = []
        for phrase in shared.get("idioms") or []:
            try:
                idioms += compile_phrase(str(phrase), sets)
            except ValueError as error:
                problems.append(f"{SETS}, idiom {phrase!r}: {error}")
        if problems:
            raise ContentError(problems)
        return cls(rules, [str(w) for w in shared.get("quiet") or []], idioms)

    def alone(self, clean: Clean) -> list[Cue]:
        """The cue of a text that is one of the patterns for `ALONE` and nothing more, whatever signs stand between."""
        spans = [match.span() for match in _TOKEN.finditer(clean.text) if clean.text[match.start()].isalnum()]
        if not 0 < len(spans) <= self._most_alone:
            return []
        words = [clean.text[start:end] for start, end in spans]
        doc, whole = Doc(self._vocab, words=words), (0, len(spans))
        said = [rule for rule, group in self._rules[ALONE] if whole in group.find(doc, set(words))]
        start, end = clean.span(spans[0][0], spans[-1][1])
        return [Cue(kind=r.kind, direction=r.direction, time=r.time, start=start, end=end) for r in said]

    def find(self, clean: Clean, *, when: Kind | None = None) -> list[Cue]:
        """The cues of a text, in the order they stand; positions are those of the original.

        when: a kind that the message shows, for the patterns that are heard only then.
        """
        if when not in self._rules:
            return []
        spans = [match.span() for match in _TOKEN.finditer(clean.text)]
        tokens = [clean.text[start:end] for start, end in spans]
        words = set(tokens)
        if not self._quiet.isdisjoint(words):
            return []
        doc = Doc(self._vocab, words=tokens)
        matches = [(rule, a, b) for rule, group in self._rules[when] for a, b in group.find(doc, words)]
        idioms = self._idioms.find(doc, words) if matches else []
        over = not _PAST.isdisjoint(words)
        cues: list[Cue] = []
        for rule, start, end in matches:
            if any(start < b and end > a for a, b in idioms):
                continue
            # A pattern that holds a negation of its own ("can't breathe") is only denied by one right before it.
            first = start - _NEGATION_REACH if rule.negatable else start - 1
            if _NEGATION.intersection(tokens[max(0, first) : end if rule.negatable else start]):
                continue
            if over and rule.time is not Time.NOW:
                continue  # whether it is over is a question of the whole message: the trained heads answer it
            place = clean.span(spans[start][0], spans[end - 1][1])
            direction = rule.direction
            if direction is None and rule.kind not in UNDIRECTED:
                direction = read_direction(tokens, start, end)
            cues.append(Cue(kind=rule.kind, direction=direction, time=rule.time, start=place[0], end=place[1]))
        return sorted(cues, key=lambda cue: (cue.start, cue.end))


def _rule(kind: Kind, entry: dict[str, Any], sets: Mapping[str, list[str]]) -> tuple[Rule, list[Pattern]]:
    direction = Direction(entry["direction"]) if entry.get("direction") else None
    when = entry.get("when")
    rule = Rule(
        kind=kind,
        direction=direction,
        time=Time(entry["time"]),
        negatable=entry.get("negatable", True),
        when=when if when in (None, ALONE) else Kind(when),
    )
    return rule, [pattern for phrase in entry["say"] for pattern in compile_phrase(str(phrase), sets)]


def _read(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        if isinstance(document, dict):
            return document
        problems.append(f"{path.name}: not a list of patterns")
    except (OSError, yaml.YAMLError) as error:
        problems.append(f"{path.name}: {' '.join(str(error).split())}")
    return {}
