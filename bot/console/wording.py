"""Words of the closed vocabularies as staff read them, and the visitor's own words with their cues marked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.handoff.records import Line, Said, ShownCue
from bot.vocabulary import Direction, Level, Outcome, Role, Time

ROLES: Mapping[str, str] = {
    Role.VICTIM: "Something is happening to them",
    Role.OWN_BEHAVIOUR: "Worried about their own behaviour",
    Role.SUPPORTER: "Worried about someone else",
    Role.UNSURE: "Not sure, or both",
}
DIRECTIONS: Mapping[str, str] = {
    Direction.TO_WRITER: "done to the visitor",
    Direction.BY_WRITER: "done by the visitor",
    Direction.TO_CHILD: "done to a child",
    Direction.TO_OTHER: "done to someone else",
}
TIMES: Mapping[str, str] = {
    Time.NOW: "as they write",
    Time.RECENT: "recent, or going on",
    Time.PAST: "ended long ago",
    Time.THREATENED: "said to come",
}
LEVELS: Mapping[str, str] = {Level.EMERGENCY: "Emergency", Level.URGENT: "Urgent", Level.NONE: "No cue"}
OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    Outcome.HELPED: ("Helped", "They got what they came for"),
    Outcome.SIGNPOSTED: ("Signposted", "They know where to go next"),
    Outcome.SAFEGUARDING_RAISED: ("Safeguarding raised", "A record was written for the lead"),
    Outcome.LOST: ("Lost", "They broke off in the middle"),
    Outcome.SILENT: ("Silent", "They never wrote"),
    Outcome.ABUSIVE: ("Abusive", "They were abusive to you"),
    Outcome.TEST: ("Test", "Nobody real was there"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a line, with the cue that was read in it, if any."""

    text: str
    cue: ShownCue | None = None


def parts(line: Line, cues: Iterable[ShownCue]) -> tuple[Part, ...]:
    """A line cut at its cues. Where cues lie over each other the first one keeps its place."""
    found: list[Part] = []
    at = 0
    for cue in sorted((c for c in cues if c.line == line.key), key=lambda c: (c.start, -c.end)):
        start, end = max(cue.start, 0), min(cue.end, len(line.text))
        if start < at or start >= end:
            continue
        if start > at:
            found.append(Part(text=line.text[at:start]))
        found.append(Part(text=line.text[start:end], cue=cue))
        at = end
    if at < len(line.text):
        found.append(Part(text=line.text[at:]))
    return tuple(found)


def spoken(said: Said) -> Line:
    """A message as a line, so that its cues are marked and quoted like those of the summary."""
    return Line(key=said.id, label="", text=said.text, own=True)


def quote(cue: ShownCue, lines: Iterable[Line]) -> str:
    """The words in which a cue was read; empty when the visitor struck the line out."""
    return next((line.text[cue.start : cue.end] for line in lines if line.key == cue.line), "")
