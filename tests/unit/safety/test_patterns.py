"""Patterns: the clearest forms are found, their harmless look-alikes are not."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from spacy.matcher import Matcher

from bot.edition import SHIPPED
from bot.errors import ContentError
from bot.language.cleanup import Cleaner
from bot.safety.patterns import Patterns
from bot.vocabulary import Kind

CASES = yaml.safe_load(Path(__file__).with_name("patterns.yml").read_text())
PATTERNS = Patterns.load(SHIPPED.safety / "patterns")
CLEANER = Cleaner.load(SHIPPED.safety / "cleanup.yml")


class Counted:
    """A matcher that notes when it is asked."""

    def __init__(self, matcher: Matcher, searched: list[int]) -> None:
        self.matcher, self.searched = matcher, searched

    def add(self, *told: Any, **more: Any) -> None:
        self.matcher.add(*told, **more)

    def __call__(self, doc: Any) -> Any:
        self.searched.append(len(doc))
        return self.matcher(doc)


@pytest.mark.parametrize("case", [c for c in CASES["found"] if c["kind"]], ids=lambda c: c["text"])
def test_a_clear_form_is_found(case: dict[str, Any]) -> None:
    """Its kind is named, and its direction where the pattern knows it."""
    cues = {cue.kind: cue for cue in PATTERNS.find(CLEANER.clean(case["text"]))}
    assert case["kind"] in cues
    if case.get("direction"):
        assert cues[Kind(case["kind"])].direction == case["direction"]


@pytest.mark.parametrize("text", [*CASES["silent"], *(c["text"] for c in CASES["found"] if not c["kind"])])
def test_a_harmless_look_alike_is_left_alone(text: str) -> None:
    """Denied, idiom, sport, film, and words that only share a letter."""
    assert PATTERNS.find(CLEANER.clean(text)) == []


@pytest.mark.parametrize("text", ["55", "5 5", " 55. ", "55 55", "55!! 55"])
def test_the_silent_call_alone_is_danger(text: str) -> None:
    [cue] = PATTERNS.alone(CLEANER.clean(text))
    assert cue.kind is Kind.IMMEDIATE_DANGER
    assert set(text[cue.start : cue.end]) <= set("5 !")


@pytest.mark.parametrize("text", ["", "!", "he is 55", "55 years old", "555", "the 55 bus", "55 55 55 55 sorry"])
def test_a_number_among_other_words_is_no_silent_call(text: str) -> None:
    clean = CLEANER.clean(text)
    assert PATTERNS.alone(clean) == PATTERNS.find(clean) == []


@given(st.text(max_size=300))
def test_any_text_is_read_and_places_stay_inside(text: str) -> None:
    """Never an exception; every place lies in the message."""
    for cue in PATTERNS.find(CLEANER.clean(text)) + PATTERNS.alone(CLEANER.clean(text)):
        assert 0 <= cue.start < cue.end <= len(text)


def test_words_that_no_pattern_needs_cost_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message is searched for a pattern only where all the words that it must have stand in it."""
    searched: list[int] = []
    monkeypatch.setattr("bot.safety.patterns.Matcher", lambda vocab: Counted(Matcher(vocab), searched))
    patterns = Patterns.load(SHIPPED.safety / "patterns")
    assert patterns.find(CLEANER.clean("can the council house a single man")) == [] and not searched
    assert patterns.find(CLEANER.clean("he has a knife to my neck")) and len(searched) < 10


def test_matches_grow_no_faster_than_the_text() -> None:
    """Hostile repetition can't make the matcher find quadratically many candidates."""
    counts = [len(PATTERNS.find(CLEANER.clean("he has a knife and " * n))) for n in (50, 100, 200)]
    assert counts[2] <= 2 * counts[1] + 5
    assert counts[1] <= 2 * counts[0] + 5


@pytest.mark.parametrize(
    ("say", "problem"),
    [("{nowhere} me", "no set"), ("a ~9 b", "at most"), (None, "pattern 1")],
)
def test_a_broken_pattern_is_named(tmp_path: Path, say: str | None, problem: str) -> None:
    """File, number and plain words, before anything starts."""
    (tmp_path / "_sets.yml").write_text("sets: {}\n")
    (tmp_path / "weapon.yml").write_text(yaml.safe_dump({"patterns": [{"say": [say] if say else say, "time": "now"}]}))
    with pytest.raises(ContentError, match=problem):
        Patterns.load(tmp_path)
