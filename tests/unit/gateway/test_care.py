"""The care block: what it says, and how it says it once."""

import pytest

from bot.gateway.sessions import Session
from bot.safety.cues import Cue, Screening
from bot.vocabulary import Direction, Kind, Language, Level, Nation, Role, Time
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


def test_a_notice_kept_in_view_says_that_it_is() -> None:
    cue = Cue(kind=Kind.STRANGULATION, direction=Direction.TO_WRITER, time=Time.RECENT, start=0, end=1)
    session = Session(conversation="c", started=0)
    desk = make_conversation(FakeDialogue()).care
    first = desk.after(session, Screening(level=Level.URGENT, cues=(cue,)), NOW)
    then = desk.after(session, Screening(level=Level.NONE, cues=()), NOW)
    assert first is not None
    assert not first.again
    assert then is not None
    assert then.again
    assert then.services == first.services


def test_a_child_is_not_told_what_is_for_adults_who_worry() -> None:
    """The line for a child in danger speaks to the child, in the same message and in later ones."""
    hurt = Cue(kind=Kind.CHILD_AT_RISK, direction=Direction.TO_CHILD, time=Time.RECENT, start=0, end=1)
    young = Cue(kind=Kind.CHILD_USER, direction=None, time=Time.RECENT, start=0, end=1)
    session = Session(conversation="c", started=0)
    desk = make_conversation(FakeDialogue()).care
    for cues in ((young, hurt), (hurt,)):
        care = desk.after(session, Screening(level=Level.URGENT, cues=cues), NOW)
        assert care is not None
        assert not any("adult" in line for line in care.lines)
        assert any("not your job" in line for line in care.lines)
    grown_up = desk.after(Session(conversation="d", started=0), Screening(level=Level.URGENT, cues=(hurt,)), NOW)
    assert grown_up is not None
    assert any("adult" in line for line in grown_up.lines)


@pytest.mark.parametrize("role", [None, Role.UNSURE])
def test_who_was_hurt_gets_the_line_for_it_without_a_door(role: Role | None) -> None:
    """Not sure what to call it, and forced all the same: the line for that is there. Who forced somebody gets none of theirs."""
    desk = make_conversation(FakeDialogue()).care

    def named(direction: Direction) -> set[str]:
        cue = Cue(kind=Kind.SEXUAL_VIOLENCE, direction=direction, time=Time.RECENT, start=0, end=1)
        session = Session(conversation="c", started=0, role=role, nation=Nation.ENGLAND)
        care = desk.after(session, Screening(level=Level.URGENT, cues=(cue,)), NOW)
        assert care is not None
        return {card.id for card in care.services}

    assert "rape-and-sexual-abuse-support-line" in named(Direction.TO_WRITER)
    assert named(Direction.BY_WRITER) & {"respect-phoneline"} and "rape-and-sexual-abuse-support-line" not in named(
        Direction.BY_WRITER
    )


def test_on_a_welsh_page_the_lines_that_are_there_in_welsh_say_so() -> None:
    """The first lines are; those of the kind come in English. Each line has its language, for screen readers."""
    armed = Cue(kind=Kind.WEAPON, direction=Direction.TO_WRITER, time=Time.NOW, start=0, end=1)
    screening = Screening(level=Level.EMERGENCY, cues=(armed,))
    desk = make_conversation(FakeDialogue()).care
    session = Session(conversation="c", started=0, page=Language.WELSH)
    care = desk.after(session, screening, NOW)
    assert care is not None
    assert care.lines[0].startswith("Ffoniwch 999") and care.lines[-1].startswith("A weapon")
    assert care.langs == ("cy",) * (len(care.lines) - 1) + ("en",)
    still = desk.after(session, Screening(level=Level.NONE), NOW)
    assert still is not None and still.langs == ("cy",)
    english = desk.after(Session(conversation="d", started=0), screening, NOW)
    assert english is not None and english.langs == () and len(english.lines) == len(care.lines)
