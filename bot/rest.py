"""Stops asking for a moment who was too slow, so that one that hangs costs each visitor's wait once, not at every step."""

import time
from collections.abc import Callable


class Rest:
    """After `most` failures in a row of more than `slow` seconds: `seconds` of rest, then one call tries."""

    def __init__(self, *, slow: float, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._slow = slow
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._failed = 0
        self._until = 0.0

    def allows(self) -> bool:
        """Whether to ask now."""
        if self._failed < self._most:
            return True
        now = self._clock()
        if now < self._until:
            return False
        self._until = now + self._seconds
        return True

    def told(self, *, seconds: float, answered: bool) -> None:
        """What came of asking."""
        if answered:
            self._failed = 0
        elif seconds > self._slow:
            self._failed += 1
            self._until = self._clock() + self._seconds
