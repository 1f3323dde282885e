"""Breaks one part in one way, writes to the service meanwhile, heals it, and checks what must hold."""

import http.client
import json
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from bot.handoff.references import normal
from tests.faults.clock import LIBRARY
from tests.faults.place import ALL, WIRED, Place
from tests.faults.proxy import Mode

CANARY = "zebracanary7731"
CALM = "can the council help me"
DANGER = "he is outside banging the door and he has got a bat"
DANGER_SECONDS = 3.0
ORDINARY_SECONDS = 8.0
RECOVERY_SECONDS = 30.0
CLOCK_SECONDS = 1.5  # until a part has heard that its clock jumped
Act = Callable[[Place], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is broken and how it is put right. named: what `/readyz` must say is degraded."""

    part: str
    how: str
    breaks: Act
    heals: Act
    named: bool = True
    answers: bool = True
    keeps: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a visitor met. Seconds; what an ordinary message and a yes to passing it on got, in a word or two."""

    danger: float
    ordinary: float
    got: str
    passing: str
    recovery: float


def _wire(part: str, mode: Mode) -> Fault:
    return Fault(
        part=part, how=mode.value, breaks=lambda p: p.wire(part, mode), heals=lambda p: p.wire(part, Mode.PASS)
    )


def _kill(part: str) -> Fault:
    return Fault(part=part, how="kill", breaks=lambda p: p.kill(part), heals=lambda p: p.again(part))


def _pause(part: str) -> Fault:
    return Fault(
        part=part,
        how="pause",
        breaks=lambda p: p.signal(part, signal.SIGSTOP),
        heals=lambda p: p.signal(part, signal.SIGCONT),
    )


def _full_log(part: str) -> Fault:
    def heals(place: Place) -> None:
        place.kill(part)
        place.again(part)

    return Fault(part=part, how="log full", breaks=lambda p: p.fill_log(part), heals=heals, named=False)


def _jump(part: str, hours: int) -> Fault:
    """The clock of a part jumps, and jumps back when it is put right."""

    def put(place: Place, ahead: int) -> None:
        place.clocks.set(part, ahead)
        time.sleep(CLOCK_SECONDS)

    how = f"clock {hours:+d} h"
    return Fault(part=part, how=how, breaks=lambda p: put(p, hours), heals=lambda p: put(p, 0), named=False)


FAULTS: tuple[Fault, ...] = (
    *(fault for part in WIRED for fault in (_kill(part), _pause(part))),
    *(_wire(part, mode) for part in WIRED for mode in (Mode.SLOW, Mode.REFUSE, Mode.GARBAGE)),
    Fault(part="redis", how="full", breaks=lambda p: p.fill(1), heals=lambda p: p.fill(0), named=False),
    Fault(part="redis", how="data lost", breaks=lambda p: p.lose(), heals=lambda _: None, named=False, keeps=False),
    *map(_full_log, ALL),
    # Redis does not run with a clock of its own: what a jump would do to it, all keys gone at once, is "data lost".
    *(_jump(part, hours) for part in ALL for hours in (2, -2) if LIBRARY),
    # Visitors don't meet the console: only its own page shows that it is gone.
    *(replace(fault, named=False) for fault in (_kill("console"), _pause("console"))),
    *(replace(fault, named=False, answers=False) for fault in (_kill("gateway"), _pause("gateway"))),
)
SHORT = (
    ("rasa", "pause"),
    ("actions", "garbage"),
    ("redis", "pause"),
    ("redis", "data lost"),
    ("gateway", "clock +2 h"),
)


def try_fault(place: Place, fault: Fault) -> Outcome:
    """Raises AssertionError when something that must hold doesn't."""
    token = _open(place)
    status, reply, _ = _say(place, token, f"{CANARY} hello there")
    assert status == 200 and not reply["degraded"], reply
    asking, yes = _before_the_yes(place)
    fault.breaks(place)
    danger = ordinary = 0.0
    got, passing, reference = "no answer until it is back", "no answer until it is back", None
    try:
        if fault.answers:
            got, ordinary = _ordinary(place, token)
            danger = _danger(place, token)
            passing, reference = _pass_on(place, asking, yes)
            _way_out(place)
            if fault.named:
                said = json.loads(place.ready()[1])
                assert fault.part in said["degraded"], said
    finally:
        fault.heals(place)
    recovery = _recovered(place)
    if fault.keeps:  # the yes pressed again is the same handoff, which exists once
        _, again = _pass_on(place, asking, yes)
        assert again is not None and reference in (None, again), (reference, again)
        assert place.waiting().count(again) == 1, place.waiting()
    _end(place, asking)
    # Words without danger: danger is answered in a chat whose data is lost too.
    status, _, _ = _say(place, token, f"{CANARY} {CALM}")
    assert status == (200 if fault.keeps else 401), status
    if not fault.answers:
        danger = _danger(place, token)
    _end(place, token)
    assert CANARY.encode() not in place.written(), "a visitor's words were written down"
    return Outcome(danger=danger, ordinary=ordinary, got=got, passing=passing, recovery=recovery)


def _before_the_yes(place: Place) -> tuple[str, str]:
    """A visitor who has read what would be passed on: their token, and the button that agrees."""
    token = _open(place)
    _say(place, token, f"{CANARY} can I talk to a person please")
    reply: dict[str, Any] = {}
    for payload in (
        '/door{"role": "victim"}',
        '/handoff{"step": "start"}',
        '/handoff{"step": "mode", "pick": "later"}',
    ):
        _, reply, _ = _press(place, token, payload)
    while skip := _button(reply, "Skip this"):
        _, reply, _ = _press(place, token, skip)
    yes = _button(reply, "Yes, pass this on")
    assert yes, reply
    return token, yes


def _pass_on(place: Place, token: str, yes: str) -> tuple[str, str | None]:
    """What the yes gets: a reference when it was kept, or else plain words and help."""
    status, reply, seconds = _press(place, token, yes)
    assert seconds < ORDINARY_SECONDS, seconds
    if status != 200:
        assert status == 401 or "999" in reply["error"]["message"], reply
        return "told that the chat is over" if status == 401 else f"{status} with help", None
    said = " ".join(message["text"] for message in reply["messages"])
    if found := re.search(r"Your reference is ([\w ,-]+)\.", said):
        return "kept", normal(found[1])
    assert any(message.get("services") for message in reply["messages"]), reply
    return "told that it is not kept, with lines", None


def _button(reply: dict[str, Any], title: str) -> str | None:
    choices = [choice for message in reply["messages"] for choice in message.get("choices", [])]
    return next((choice["payload"] for choice in choices if choice["title"] == title), None)


def _ordinary(place: Place, token: str) -> tuple[str, float]:
    status, reply, seconds = _say(place, token, f"{CANARY} {CALM}")
    assert seconds < ORDINARY_SECONDS, seconds
    if status == 200:
        assert reply["messages"], reply
        return "degraded answer with lines" if reply["degraded"] else "answer", seconds
    assert status == 401 or "999" in reply["error"]["message"], reply
    return f"{status} with help" if status >= 500 else "told that the chat is over", seconds


def _danger(place: Place, token: str) -> float:
    status, reply, seconds = _say(place, token, f"{DANGER} {CANARY}")
    assert status == 200, (status, reply)
    assert reply["care"]["level"] == "emergency" and "999" in reply["care"]["lines"][0], reply
    assert seconds < DANGER_SECONDS, seconds
    return seconds


def _way_out(place: Place) -> None:
    """The page and its exit need nothing behind the gateway."""
    for path, wanted in (("/chat", b"https://www.bbc.co.uk/weather"), ("/static/exit/exit.js", b"wayOut")):
        status, body, _ = _call(place, "GET", path, None, None)
        assert status == 200 and wanted in body, path


def _recovered(place: Place) -> float:
    """Seconds until a visitor is answered in full again."""
    started = time.monotonic()
    problem: object = None
    while time.monotonic() - started < RECOVERY_SECONDS:
        try:
            token = _open(place)
            status, reply, _ = _say(place, token, CALM)
            _end(place, token)
            if status == 200 and not reply["degraded"] and place.ready()[0] and place.console_answers():
                return time.monotonic() - started
            problem = (status, reply, place.ready())
        except (OSError, http.client.HTTPException, AssertionError) as error:
            problem = error
        time.sleep(0.2)
    raise AssertionError(f"not recovered: {problem}")


def _open(place: Place) -> str:
    status, body, _ = _call(place, "POST", "/api/sessions", {"nation": "wales"}, None)
    assert status == 201, status
    return str(json.loads(body)["token"])


def _say(place: Place, token: str, text: str) -> tuple[int, dict[str, Any], float]:
    status, body, seconds = _call(place, "POST", "/api/messages", {"text": text}, token)
    return status, json.loads(body), seconds


def _press(place: Place, token: str, payload: str) -> tuple[int, dict[str, Any], float]:
    status, body, seconds = _call(place, "POST", "/api/messages", {"choice": payload}, token)
    return status, json.loads(body), seconds


def _end(place: Place, token: str) -> None:
    _call(place, "POST", "/api/sessions/end", {"token": token}, None)


def _call(place: Place, method: str, path: str, body: object, token: str | None) -> tuple[int, bytes, float]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    started = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(place.url).netloc, timeout=20)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, response.read(), time.monotonic() - started
    finally:
        connection.close()
