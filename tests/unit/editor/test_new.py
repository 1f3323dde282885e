"""A new topic and a new service from plain fields."""

from datetime import date
from pathlib import Path

import pytest

from bot.catalogue.record import read_record
from bot.content.examples import load_topics
from bot.editor.differences import overlaid
from bot.editor.library import Library
from bot.editor.new import FEWEST_EXAMPLES, new_service, new_topic
from bot.errors import ContentError
from bot.vocabulary import Topic, topics
from tests.unit.editor.test_library import TREE

TODAY = date(2026, 11, 26)
LINES = "\n".join(
    f"can i bring my {one}"
    for one in ("oboe", "loom", "kiln", "boat", "bees", "cello", "easel", "harp", "lathe", "anvil")
)
SERVICE = {
    "name": "The Quiet Line",
    "for": "anyone",
    "about": "A line.",
    "phone": "0808 802 4040",
    "url": "https://example.org",
}


def test_a_topic_is_an_intent_a_rule_an_answer_and_examples(tmp_path: Path) -> None:
    change = new_topic(TREE, {"title": "Bringing things", "text": "You can.", "examples": LINES}, today=TODAY)
    library = Library(overlaid(TREE, change))
    assert library.items["response.utter_bringing_things.0"].title == "Bringing things"
    assert len(library.items["examples.bringing_things"].values["lines"].splitlines()) == FEWEST_EXAMPLES
    assert Topic("bringing_things") in topics() and "/bringing_things" in dict(library.destinations)
    (tmp_path / "examples.yml").write_text(change["data/nlu/editors/bringing_things.yml"])
    assert {example.topic for example in load_topics(tmp_path)} == {"bringing_things"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": "Housing"}, "already"),
        ({"title": "More"}, "already"),
        ({"title": "!"}, "three letters"),
        ({"text": ""}, "First answer"),
        ({"examples": "one\none\ntwo"}, "there are 2"),
    ],
)
def test_what_is_missing_in_a_topic_is_said(values: dict[str, str], said: str) -> None:
    with pytest.raises(ContentError, match=said):
        new_topic(TREE, {"title": "Bees", "text": "Yes.", "examples": LINES, **values}, today=TODAY)


def test_a_service_is_a_record_that_reads(tmp_path: Path) -> None:
    [(path, text)] = new_service(TREE, {**SERVICE, "nation": "wales", "topic": "pets"}, by="ada", today=TODAY).items()
    (tmp_path / Path(path).name).write_text(text)
    service, problems = read_record(tmp_path / Path(path).name)
    assert problems == [] and service is not None and service.channels[0].number == "0808 802 4040"


@pytest.mark.parametrize(
    ("values", "said"),
    [({"name": ""}, "Name"), ({"phone": ""}, "phone number or a website"), ({"name": "Samaritans"}, "already"),
     ({"nation": "cornwall"}, "no nation called cornwall"), ({"role": "cat"}, "no role"), ({"topic": "greet"}, "no topic")],
)  # fmt: skip
def test_what_is_missing_in_a_service_is_said(values: dict[str, str], said: str) -> None:
    with pytest.raises(ContentError, match=said):
        new_service(TREE, {**SERVICE, **values}, by="ada", today=TODAY)
