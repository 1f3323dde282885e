"""`python -m bot.training.judge FOLDER FILE`: what an edition makes of messages held apart, written into a file.

The messages are those of the tests, which no model is trained on; where a deployment has none, nothing is judged.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from bot.content.examples import load_safety, load_topics
from bot.edition import Edition, shipped, take_up
from bot.errors import FingerpostError
from bot.settings import ROOT, Settings

SAFETY, TOPICS = ROOT / "tests" / "safety" / "voices", ROOT / "tests" / "nlu" / "voices"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One message: what it should be read as, and what it was. kind: `level` or `topic`."""

    kind: str
    text: str
    wanted: str
    got: str


def judge() -> list[Judged]:
    """What this edition makes of every message held apart. Raises ContentError or ModelError."""
    from bot.understand import Understander

    safety = load_safety(SAFETY) if SAFETY.exists() else []
    topics = load_topics(TOPICS) if TOPICS.exists() else []
    understander = Understander.load()
    with ThreadPoolExecutor() as pool:
        levels = list(pool.map(understander.level, [one.text for one in safety]))
    found = [
        Judged(kind="level", text=one.text, wanted=str(one.level), got=str(level))
        for one, level in zip(safety, levels, strict=True)
    ]
    for one in topics:
        got = str(understander.understand(one.text)["topic"]["name"])
        wanted = got if got in one.also else one.topic
        found.append(Judged(kind="topic", text=one.text, wanted=str(wanted), got=got))
    return found


def read(file: Path) -> list[Judged] | None:
    """What was judged before; None when nothing was."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Judged])
    except FileNotFoundError:
        return None


if __name__ == "__main__":
    try:
        place = Path(sys.argv[1]).resolve()
        take_up(shipped(Settings.from_env()) if place == ROOT else Edition.at(place))
        Path(sys.argv[2]).write_bytes(msgspec.json.encode(judge()))
    except FingerpostError as error:
        sys.exit(str(error))
