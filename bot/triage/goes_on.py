"""Whether a message goes on from what was said before it."""

import re

_GOES_ON = re.compile(r"(?:and|but|so|or|ok|if|what if|what about|what happens|how about)\b", re.IGNORECASE)
_SHORT = 12  # words


def goes_on(text: str) -> bool:
    """Whether a message is a short one that goes on from the one before it ("and what if …")."""
    return len(text.split()) <= _SHORT and bool(_GOES_ON.match(text))
