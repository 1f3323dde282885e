"""Sessions: found by a token, forgotten in time."""

from bot.gateway.sessions import Sessions


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def make(clock: Clock, most: int = 10) -> Sessions:
    return Sessions(idle_seconds=100, session_seconds=250, most=most, clock=clock)


def test_the_token_is_kept_nowhere() -> None:
    """What is held can't be turned back into the token."""
    sessions = make(Clock())
    token, session = sessions.open()
    assert token not in repr(vars(sessions)) + repr(session)
    assert sessions.find(token) is session


def test_silence_ends_a_session() -> None:
    """After the idle time the token opens nothing, swept or not."""
    clock = Clock()
    sessions = make(clock)
    token, _ = sessions.open()
    clock.now += 101
    assert sessions.find(token) is None
    assert len(sessions.sweep()) == 1
    assert len(sessions) == 0


def test_a_session_ends_however_lively_it_is() -> None:
    """Nothing lives longer than the longest time promised."""
    clock = Clock()
    sessions = make(clock)
    token, _ = sessions.open()
    for _ in range(2):
        clock.now += 90
        assert sessions.find(token) is not None
    clock.now += 90
    assert sessions.find(token) is None


def test_the_longest_silent_go_first_when_there_are_too_many() -> None:
    """A crowd pushes out who has been silent, not who is talking."""
    clock = Clock()
    sessions = make(clock, most=2)
    tokens = []
    for _ in range(3):
        tokens.append(sessions.open()[0])
        clock.now += 1
    sessions.find(tokens[0])
    sessions.sweep()
    assert sessions.find(tokens[0]) is not None
    assert sessions.find(tokens[1]) is None
