"""The care block: what it says, and how it says it once."""

from bot.gateway.sessions import Session
from bot.safety.cues import Cue, Screening
from bot.vocabulary import Direction, Kind, Level, Time
from tests.fakes import NOW, FakeDialogue, make_conversation


def test_kinds_that_share_a_line_say_it_once() -> None:
    """Violence by the writer comes with harm to another: both end in the same sentence."""
    kinds = (Kind.VIOLENCE, Kind.HARM_TO_OTHER)
    cues = tuple(Cue(kind=k, direction=Direction.BY_WRITER, time=Time.RECENT, start=0, end=1) for k in kinds)
    session = Session(conversation="c", started=0)
    care = make_conversation(FakeDialogue()).care.after(session, Screening(level=Level.URGENT, cues=cues), NOW)
    assert care is not None
    assert len(set(care.lines)) == len(care.lines)
    assert sum("deserve to be safe" in line for line in care.lines) == 1
