"""What the trained heads of the detector answer, shared by those who train them and those who ask them."""

from bot.vocabulary import Direction, Kind, Level, Role, Time, Topic

HEADS = ("level", "kind", "act", "time")
NOTHING = "none"  # of a head that answers one of several: none of them


def act(kind: Kind, direction: Direction) -> str:
    """The label of a kind done in a direction."""
    return f"{kind}:{direction}"


ACTS = tuple(act(kind, direction) for kind in Kind for direction in Direction)

LABELS: dict[str, tuple[str, ...]] = {
    "level": tuple(Level),
    "kind": tuple(Kind),
    "act": ACTS,
    "time": (*Time, NOTHING),
    "role": (*Role, NOTHING),
    "topic": tuple(Topic),
}
EXCLUSIVE = frozenset({"level", "time", "role", "topic"})  # heads that answer one of their labels; the others any
