"""Publishing for real: a sentence, a topic and a number, trained, judged, rehearsed, taken up by running processes, gone back."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.edition import served
from bot.editor.differences import overlaid
from bot.editor.library import Library
from bot.editor.new import new_topic
from bot.editor.publishing import Publisher
from bot.editor.rehearsal import Service, Visitor
from bot.settings import Settings

THINGS = (
    "guitar", "accordion", "sewing machine", "fish tank", "kayak", "bookshelf", "piano", "telescope", "loom", "easel",
    "pottery wheel", "drum kit", "record player", "beehive", "lathe", "rowing machine", "dolls house", "anvil", "harp",
    "train set",
)  # fmt: skip
PHRASES = ("what happens to my {} if i go", "can i take the {} with me", "is there storage for a {}")
GREETING = "Hello, and welcome in."
TAKE_UP_SECONDS = 60


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Service, Settings]]:
    """A service with a content folder of its own."""
    service = Service(content_folder=str(tmp_path), state_folder=str(tmp_path / "state"))
    service.start()
    try:
        service.wait_ready()
        yield service, replace(Settings.from_env(), content_folder=tmp_path)
    finally:
        service.stop()


def answer(service: Service, text: str) -> str:
    with service.visitor() as visitor:
        return str(visitor.say(text)["messages"][0]["text"])


def waits_for(service: Service, text: str, part: str, *, there: bool = True) -> bool:
    """Whether the chat comes to answer as it should, in time."""
    until = time.monotonic() + TAKE_UP_SECONDS
    while time.monotonic() < until:
        if (part in answer(service, text)) is there:
            return True
        time.sleep(0.5)
    return False


class Talking(threading.Thread):
    """A visitor who goes on writing while others publish."""

    def __init__(self, visitor: Visitor) -> None:
        super().__init__()
        self.visitor, self.stop, self.wrong, self.count = visitor, threading.Event(), list[str](), 0

    def run(self) -> None:
        while not self.stop.wait(0.2):
            reply = self.visitor.say(("/money", "where could i live", "/children", "thanks")[self.count % 4])
            self.count += 1
            if reply["degraded"] or not reply["messages"]:
                self.wrong.append(str(reply["messages"])[:200])


def test_a_sentence_a_topic_and_a_number_from_change_to_chat_and_back(running: tuple[Service, Settings]) -> None:
    service, settings = running
    publisher = Publisher.open(settings)
    first, steps = publisher.current(), list[str]()
    library = Library(publisher.tree())
    change = library.change("response.utter_greet.0", {"text": GREETING})
    change |= library.change("service.dogs-trust-freedom", {"way_0": "0800 298 9190"})
    examples = "\n".join(PHRASES[n % len(PHRASES)].format(thing) for n, thing in enumerate(THINGS))
    topic = {"title": "Bulky things", "text": "Some removal firms store things for a while.", "examples": examples}
    change |= new_topic(overlaid(publisher.tree(), change), topic, today=date.today())
    assert GREETING not in answer(service, "hello") and "removal firms" not in answer(
        service, "is there storage for a canoe"
    )

    trial = publisher.try_out(change, steps.append)
    assert not trial.stopped, trial.findings
    assert any("Learning" in step for step in steps) and any("conversations" in step for step in steps)
    with service.visitor(nation="wales") as visitor:
        visitor.say("/housing")
        talking = Talking(visitor)
        talking.start()
        kept = publisher.publish(trial, author="Ada", reason="All at once", approved_by="Grace", say=steps.append)
        try:
            assert waits_for(service, "hello", GREETING)
            assert waits_for(service, "is there storage for a canoe", "removal firms")
        finally:
            talking.stop.set()
            talking.join()
        assert talking.wrong == [] and talking.count > 5
        assert "Wales" in visitor.say("/housing")["messages"][0]["text"] + visitor.say("/police")["messages"][0]["text"]
    assert served(settings).name == kept.commit

    publisher.roll_back(first.commit, author="Ada", reason="Not yet", say=steps.append)
    assert waits_for(service, "hello", GREETING, there=False)
    assert waits_for(service, "is there storage for a canoe", "removal firms", there=False)
