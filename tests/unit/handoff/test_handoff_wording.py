"""The wording of the way to a person, and the checks that guard it."""

from pathlib import Path

import pytest
import yaml

from bot.content.check import BANNED, MOST_TITLE, handoff_problems
from bot.content.reading_age import reading_age
from bot.edition import SHIPPED
from bot.errors import ContentError
from bot.handoff.content import Wording
from bot.settings import ROOT

SHIPPED = SHIPPED.handoff / "wording.yml"


def changed(folder: Path, **more: object) -> Path:
    document = yaml.safe_load(SHIPPED.read_text()) | more
    path = folder / "wording.yml"
    path.write_text(yaml.safe_dump(document))
    return path


def test_the_shipped_wording_has_no_problem() -> None:
    """Short, plain, without what must never be said, and without numbers of its own."""
    assert handoff_problems(ROOT) == []
    wording = Wording.load(SHIPPED)
    texts = [*wording.says.values(), *(ask.text for ask in wording.asks)]
    assert reading_age("\n".join(texts)) <= 11
    assert max(map(reading_age, texts)) <= 14
    assert all(len(title) <= MOST_TITLE for title in wording.titles.values())


def test_checks_find_what_they_are_for(tmp_path: Path) -> None:
    """A banned phrase, a number that belongs to the catalogue, a button that is too long."""
    (tmp_path / "data/handoff").mkdir(parents=True)
    says = yaml.safe_load(SHIPPED.read_text())["says"] | {"thanks": f"{BANNED[0]}! Ring 0808 802"}
    titles = yaml.safe_load(SHIPPED.read_text())["titles"] | {"stop": "x" * (MOST_TITLE + 1)}
    changed(tmp_path / "data/handoff", says=says, titles=titles)
    (tmp_path / "data/handoff/words.txt").write_text("maple\n")
    found = "\n".join(handoff_problems(tmp_path))
    for part in (BANNED[0], "0808", "'!'", "too long", "500 words"):
        assert part in found, part


@pytest.mark.parametrize(
    ("part", "value", "problem"),
    [
        ("says", {"thanks": "Thank you, {name}"}, "says thanks may fill in only: nothing"),
        ("titles", {"more": "x"}, "titles has no use for more"),
        ("noticed", {}, "noticed needs weapon"),
        ("asks", [{"key": "a", "label": "A", "text": "A?"}], "the question a takes no answer"),
        ("asks", [{"key": "a", "label": "A", "text": "A?", "free": True, "only": {"answer": "b"}}], "waits for b"),
    ],
)
def test_a_file_that_does_not_fit_says_why(tmp_path: Path, part: str, value: object, problem: str) -> None:
    """Nothing is started with it."""
    with pytest.raises(ContentError) as error:
        Wording.load(changed(tmp_path, **{part: value}))
    assert problem in str(error.value)
