"""Whether a short message says that the answer before it was beside the point."""

import re

_MOST_WORDS = 9
_WORD = re.compile(r"[a-z']+")
_THIS = r"(?:that|this|it)(?:'?s| is| was)?"
_NOT = r"(?:not|isn'?t|wasn'?t)"
_I = r"what i(?: was)? (?:meant|mean|asked|asking|said|saying|wanted|want|needed|need)"
_WHAT = rf"(?:it|{_I}|the (?:question|point)|my (?:question|problem))"
_YOU = r"(?:you|u)(?:'?ve| have)? (?:misunderstood|got (?:me|it|that) wrong|(?:don'?t|didn'?t) understand)(?: me)?"
_DENIED = r"i (?:didn'?t|did not|don'?t) (?:ask|mean|say) (?:that|this|it)"
_NOT_IT = re.compile(
    rf"(?:(?:no|nope|nah|sorry|um|er|oh|but) ){{0,2}}"
    rf"(?:(?:{_THIS} )?{_NOT}(?: really| quite)? {_WHAT}|{_YOU}|{_DENIED}|wrong (?:answer|thing|topic))"
    rf"(?: (?:at all|though|sorry|mate|please))?"
)


def not_it(text: str) -> bool:
    """True for "that's not it" and its like; anything longer says something of its own."""
    words = _WORD.findall(text.casefold().replace("’", "'"))
    return 0 < len(words) <= _MOST_WORDS and bool(_NOT_IT.fullmatch(" ".join(words)))
