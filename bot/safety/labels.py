"""What the trained heads of the detector answer, shared by those who train them and those who ask them."""

from bot.vocabulary import Direction, Kind

HEADS = ("level", "kind", "act", "time")
NOTHING = "none"  # of a head that answers one of several: none of them


def act(kind: Kind, direction: Direction) -> str:
    """The label of a kind done in a direction."""
    return f"{kind}:{direction}"


ACTS = tuple(act(kind, direction) for kind in Kind for direction in Direction)
