"""Fills a fresh state folder with made-up workers and conversations, so that the console can be seen at work."""

import random
import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import yaml

from bot.bootstrap import load_staff_seal, make_handoffs
from bot.handoff.queue import Queue
from bot.handoff.records import Handoff, HandoffId, HelplineId, Line, Reading, Said, ShownCue, Summary, WorkerId
from bot.settings import Settings
from bot.staff.accounts import Accounts
from bot.staff.signing_in import SigningIn
from bot.staff.slowdown import Client, Slowdown
from bot.staff.store import FILE, StaffStore
from bot.vocabulary import HandoffMode, Kind, Level, Nation, Outcome, Role, Sender, StaffRole, Topic

HERE = Path(__file__).parent
PASSWORD = "copper lantern ferry"  # noqa: S105  # of made-up people only
MEN, CHANGE = "made-up-line-for-men", "made-up-line-for-change"
PEOPLE: dict[str, tuple[str, str | None, tuple[StaffRole, ...]]] = {
    "sam": ("Sam", MEN, (StaffRole.WORKER,)),
    "robin": ("Robin", MEN, (StaffRole.WORKER,)),
    "kim": ("Kim", MEN, (StaffRole.SUPERVISOR,)),
    "lea": ("Lea", MEN, (StaffRole.SAFEGUARDING_LEAD,)),
    "jo": ("Jo", CHANGE, (StaffRole.SUPERVISOR,)),
    "ada": ("Ada", None, (StaffRole.ADMINISTRATOR, StaffRole.EDITOR)),
}
DAYS = 14


def people(settings: Settings) -> dict[str, str]:
    """Make the accounts, each through its first sign-in. Returns the authenticator key of each."""
    keys = {}
    with StaffStore(settings.state_folder / FILE) as store:
        seal = load_staff_seal(settings)
        clock = lambda: datetime.now(UTC) - timedelta(minutes=2)  # noqa: E731  # leaves the code of now unused
        accounts = Accounts(store=store, clock=clock)
        ways = SigningIn(store=store, seal=seal, slowdown=Slowdown(clock=time.monotonic), clock=clock)
        here = Client(mark="demo")
        for name, (shown, helpline, roles) in PEOPLE.items():
            _, secret = accounts.add(name, shown_as=shown, helpline=helpline, roles=roles, actor="demo")
            token = ways.first(name, secret, PASSWORD, client=here, browser="the demo")
            found = ways.find(token)
            assert found  # noqa: S101  # it was just made
            keys[name] = ways.totp_secret(found[1])
            ways.enrol(found[1], pyotp.TOTP(keys[name]).at(clock()), client=here)
    return keys


async def conversations(settings: Settings) -> None:
    """Put the made-up conversations into the store, and two weeks of numbers behind them."""
    await _past(settings)
    for entry in yaml.safe_load((HERE / "conversations.yml").read_text("utf-8")):
        clock = _Clock(datetime.now(UTC) - timedelta(minutes=entry["minutes"]))
        queue = _queue(settings, clock)
        await _one(queue, clock, entry)
        await queue.aclose()


class _Clock:
    """Made-up conversations happened earlier."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def _queue(settings: Settings, clock: _Clock) -> Queue:
    queue = make_handoffs(settings)
    queue._now = clock  # the past is for made-up conversations only; the product has no such door
    return queue


async def _one(queue: Queue, clock: _Clock, entry: dict[str, Any]) -> None:
    helpline = CHANGE if entry["role"] == "own_behaviour" else MEN
    made = await queue.add(handoff(entry, helpline, clock.at))
    if entry.get("later"):
        return
    now = datetime.now(UTC)
    if (worker := entry.get("with")) is None:
        return
    name = WorkerId(worker)
    clock.at += timedelta(minutes=2)
    shown = PEOPLE[worker][0]
    await queue.claim(made.id, name, shown)
    for sender, text in entry.get("talk", ()):
        clock.at = min(clock.at + timedelta(minutes=2), now)
        person = sender == "person"
        said = Said(
            id=secrets.token_hex(6), sender=Sender(sender), at=clock.at, text=text,
            worker=name if person else None, name=shown if person else None,
        )  # fmt: skip
        await queue.say(made.id, said)
    if "note" in entry:
        await queue.note(made.id, name, entry["note"], note_id=secrets.token_hex(6))
    clock.at = now
    await queue.beat(made.id, name)


def handoff(entry: dict[str, Any], helpline: str, at: datetime) -> Handoff:
    """An entry of conversations.yml as a handoff that waits."""
    own = [Line(key=k, label=entry["labels"][k], text=text, own=True) for k, text in entry["own"].items()]
    keys = {"A woman or a man": "prefer", "Language and access": "needs"}
    chosen = [
        Line(key=keys.get(label, f"chosen_{n}"), label=label, text=_words(text))
        for n, (label, text) in enumerate(entry["chosen"].items())
    ]
    cues = []
    for cue in entry["cues"]:
        cue = dict(cue)
        mark = cue.pop("mark")
        start = entry["own"][cue["line"]].index(mark)
        cues.append(ShownCue(**cue | {"kind": Kind(cue["kind"]), "level": Level(cue["level"])},
                             start=start, end=start + len(mark)))  # fmt: skip
    return Handoff(
        id=HandoffId(secrets.token_hex(8)),
        reference=f"{random.choice(('maple', 'harbour', 'copper'))}-{random.choice(('lantern', 'meadow', 'pebble'))}"
        f"-{random.randrange(10, 99)}",
        helpline=HelplineId(helpline),
        conversation="made-up",
        mode=HandoffMode.LATER if entry.get("later") else HandoffMode.HERE,
        created=at,
        severity=Level(entry["severity"]),
        summary=Summary(
            lines=(*own, *chosen),
            reading=Reading(
                role=Role(entry["role"]),
                nation=Nation.ENGLAND,
                topics=tuple(Topic(topic) for topic in entry["topics"]),
                level=Level(entry["severity"]),
                cues=tuple(cues),
            ),
        ),
    )


def _words(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


async def _past(settings: Settings) -> None:
    """Chats that were answered, closed or given up on, so that the numbers have something to show."""
    chance = random.Random(7)
    entries = yaml.safe_load((HERE / "conversations.yml").read_text("utf-8"))
    theirs = [entry for entry in entries if entry["role"] != "own_behaviour" and not entry.get("later")]
    today = datetime.now(UTC).replace(hour=18, minute=0, second=0, microsecond=0)
    clock = _Clock(today)
    queue = _queue(settings, clock)
    for back in range(DAYS, 0, -1):
        for number in range(chance.choice((6, 7, 8, 9, 11))):
            clock.at = today - timedelta(days=back, minutes=30 * number)
            one = await queue.add(handoff(chance.choice(theirs), MEN, clock.at))
            clock.at += timedelta(seconds=chance.choice((40, 90, 150, 240, 500)))
            if chance.random() < 0.2:
                await queue.leave(one.id)
                continue
            await queue.claim(one.id, WorkerId("robin"), "Robin")
            outcomes = (Outcome.HELPED, Outcome.HELPED, Outcome.SIGNPOSTED, Outcome.LOST, Outcome.SILENT)
            await queue.close(one.id, WorkerId("robin"), chance.choice(outcomes))
    await queue.aclose()
