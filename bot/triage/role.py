"""The role a visitor's words show: who is writing, or nobody can tell."""

from collections.abc import Collection, Mapping

from bot.language.reader import Read
from bot.safety.labels import NOTHING
from bot.vocabulary import Direction, Role

SURE = 0.75
# The door was pressed on purpose: words must be twice as likely under another role to speak against it.
DOOR_WEIGHT = 2.0
# Most who come are somebody: words that may show nobody count half beside what they may show.
NOBODY_WEIGHT = 0.5


def sure_role(read: Read, done: Collection[Direction | None]) -> Role | None:
    """A role to act on: probable enough, and who does it to whom in the message does not speak against it."""
    name, probability = max(read.scores["role"].items(), key=lambda item: item[1])
    if name == NOTHING or probability < SURE:
        return None
    role = Role(name)
    to_writer, by_writer = Direction.TO_WRITER in done, Direction.BY_WRITER in done
    against = {Role.OWN_BEHAVIOUR: to_writer, Role.VICTIM: by_writer and not to_writer}
    return None if against.get(role) else role


def leaning(so_far: Mapping[Role, float], read: Read) -> dict[Role, float]:
    """What all messages say of the role, this one too: the probabilities summed."""
    return {role: so_far.get(role, 0.0) + read.scores["role"][role] for role in Role}


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
    if door is None and NOBODY_WEIGHT * nobody > weight:
        return None, nobody
    return Role(name), probability
