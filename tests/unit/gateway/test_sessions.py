"""Sessions: found by a token, forgotten in time."""

import pytest

from bot.gateway.sessions import NoSession, Session, Sessions, is_token
from bot.stores.memory import MemoryTurns
from bot.vocabulary import Role


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def make(clock: Clock, most: int = 10) -> tuple[Sessions, MemoryTurns]:
    store = MemoryTurns(most=most, clock=clock)
    return Sessions(store, idle_seconds=100, session_seconds=250, clock=clock), store


async def opened(sessions: Sessions) -> tuple[str, Session]:
    token, session = sessions.new()
    await sessions.add(token, session)
    return token, session


async def speaks(sessions: Sessions, token: str) -> None:
    async with sessions.turn(token, wait=1) as session:
        session.role = Role.VICTIM


async def test_the_token_is_kept_nowhere() -> None:
    """What is held can't be turned back into the token."""
    sessions, store = make(Clock())
    token, session = await opened(sessions)
    assert is_token(token) and token not in repr(vars(store)) + repr(session)
    assert (await sessions.find(token)).conversation == session.conversation


async def test_what_a_turn_changes_is_kept() -> None:
    """The next message finds what the one before left."""
    sessions, _ = make(Clock())
    token, _ = await opened(sessions)
    await speaks(sessions, token)
    assert (await sessions.find(token)).role is Role.VICTIM


async def test_silence_ends_a_session() -> None:
    """After the idle time the token opens nothing, and nothing is left."""
    clock = Clock()
    sessions, store = make(clock)
    token, _ = await opened(sessions)
    clock.now += 101
    with pytest.raises(NoSession):
        await speaks(sessions, token)
    assert len(store) == 0


async def test_a_session_ends_however_lively_it_is() -> None:
    """Nothing lives longer than the longest time promised."""
    clock = Clock()
    sessions, _ = make(clock)
    token, _ = await opened(sessions)
    for _ in range(2):
        clock.now += 90
        await speaks(sessions, token)
    clock.now += 90
    with pytest.raises(NoSession):
        await speaks(sessions, token)


async def test_the_longest_silent_go_first_when_there_are_too_many() -> None:
    """A crowd pushes out who has been silent, not who is talking."""
    clock = Clock()
    sessions, _ = make(clock, most=2)
    first, _ = await opened(sessions)
    second, _ = await opened(sessions)
    await speaks(sessions, first)
    await opened(sessions)
    assert await sessions.find(first)
    with pytest.raises(NoSession):
        await sessions.find(second)


async def test_only_the_latest_replies_are_kept() -> None:
    """A session doesn't grow with the length of the conversation."""
    session = Session(conversation="c", started=0)
    for number in range(500):
        session.remember(str(number), b"reply")
    assert len(session.replies) == 10 and "499" in session.replies
