"""The commands other programs rely on: a line in, a JSON object out, in order, at once."""

import json
import os
import socket
import subprocess
import sys

import pytest

from bot.editor.rehearsal import free_port
from bot.settings import ROOT

KINDS = {"level", "cues"}


def run(verb: str, lines: list[str], *, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", verb],
        input="\n".join(lines) + "\n" if lines else "",
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
    )


def test_screen_answers_each_line_in_order() -> None:
    """As many objects as lines, an empty line too, and spans that point into the line."""
    lines = [
        "he has his hands round my throat and i can't breathe",
        "",
        "what time do you open",
        "🙂 \u200b s u i c i d e",
    ]
    done = run("screen", lines)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [set(answer) for answer in answers] == [KINDS] * len(lines)
    assert answers[0]["level"] in ("emergency", "urgent")
    for answer, line in zip(answers, lines, strict=True):
        for cue in answer["cues"]:
            assert set(cue) == {"kind", "direction", "time", "start", "end"}
            assert 0 <= cue["start"] < cue["end"] <= len(line)
    assert answers[2] == {"level": "none", "cues": []}


def test_understand_takes_words_or_a_door_with_words() -> None:
    """Role, topic, topics and level; an object of text and door is read as such, any other brace as words."""
    lines = [
        "can the council help me find a flat",
        json.dumps({"text": "i hit her again and i hate it", "door": "victim"}),
        "{not json",
        "",
    ]
    done = run("understand", lines)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(lines), done.stderr[-500:]
    for answer in answers:
        assert {"role", "topic", "topics", "level"} <= set(answer)
        assert set(answer["role"]) == set(answer["topic"]) == {"name", "confidence"}
        assert answer["topics"][0] == [answer["topic"]["name"], answer["topic"]["confidence"]]
    assert answers[0]["topic"]["name"] == "housing"
    assert answers[1]["role"]["name"] == "own_behaviour"


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"FINGERPOST_BUILD_FOLDER": "/nonexistent"}, "run `make"),
        ({"FINGERPOST_GATEWAY_PORT": "x"}, "FINGERPOST_GATEWAY_PORT"),
    ],
)
def test_a_broken_start_is_one_clear_line(env: dict[str, str], says: str) -> None:
    """A missing model or a wrong setting: no traceback, a line that says what to do, a non-zero exit."""
    done = run("screen", ["hello"], env=env)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_named() -> None:
    """`serve` says which port is taken and how to choose another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        # The others are free, also where a service runs on the usual ones.
        others = {f"FINGERPOST_{part}_PORT": str(free_port()) for part in ("RASA", "ACTIONS", "CONSOLE")}
        done = run("serve", [], env={"FINGERPOST_GATEWAY_PORT": str(port), **others})
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "FINGERPOST_GATEWAY_PORT" in done.stderr
