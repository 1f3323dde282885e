"""A message filed under a topic becomes one more example, whatever it holds."""

from pathlib import Path

import pytest

from bot.content.examples import load_safety, load_topics
from bot.editor.filing import Label, examples_path, file_example, file_safety
from bot.errors import ContentError
from bot.vocabulary import Direction, Kind, Level, Time, Topic

TOPIC = next(iter(Topic))


def texts(folder: Path, content: str) -> list[tuple[str, Topic]]:
    (folder / "filed.yml").write_text(content, "utf-8")
    return [(example.text, example.topic) for example in load_topics(folder)]


def test_examples_are_added_to_what_is_there(tmp_path: Path) -> None:
    content = file_example(TOPIC, "second", file_example(TOPIC, "first"))
    assert texts(tmp_path, content) == [("first", TOPIC), ("second", TOPIC)]
    assert content.count("- intent: ") == 1


def test_a_block_of_another_voice_is_left_as_it_is(tmp_path: Path) -> None:
    there = f'version: "3.1"\nnlu:\n- intent: {TOPIC}\n  metadata: {{voice: a_dad}}\n  examples: |\n    - hello\n'
    content = file_example(TOPIC, "first", there)
    assert content.startswith(there)
    assert texts(tmp_path, content) == [("hello", TOPIC), ("first", TOPIC)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("one\n- intent: affirm\n- two", "one - intent: affirm - two"),
        ("[him](person) {x}", "him person x"),
        ("- - dashes", "dashes"),
        ('it\'s: "quoted" # not a remark', 'it\'s: "quoted" # not a remark'),
    ],
)
def test_what_a_message_holds_changes_nothing_else(tmp_path: Path, text: str, kept: str) -> None:
    assert texts(tmp_path, file_example(TOPIC, text)) == [(kept, TOPIC)]


def test_the_same_message_is_not_filed_twice() -> None:
    once = file_example(TOPIC, "first")
    assert file_example(TOPIC, "first", once) == once


def test_a_message_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="no words"):
        file_example(TOPIC, " ()\n- ")


WEAPON = Label(
    level=Level.EMERGENCY, kind=Kind.WEAPON, direction=Direction.TO_WRITER, time=Time.NOW, words="a \"knife\": 'big'"
)
SELF = Label(level=Level.URGENT, kind=Kind.SELF_HARM, time=Time.RECENT, words="cut")
HARMLESS = Label(level=Level.NONE, because="idiom")


def test_safety_examples_read_back_as_they_were_labelled(tmp_path: Path) -> None:
    """Danger with its cue, one without a direction, and one that is not about danger."""
    content = ""
    for text, label in (
        ("he has a \"knife\": 'big' - # here", WEAPON),
        ("i cut\nmyself", SELF),
        ("this job kills me", HARMLESS),
    ):
        content = file_safety(text, label, content)
        assert file_safety(text, label, content) == content
    (tmp_path / "editors.yml").write_text(content, "utf-8")
    weapon, self_harm, harmless = load_safety(tmp_path)
    assert weapon.text[weapon.cues[0].start : weapon.cues[0].end] == WEAPON.words
    assert (weapon.level, weapon.cues[0].direction, weapon.cues[0].time) == ("emergency", "to_writer", "now")
    assert (self_harm.text, self_harm.cues[0].direction) == ("i cut myself", None)
    assert (harmless.cues, harmless.because) == ((), "idiom")


@pytest.mark.parametrize(
    ("text", "label", "problems"),
    [
        ("", WEAPON, 1),
        ("he has a knife", WEAPON, 1),
        ("he has a knife", Label(level=Level.URGENT), 3),
        ("he has a knife", Label(level=Level.URGENT, kind=Kind.WEAPON), 3),
        ("i cut", Label(level=Level.URGENT, kind=Kind.SELF_HARM, words="cut"), 1),
        ("hello", Label(level=Level.NONE), 1),
    ],
)
def test_a_label_that_is_not_whole_says_all_that_is_missing(text: str, label: Label, problems: int) -> None:
    with pytest.raises(ContentError) as caught:
        file_safety(text, label)
    assert len(caught.value.problems) == problems


def test_a_file_whose_last_example_was_taken_out_begins_anew(tmp_path: Path) -> None:
    assert texts(tmp_path, file_example(TOPIC, "first", 'version: "3.1"\n\nnlu: []\n')) == [("first", TOPIC)]
    assert file_safety("x", HARMLESS, "voice: editors\nmessages: []\n") == file_safety("x", HARMLESS)


def test_examples_lie_in_a_file_of_their_topic() -> None:
    assert examples_path(Topic.HOUSING) == "data/nlu/editors/housing.yml"
