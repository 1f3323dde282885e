"""The product's errors, under one base; translated into answers only at the edge."""


class FingerpostError(Exception):
    """Anything the product itself raises. The message is written for the person who must act on it."""


class SettingError(FingerpostError):
    """A setting is missing or wrong; the message names it."""


class ContentError(FingerpostError):
    """Content files hold problems: all of them at once, each with file, place and plain words."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ModelError(FingerpostError):
    """The encoder, the detector or the dialogue model is missing or not what its hash says."""


class CountsDown(FingerpostError):
    """Counts can't be kept or read just now; the message is the kind of failure, never a value."""


class StartError(FingerpostError):
    """The service can't start; one line says why and what to do."""
