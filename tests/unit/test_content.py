"""Content that must be whole before anything starts."""

from pathlib import Path

import pytest

from bot.content.care import CareContent
from bot.edition import SHIPPED
from bot.errors import ContentError
from bot.vocabulary import Kind


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
    ],
)
def test_broken_care_content_is_refused(tmp_path: Path, before: str, after: str, problem: str) -> None:
    """An edit that takes help away stops the start and says what is missing."""
    text = (SHIPPED.safety / "care.yml").read_text().replace(before, after)
    path = tmp_path / "care.yml"
    path.write_text(text)
    with pytest.raises(ContentError, match=problem):
        CareContent.load(path)
