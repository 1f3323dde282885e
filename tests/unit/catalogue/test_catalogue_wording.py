"""The catalogue's words: all there, all fillable, all for every word a record can hold."""

import shutil
from pathlib import Path

import pytest

from bot.catalogue.records import Access, Catalogue, Medium
from bot.catalogue.wording import default_wording, read_wording
from bot.errors import ContentError
from bot.vocabulary import Kind, Nation, Role
from tests.unit.catalogue.builders import SERVICES, at

WORDS = default_wording()


def test_every_reason_a_match_can_have_has_its_line(shipped: Catalogue) -> None:
    """No topic, cue, role or channel of any record is without words."""
    topics = {topic for service in shipped.services for topic in service.topics}
    cues = {kind for service in shipped.services for kind in service.kinds}
    assert topics <= set(WORDS.why.topic)
    assert cues <= set(WORDS.why.cue)
    assert set(Role) == set(WORDS.why.role)
    assert set(Medium) == set(WORDS.why.channel)
    assert set(WORDS.why.cue) <= set(Kind)


def test_every_small_word_is_there(shipped: Catalogue) -> None:
    """Nations, access needs and the languages of records have names."""
    assert set(Nation) - {Nation.ELSEWHERE} == set(WORDS.card.nations)
    assert set(Access) == set(WORDS.card.access)
    assert {code for service in shipped.services for code in service.languages} <= set(WORDS.card.languages)


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("00:00", "midnight"),
        ("00:30", "12:30 am"),
        ("09:00", "9 am"),
        ("12:00", "12 noon"),
        ("12:30", "12:30 pm"),
        ("20:05", "8:05 pm"),
    ],
)
def test_times_are_told_as_people_say_them(time: str, told: str) -> None:
    """Noon and midnight by name, hours without minutes when there are none."""
    assert WORDS.hours.clock(at(f"2026-11-25 {time}")) == told


@pytest.mark.parametrize("file", ["hours.yml", "why.yml", "card.yml", "taxonomies.yml"])
@pytest.mark.parametrize("text", [None, "", "[", "always: 1\n", "nonsense: x\n"])
def test_wording_that_cannot_be_read_names_its_file(file: str, text: str | None, tmp_path: Path) -> None:
    """A missing, broken or misspelt wording file stops the start with its name."""
    folder = Path(shutil.copytree(SERVICES / "wording", tmp_path / "wording"))
    if text is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(text, "utf-8")
    with pytest.raises(ContentError, match=file):
        read_wording(folder)


def test_all_wording_problems_come_at_once(tmp_path: Path) -> None:
    """An empty folder names every file it lacks."""
    with pytest.raises(ContentError) as raised:
        read_wording(tmp_path)
    assert len(raised.value.problems) == 4
