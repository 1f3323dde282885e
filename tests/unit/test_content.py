"""Content that must be whole before anything starts."""

import shutil
from pathlib import Path

import pytest

from bot.content.care import CareContent
from bot.content.check import problems
from bot.content.noted import noted_problems
from bot.edition import SHIPPED
from bot.errors import ContentError
from bot.vocabulary import Kind, Language


def test_every_kind_of_danger_has_its_lines() -> None:
    """The shipped care content answers every kind of the policy."""
    content = CareContent.load(SHIPPED.safety / "care.yml")
    assert set(content.kinds) == {kind.value for kind in Kind}


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("  strangulation:", "  strangling:", "no lines for strangulation"),
        ("emergency:\n  writer:", "emergency:\n  writers:", "emergency has no lines for writer"),
        ("Call 999 now. 112 works too.", "Call them now.", "must name 999"),
        ("owner:", "keeper:", "keeper"),
        ("frame:\n  emergency:", "frame:\n  urgency:", "frame has no lines for emergency"),
        ("  cy:", "  welsh:", r"no language called 'welsh' for wordings: cy \(Welsh\)"),
        ("  cy:", "  en:", "no language called 'en'"),
        ("Ffoniwch 999 nawr. Mae", "Ffoniwch nhw nawr. Mae", "Welsh: emergency must name 999 for other"),
        (
            "    frame:\n      emergency:",
            "    frame:\n      always:",
            "Welsh has lines for frame always, which English has not",
        ),
    ],
)
def test_broken_care_content_is_refused(tmp_path: Path, before: str, after: str, problem: str) -> None:
    """An edit that takes help away stops the start and says what is missing."""
    text = (SHIPPED.safety / "care.yml").read_text().replace(before, after)
    path = tmp_path / "care.yml"
    path.write_text(text)
    with pytest.raises(ContentError, match=problem):
        CareContent.load(path)


def test_care_is_said_in_a_language_line_by_line_and_else_in_english() -> None:
    content = CareContent.load(SHIPPED.safety / "care.yml")
    said = list(content.lines(("emergency", "by_writer"), Language.WELSH))
    assert said == [(content.languages["cy"].emergency["by_writer"][0], Language.WELSH)]
    weapon = ("kinds", "weapon", "writer")
    for code in (Language.WELSH, Language.POLISH):
        assert list(content.lines(weapon, code)) == [(content.kinds["weapon"]["writer"][0], Language.ENGLISH)]


@pytest.mark.parametrize(
    ("place", "before", "after", "problem"),
    [
        ("data/helplines/replies.yml", "owner: content", "", "owner is missing"),
        ("data/helplines/replies.yml", "checked: 2026-11-26", "checked: 2026-02-30", "checked must be a day"),
        ("bot/widget/text/cy.json", '"source": "Written for this project"', '"source": ""', "source is missing"),
        ("bot/widget/text/en.json", '"review_due": "2027', '"review_due": "2025', "review_due must come after checked"),
        (
            "data/notes.yml",
            "safety_examples:\n  owner:",
            "safety_examples:\n  keeper:",
            "safety_examples: owner is missing",
        ),
        (
            "data/notes.yml",
            "safety_examples:",
            "  topics:\n    baking: {owner: ada}\nsafety_examples:",
            "there is no topic called 'baking'",
        ),
        (
            "data/notes.yml",
            "safety_examples:",
            "  topics: {money: {checked: soon}}\nsafety_examples:",
            "examples of money: checked must be",
        ),
        ("data/notes.yml", "examples:", "examples: [", "while parsing"),
    ],
)
def test_a_file_says_who_looks_after_it_and_until_when(
    tmp_path: Path, place: str, before: str, after: str, problem: str
) -> None:
    """Ready replies and the words of the page as a whole, as emergency wording does; examples of all kinds in one place."""
    assert list(noted_problems(SHIPPED.root)) == []
    shutil.copytree(SHIPPED.root / "data", tmp_path / "data", ignore=shutil.ignore_patterns("nlu", "voices"))
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (SHIPPED.root / place).read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    [found] = noted_problems(tmp_path)
    assert found.startswith(f"{place}: {problem}")


def test_numbers_and_phrases_are_checked_in_the_care_content_of_every_language(tmp_path: Path) -> None:
    for tree in ("data", "bot/domain"):
        shutil.copytree(SHIPPED.root / tree, tmp_path / tree)
    path = tmp_path / "data/safety/care.yml"
    path.write_text(path.read_text().replace("Os aiff yn beryglus, ffoniwch 999", "just leave, ffoniwch 0808 123 4567"))
    found = "\n".join(problems(tmp_path))
    assert "care.yml: never say 'just leave'" in found and "care.yml: the number 0808" in found
