"""What editors see of the wording without opening a file."""

from datetime import date

from bot.content.examples import TopicExample
from bot.content.library import items, preview, report
from bot.vocabulary import Topic


def response(due: str, **about: str) -> list[dict[str, object]]:
    metadata = {"owner": "content", "sensitivity": "ordinary", "checked": "2026-11-25", "review_due": due, **about}
    return [
        {"text": "Here is  what\nhelps.", "buttons": [{"title": "Go on", "payload": "/go"}], "metadata": metadata},
        {"condition": [{"type": "slot", "name": "role", "value": "supporter"}], "text": "For a friend."},
    ]


RESPONSES = {"utter_late": response("2026-12-01"), "utter_soon": response("2026-11-01", sensitivity="factual")}
EXAMPLES = [TopicExample(text="roof", topic=Topic.HOUSING, also=frozenset(), role=None, voice="x")] * 50


def test_what_is_due_first_stands_in_front() -> None:
    assert [item.name for item in items(RESPONSES)] == ["utter_soon", "utter_late"]
    assert items(RESPONSES)[0].readers == ("supporter",)


def test_the_report_names_what_is_overdue_unsourced_and_thin() -> None:
    lines = report(RESPONSES, EXAMPLES, today=date(2026, 11, 26))
    assert "2 responses, 1 overdue for review" in lines
    assert "  overdue since 2026-11-01: utter_soon (content)" in lines
    assert "  states facts without a source: utter_soon" in lines
    assert "  0 examples: money" in lines and not any("housing" in line for line in lines)


def test_the_report_names_whole_files_that_are_overdue() -> None:
    files = [("replies.yml", date(2026, 11, 25), "content lead"), ("en.json", date(2026, 11, 26), "content lead")]
    lines = report(RESPONSES, EXAMPLES, wholes=files, today=date(2026, 11, 26))
    assert "  overdue since 2026-11-25: replies.yml (content lead)" in lines
    assert not any("en.json" in line for line in lines)


def test_the_report_names_what_nobody_who_speaks_it_has_read() -> None:
    unread = [("Hello, in Welsh", "needs a Welsh speaker"), ("Money, in Welsh", "needs a Welsh speaker")]
    lines = report(RESPONSES, EXAMPLES, unread=unread, today=date(2026, 11, 26))
    at = lines.index("needs a Welsh speaker: 2 texts")
    assert lines[at + 1 : at + 3] == ["  Hello, in Welsh", "  Money, in Welsh"]


def test_a_preview_reads_as_the_chat_does() -> None:
    assert preview(RESPONSES, "utter_late", {}) == ["Here is what helps.", "  [Go on]"]
    assert preview(RESPONSES, "utter_late", {"role": "supporter"}) == ["For a friend."]
    assert preview(RESPONSES, "utter_nothing", {}) is None
