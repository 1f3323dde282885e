"""Whether a short message says yes or no to what was asked before it, and what a longer one says beside it."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES = _words("yes yeah yep yup yea yeh ye ya aye yh yas definitely")
_NO = _words("no nope nah naw nae na never not nay")
_WHO = _words("i im i'm he hes he's she shes she's they theyre they're it its it's")
_DENIED = _words("not isnt isn't arent aren't dont don't")
# What may stand beside a yes or a no without changing it.
_FILLER = _words("""
    am is are do does will would can now right please mate love sorry think so really yet sir course of a bit
""")
_THANKS = _words("thanks thank you ta")
_KNOWN = _THANKS | _YES | _NO | _WHO | _DENIED | _FILLER
_ENDS_A_YES = _words("is are am do does will would can now right think")
_MOST_WORDS = 5
_WORD = re.compile(r"[a-z']+")
_LEAD = re.compile(rf"\W*(?:{'|'.join(sorted(_YES | (_NO - {'never', 'not'})))})\b[\s,.;:!…-]+", re.IGNORECASE)
_LEAST_BESIDE = 3


def yes_or_no(text: str) -> bool | None:
    """True for yes, False for no, None for anything that says more or less than that."""
    words = _WORD.findall(text.casefold().replace("’", "'"))
    if not 0 < len(words) <= _MOST_WORDS or not _KNOWN.issuperset(words):
        return None
    first, rest = words[0], set(words[1:])
    if first in _NO:
        return None if rest & _YES else False
    if first in _YES:  # "ok" and "yes thanks" are polite, not an answer to whether someone is safe
        return None if rest & (_NO | _DENIED | _THANKS) else True
    if first not in _WHO or not rest or rest & _THANKS:
        return None
    if rest & _DENIED:  # "he's not"
        return False
    return True if words[-1] in _ENDS_A_YES else None  # "she is"


def beside(text: str) -> str:
    """What a message says beside the yes or no it begins with; the whole where that is all, or nearly all, it says."""
    lead = _LEAD.match(text)
    rest = text[lead.end() :] if lead else ""
    words = _WORD.findall(rest.casefold().replace("’", "'"))
    return rest if len(words) >= _LEAST_BESIDE and not _KNOWN.issuperset(words) else text
