"""The inbox in the running service: what was promised is what lies on the disk, and nothing is printed."""

from datetime import date
from pathlib import Path

from bot.editor.inbox import FILE, Inbox, Pile
from bot.sealing import Seal, own_keys
from tests.conversations.service import Service

CANARY = "zebracanary7731"


def run(folder: Path, inbox: str) -> tuple[str, str]:
    """A visit to a service with the inbox on or off: its first words, and all that the service printed."""
    service = Service(inbox=inbox, state_folder=str(folder), log_level="debug")
    service.start()
    try:
        service.wait_ready()
        visitor = service.visitor()
        visitor.say(f"{CANARY}: 07700 900123")
        visitor.say(f"{CANARY} can the council help me with somewhere to live")
        visitor.say("that's not what i asked")
        visitor.say(f"he hit me last night. can the police help {CANARY}")
        visitor.say(f"{CANARY} the thing with the thursdays")
        visitor.leave()
        return visitor.first["messages"][0]["text"], service.stop()
    finally:
        service.stop()


def test_off_nothing_of_a_visitor_is_on_the_disk(tmp_path: Path) -> None:
    """No file of messages, and no word in any other."""
    first, printed = run(tmp_path, "no")
    assert "14 days" not in first and CANARY not in printed
    assert not (tmp_path / FILE).exists()
    assert not [path.name for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


def test_on_it_is_told_redacted_sealed_and_danger_apart(tmp_path: Path) -> None:
    """Nobody reads it without the key; editors get what was plain, the safeguarding lead what came after danger."""
    first, printed = run(tmp_path, "yes")
    assert "14 days" in first and CANARY not in printed
    assert not [path.name for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    inbox = Inbox(tmp_path / FILE, Seal(own_keys(tmp_path / "handoff.key")))
    plain = {one.text for one in inbox.read(Pile.EDITORS, today=date.today()).values()}
    danger = {one.text for one in inbox.read(Pile.SAFETY, today=date.today()).values()}
    assert plain == {
        f"{CANARY}: [phone]",
        f"{CANARY} can the council help me with somewhere to live",
    }
    assert danger == {f"{CANARY} the thing with the thursdays"}
