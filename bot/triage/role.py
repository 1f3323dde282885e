"""The role a visitor's words show: who is writing, or nobody can tell."""

from bot.language.reader import Read
from bot.safety.labels import NOTHING
from bot.vocabulary import Role

SURE = 0.75
# The door was pressed on purpose: words must be twice as likely under another role to speak against it.
DOOR_WEIGHT = 2.0


def read_role(read: Read, *, sure: bool = False) -> Role | None:
    """The likeliest role, None when the words do not tell; with `sure`, only one that is probable enough to act on."""
    name, probability = max(read.scores["role"].items(), key=lambda item: item[1])
    if name == NOTHING or (sure and probability < SURE):
        return None
    return Role(name)


def role_with_door(read: Read, door: Role | None) -> tuple[Role | None, float]:
    """The role to go by and how sure: what the words show, else the door that was chosen.

    The door counts as evidence too: words that tell only a little do not overrule it.
    """
    scores = dict(read.scores["role"])
    nobody = scores.pop(NOTHING)
    if door is not None:
        scores[door] = DOOR_WEIGHT * scores[door] + nobody
    name, weight = max(scores.items(), key=lambda item: item[1])
    probability = weight / (sum(scores.values()) + (0.0 if door else nobody))
    if door is None and nobody > weight:
        return None, nobody
    return Role(name), probability
