"""What can go wrong with accounts and sign-in, by name."""

from bot.errors import FingerpostError


class StaffError(FingerpostError):
    """An act on an account that can't be done; the message says why, for the person who asked."""


class Refused(StaffError):
    """A proof was wrong, or nobody of that name may sign in: never said which."""


class SecretLost(StaffError):
    """The second factor was sealed under a key that is no longer given; the message says what to do."""


class WaitFirst(StaffError):
    """Too many wrong tries from here: `seconds` to wait before the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s before the next try")
        self.seconds = seconds


class WeakPassword(StaffError):
    """The password is refused; the message says what would do."""
