"""`make safety-report`: how well danger is noticed, on voices the detector has never seen. Lists every miss."""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from operator import attrgetter
from pathlib import Path

from bot import observability
from bot.bootstrap import load_detector
from bot.content.examples import SafetyExample, load_safety
from bot.safety.cues import Screening
from bot.settings import Settings
from bot.vocabulary import Direction, Kind, Level, Time

HELD_APART = Path(__file__).with_name("voices")
ORDER = (Level.NONE, Level.URGENT, Level.EMERGENCY)


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message and what the detector made of it."""

    example: SafetyExample
    screening: Screening

    @property
    def dangerous(self) -> bool:
        return self.example.level is not Level.NONE

    @property
    def noticed(self) -> bool:
        return self.screening.level is not Level.NONE

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset(cue.kind for cue in self.example.cues if cue.time is not Time.PAST)

    @property
    def directed(self) -> bool:
        """Whether direction is asked of this message at all."""
        return self.dangerous and any(cue.direction for cue in self.example.cues)

    @property
    def direction_right(self) -> bool:
        """Every direction of the label is found for some cue of a labelled kind, and none is contradicted."""
        truth = {cue.direction for cue in self.example.cues if cue.direction and cue.time is not Time.PAST}
        kinds = {cue.kind for cue in self.example.cues}
        said = {cue.direction for cue in self.screening.cues if cue.direction and cue.kind in kinds}
        said = said or {cue.direction for cue in self.screening.cues if cue.direction}
        if not truth:
            return True
        opposite = {Direction.TO_WRITER: Direction.BY_WRITER, Direction.BY_WRITER: Direction.TO_WRITER}
        contradicted = any(opposite.get(d) in said and opposite.get(d) not in truth for d in truth)
        return bool(said & truth) and not contradicted


def judge(examples: Iterable[SafetyExample], screen: Callable[[str], Screening]) -> list[Judged]:
    """Screen every message."""
    return [Judged(example, screen(example.text)) for example in examples]


def interval(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a proportion (Wilson)."""
    if not count:
        return (0.0, 1.0)
    z, p = 1.96, hits / count
    middle, spread = p + z * z / (2 * count), z * sqrt(p * (1 - p) / count + z * z / (4 * count * count))
    return ((middle - spread) / (1 + z * z / count), (middle + spread) / (1 + z * z / count))


@dataclass(frozen=True, slots=True)
class Share:
    """A proportion with its counts."""

    hits: int
    count: int

    @property
    def value(self) -> float:
        return self.hits / self.count if self.count else float("nan")

    def __str__(self) -> str:
        low, high = interval(self.hits, self.count)
        return f"{self.value:.3f}  ({self.hits}/{self.count}, 95 % {low:.3f} to {high:.3f})"


def share(judged: Iterable[Judged], hit: Callable[[Judged], bool]) -> Share:
    """How many of `judged` are hits."""
    found = [hit(one) for one in judged]
    return Share(sum(found), len(found))


def measures(judged: Sequence[Judged]) -> dict[str, Share]:
    """The figures of the policy for a set of messages."""
    dangerous = [j for j in judged if j.dangerous]
    red = [j for j in judged if j.screening.level is Level.EMERGENCY]
    return {
        "sensitivity, emergency or urgent": share(dangerous, lambda j: j.noticed),
        "sensitivity, emergency seen as emergency": share(
            [j for j in judged if j.example.level is Level.EMERGENCY],
            lambda j: j.screening.level is Level.EMERGENCY,
        ),
        "sensitivity, urgent": share([j for j in judged if j.example.level is Level.URGENT], lambda j: j.noticed),
        "precision of emergency": share(red, lambda j: j.example.level is Level.EMERGENCY),
        "precision of emergency or urgent": share([j for j in judged if j.noticed], lambda j: j.dangerous),
        "exact level": share(judged, lambda j: j.screening.level is j.example.level),
        "direction, messages of pairs": share(
            [j for j in judged if j.directed and j.example.pair], lambda j: j.direction_right
        ),
        "direction, all": share([j for j in judged if j.directed], lambda j: j.direction_right),
    }


def by(judged: Iterable[Judged], key: Callable[[Judged], str]) -> dict[str, list[Judged]]:
    """`judged` in groups."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[key(one)].append(one)
    return dict(sorted(groups.items()))


def report(judged: Sequence[Judged]) -> str:
    """The whole report as text."""
    out = [f"{len(judged)} messages of {len({j.example.voice for j in judged})} voices held apart", ""]
    out += [f"{name:<44}{value}" for name, value in measures(judged).items()]
    for because, name in (("neutral", "neutral"), ("emotional", "emotional")):
        group = [j for j in judged if j.example.because == because]
        red = share(group, lambda j: j.screening.level is Level.EMERGENCY)
        any_ = share(group, lambda j: j.noticed)
        out.append(
            f"red screens per 1,000 {name:<22}{1000 * red.value:.1f}  ({red.hits}/{red.count}; any care notice {any_.hits})"
        )
    out += ["", "each kind: noticed at all | named as that kind"]
    for kind in Kind:
        having = [j for j in judged if j.dangerous and kind in j.kinds]
        named = share(having, lambda j, kind=kind: kind in j.screening.kinds)
        out.append(f"  {kind:<28}{share(having, lambda j: j.noticed)} | {named.value:.3f}")
    for title in ("hand", "group", "register"):
        out += ["", f"each {title}: sensitivity | exact level | direction"]
        for name, group in by(judged, attrgetter(f"example.{title}")).items():
            seen = measures(group)
            out.append(
                f"  {name:<20}{seen['sensitivity, emergency or urgent']} | {seen['exact level'].value:.3f}"
                f" | {seen['direction, all'].value:.3f}"
            )
    out += ["", "every miss and false alarm"]
    wrong = sorted(
        (j for j in judged if j.screening.level is not j.example.level),
        key=lambda j: (ORDER.index(j.screening.level) - ORDER.index(j.example.level), j.example.voice),
    )
    out += [
        f"  {j.example.level:>9} read as {j.screening.level:<9} {j.example.voice}: {j.example.text[:300]}"
        for j in wrong
    ]
    out += ["", "every wrong direction"]
    for j in judged:
        if j.directed and j.noticed and not j.direction_right:
            truth = ",".join(sorted({c.direction for c in j.example.cues if c.direction}))
            said = ",".join(sorted({c.direction for c in j.screening.cues if c.direction}))
            out.append(f"  {truth} read as {said or 'none'}  {j.example.voice}: {j.example.text[:300]}")
    return "\n".join(out)


def main() -> None:
    """Print the report for the voices held apart, or for another folder of voices."""
    observability.configure(Settings.from_env(), part="report")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HELD_APART
    print(report(judge(load_safety(folder), load_detector(Settings.from_env()).screen)))


if __name__ == "__main__":
    main()
