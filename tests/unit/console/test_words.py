"""Small things of the console: times, marked words, ready replies, names of browsers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.console.browser import browser_of
from bot.console.rendering import since, span
from bot.console.wording import OUTCOMES, parts
from bot.content.replies import blanks, load
from bot.edition import SHIPPED
from bot.errors import ContentError
from bot.handoff.records import Line
from bot.vocabulary import Outcome
from tests.handoffs import shown

LINE = Line(key="told_1", label="", text="he pushed me down the stairs", own=True)


def test_a_line_is_cut_at_its_cues_and_loses_nothing() -> None:
    """Cues over each other, beyond the end, or of another line change no letter."""
    cues = [
        shown(line="told_1", start=3, end=9),
        shown(line="told_1", start=5, end=12),
        shown(line="told_1", start=22, end=99),
        shown(line="other", start=0, end=2),
        shown(line=None),
    ]
    cut = parts(LINE, cues)
    assert "".join(part.text for part in cut) == LINE.text
    assert [part.text for part in cut if part.cue] == ["pushed", "stairs"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(-3, "0 s"), (59, "59 s"), (60, "1 min"), (3900, "1 h 05 min"), (86400 * 3, "3 days")]
)
def test_a_time_is_short(seconds: int, text: str) -> None:
    """The largest unit that says enough."""
    assert span(seconds) == span(timedelta(seconds=seconds)) == text


def test_the_time_of_another_day_names_it() -> None:
    """Whoever waits since yesterday is not taken for one of today; days are those of the wall clock in London."""
    now = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
    assert since(now - timedelta(hours=1), now) == "09:00"
    assert since(now - timedelta(hours=9, minutes=30), now) == "00:30"
    assert since(now - timedelta(hours=20), now) == "1 Jul 14:00"


def test_every_outcome_has_words() -> None:
    """No code is shown as such."""
    assert set(OUTCOMES) == set(Outcome)


def test_the_ready_replies_are_whole() -> None:
    """Some for each part of a talk, each filled in without a remainder but for what a worker must write."""
    replies = load(SHIPPED.replies)
    assert {reply.when for reply in replies} == {"opening", "during", "closing"}
    for reply in replies:
        text = reply.filled(name="Sam", helpline="Line", reference="maple-lantern-10")
        assert "{" not in text and "}" not in text
    assert blanks("We said: [what you agreed].") == ["[what you agreed]"]


@pytest.mark.parametrize(
    "entry",
    [
        "- {key: a, when: opening, title: A}",
        "- {key: a, when: later, title: A, text: a}",
        "- {key: a, when: opening, title: A, text: 'hello {visitor}'}",
        "- {key: A b, when: opening, title: A, text: a}",
        "- {key: a, when: opening, title: A, text: a}\n- {key: a, when: opening, title: A, text: a}",
        "- hello",
    ],
)
def test_a_broken_reply_is_named(tmp_path: Path, entry: str) -> None:
    """A missing field, a place that can't be filled, a key twice: the file and the number."""
    path = tmp_path / "replies.yml"
    path.write_text(entry)
    with pytest.raises(ContentError, match=r"replies.yml, reply \d"):
        load(path)


def test_a_browser_has_a_short_name() -> None:
    """And the header it came from is not kept."""
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
    assert browser_of(agent) == "Firefox on Windows"
    assert browser_of("curl/8") == "A browser"
