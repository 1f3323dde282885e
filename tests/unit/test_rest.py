"""A rest for who is slow: nobody waits twice for the same outage."""

from bot.rest import Rest


def make() -> tuple[Rest, list[float]]:
    now = [0.0]
    return Rest(slow=0.5, most=3, seconds=2.0, clock=lambda: now[0]), now


def test_after_a_rest_one_call_tries() -> None:
    """One goes ahead; the others wait for what it finds."""
    rest, now = make()
    for _ in range(3):
        assert rest.allows()
        rest.told(seconds=1.0, answered=False)
    assert not rest.allows()
    now[0] += 2.0
    assert rest.allows() and not rest.allows()
    rest.told(seconds=0.01, answered=True)
    assert rest.allows() and rest.allows()


def test_quick_failures_need_no_rest() -> None:
    """Who refuses at once costs nobody time."""
    rest, _ = make()
    for _ in range(10):
        rest.told(seconds=0.001, answered=False)
    assert rest.allows()


def test_an_answer_ends_the_count() -> None:
    """Only failures in a row count."""
    rest, _ = make()
    for answered in (False, False, True, False, False):
        rest.told(seconds=1.0, answered=answered)
    assert rest.allows()
