"""`make nlu-report`: how well topics and roles are understood, on voices held apart. Lists every miss."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot import observability
from bot.bootstrap import load_reader
from bot.content.examples import TopicExample, load_topics
from bot.edition import edition
from bot.editor import confusion
from bot.editor.confusion import Example, Miss, Report
from bot.editor.pulls import Vectors, pulling
from bot.settings import Settings
from bot.understand import Understander
from bot.vocabulary import Role, Topic
from tests.safety.report import Share

HELD_APART = Path(__file__).with_name("voices")


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message and what was understood, without a door and with one that fits or does not."""

    example: TopicExample
    topics: tuple[str, ...]
    confidence: float
    role: str | None
    mismatch_with_wrong_door: bool
    mismatch_with_right_door: bool

    @property
    def acceptable(self) -> frozenset[str]:
        return frozenset({self.example.topic, *self.example.also})


def judge(examples: list[TopicExample], understander: Understander) -> list[Judged]:
    """Understand every message, as it stands and behind doors."""
    return [_judge(example, understander) for example in examples]


def _judge(example: TopicExample, understander: Understander) -> Judged:
    plain = understander.understand(example.text)
    role = example.role
    clear = role in (Role.VICTIM, Role.OWN_BEHAVIOUR)
    wrong = {Role.VICTIM: Role.OWN_BEHAVIOUR, Role.OWN_BEHAVIOUR: Role.VICTIM}

    def behind(door: Role) -> dict[str, Any]:
        return understander.understand(json.dumps({"text": example.text, "door": door}))

    return Judged(
        example=example,
        topics=tuple(name for name, _ in plain["topics"]),
        confidence=plain["topic"]["confidence"],
        role=plain["role"]["name"],
        mismatch_with_wrong_door=bool(clear and behind(wrong[role])["mismatch"]) if clear and role else False,
        mismatch_with_right_door=bool(role and behind(role)["mismatch"]),
    )


def measures(judged: list[Judged]) -> dict[str, Share]:
    """The figures of the conversation guide."""
    inside = [j for j in judged if j.example.topic is not Topic.OUT_OF_SCOPE]
    outside = [j for j in judged if j.example.topic is Topic.OUT_OF_SCOPE]
    roles = [j for j in judged if j.example.role is not None]
    clear = [j for j in roles if j.example.role in (Role.VICTIM, Role.OWN_BEHAVIOUR)]
    return {
        "topic, first is acceptable": _share([j.topics[0] in j.acceptable for j in inside]),
        "topic, one of three is acceptable": _share([bool(set(j.topics[:3]) & j.acceptable) for j in inside]),
        "role, where words show one": _share([j.role == j.example.role for j in roles]),
        "mismatch with the door found": _share([j.mismatch_with_wrong_door for j in clear]),
        "mismatch where there is none": _share([j.mismatch_with_right_door for j in roles]),
        "out of scope caught": _share([j.topics[0] == Topic.OUT_OF_SCOPE for j in outside]),
        "in scope sent away": _share([j.topics[0] == Topic.OUT_OF_SCOPE for j in inside]),
    }


def _share(hits: list[bool]) -> Share:
    return Share(sum(hits), len(hits))


def report(judged: list[Judged]) -> str:
    """The whole report as text."""
    out = [f"{len(judged)} messages of {len({j.example.voice for j in judged})} voices held apart", ""]
    out += [f"{name:<36}{value}" for name, value in measures(judged).items()]
    out += ["", "calibration: confidence of the first topic | how often it was acceptable"]
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        group = [j for j in judged if low <= j.confidence < low + 0.2 + (low == 0.8)]
        out.append(f"  {low:.1f} to {low + 0.2:.1f}   {_share([j.topics[0] in j.acceptable for j in group])}")
    confused = Counter((j.example.topic, j.topics[0]) for j in judged if j.topics[0] not in j.acceptable)
    out += ["", "most confused: meant, understood"]
    out += [f"  {count:>3}  {meant} as {read}" for (meant, read), count in confused.most_common(20)]
    roles = Counter((j.example.role, j.role) for j in judged if j.example.role and j.role != j.example.role)
    out += ["", "roles: meant, understood"]
    out += [f"  {count:>3}  {meant} as {read}" for (meant, read), count in roles.most_common()]
    out += ["", "every miss"]
    for j in judged:
        if j.topics[0] not in j.acceptable:
            out.append(f"  {'/'.join(sorted(j.acceptable))} as {j.topics[0]}: {j.example.text[:200]}")
        if j.example.role and j.role != j.example.role:
            out.append(f"  {j.example.role} as {j.role}: {j.example.text[:200]}")
    return "\n".join(out)


def understanding(judged: list[Judged], examples: list[TopicExample], read: Callable[[list[str]], Vectors]) -> Report:
    """What editors see of it: confusions, and the examples that messages went wrong with."""
    misses = [
        Miss(text=j.example.text, asked=j.example.topic, taken_for=str(j.topics[0]))
        for j in judged
        if j.topics[0] not in j.acceptable
    ]
    drawn = {miss.taken_for for miss in misses}
    learned = [Example(text=one.text, topic=one.topic) for one in examples if one.topic in drawn]
    hurting = pulling(
        misses,
        learned,
        of_misses=read([miss.text for miss in misses]),
        of_examples=read([one.text for one in learned]),
    )
    return confusion.report(misses, hurting)


def main() -> None:
    """Print the report, and put what editors see of it beside the model."""
    settings = Settings.from_env()
    observability.configure(settings, part="report")
    judged = judge(load_topics(HELD_APART), Understander.load())
    print(report(judged))
    reader = load_reader(settings)

    def read(texts: list[str]) -> Vectors:
        return np.stack([reader.vector(reader.plain(text)) for text in texts])

    found = understanding(judged, load_topics(edition().topics), read)
    confusion.write(found, edition().models)


if __name__ == "__main__":
    main()
