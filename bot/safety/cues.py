"""What screening a message yields: cues and a level."""

from dataclasses import dataclass
from typing import Any, Self

from bot.vocabulary import Direction, Kind, Level, Time

# Most pressing first, where a message shows several kinds.
PRESSING = (
    Kind.CHILD_USER, Kind.BEING_WATCHED, Kind.IMMEDIATE_DANGER, Kind.MEDICAL, Kind.STRANGULATION, Kind.SUICIDE,
    Kind.HARM_TO_OTHER, Kind.WEAPON, Kind.CHILD_AT_RISK, Kind.THREAT_TO_KILL, Kind.CONFINEMENT, Kind.SEXUAL_VIOLENCE,
    Kind.SUICIDE_OTHER, Kind.FORCED_MARRIAGE_OR_HONOUR, Kind.SELF_HARM, Kind.STALKING, Kind.VIOLENCE,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One sign of danger. `start` and `end` are character positions in the message as it was written."""

    kind: Kind
    direction: Direction | None
    time: Time
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """The level of one message and the cues that show it, in the order they stand."""

    level: Level
    cues: tuple[Cue, ...] = ()

    @property
    def live(self) -> tuple[Cue, ...]:
        """The cues that are not long over."""
        return tuple(cue for cue in self.cues if cue.time is not Time.PAST)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of danger that are not over, each once."""
        return tuple(dict.fromkeys(cue.kind for cue in self.live))

    @property
    def done(self) -> tuple[Direction, ...]:
        """Who does it to whom, each once."""
        return tuple(dict.fromkeys(cue.direction for cue in self.live if cue.direction))

    @property
    def most_pressing(self) -> Kind | None:
        """The kind to speak of first."""
        return min(self.kinds, key=PRESSING.index, default=None)

    def to_json(self) -> dict[str, Any]:
        """As the command line and the API print it."""
        return {
            "level": self.level.value,
            "cues": [
                {
                    "kind": cue.kind.value,
                    "direction": cue.direction.value if cue.direction else None,
                    "time": cue.time.value,
                    "start": cue.start,
                    "end": cue.end,
                }
                for cue in self.cues
            ],
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        """The reverse of `to_json`. Raises KeyError or ValueError."""
        return cls(
            level=Level(told["level"]),
            cues=tuple(
                Cue(
                    kind=Kind(cue["kind"]),
                    direction=Direction(cue["direction"]) if cue["direction"] else None,
                    time=Time(cue["time"]),
                    start=int(cue["start"]),
                    end=int(cue["end"]),
                )
                for cue in told["cues"]
            ),
        )
