"""What somebody else says, or threatens to say, that the writer did: not a sign that they did it.

"She's going to tell the police I hit her", "he says I strangled him, I never touched him": the policy takes no cue from an
accusation that is denied, and one that is only threatened is a threat to the writer. Admitted ("and yes I did"), it counts.
"""

import re

_VERB = re.compile(
    r"\b(?:say|says|said|saying|tell|tells|told|telling|claim|claims|claimed|claiming|reckons|swears|"
    r"ma(?:ke|kes|de|king) (?:it )?up|accus(?:e|es|ed|ing)|lie|lies|lied|lying)\b",
    re.IGNORECASE,
)
_SAYS = re.compile(
    rf"(?P<before>(?:[\w'’]+\W+){{0,4}}){_VERB.pattern}"
    r"(?P<whom>(?:\W+(?!(?:i|im|ive|me|if|when|unless|because|why)\b)[\w'’]+){0,5}?)\W+"
    r"(?P<act>(?:that )?(?:i|i['’]?ve|i have|i had|i['’]?m|i am|i was|me of)\b"
    r"(?!\W+(?:should|could|can|must|need|have to|will|would|ought|am|was scared|feel|felt|think|deserve|look|want)\b)"
    r"(?:(?!\b(?:and|but|so|then|because|cos)\b)[^.!?;,\n]){0,60})",
    re.IGNORECASE,
)
_COMING = re.compile(
    r"\b(?:going|gonna|gunna|will|would|threat\w*|might|could|wants?|if i)\b|['’](?:ll|d)\b", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:never|did ?n['’]?t|did not|have ?n['’]?t|not true|untrue|is ?n['’]?t true|false\w*|lies|lie|lying|liar|innocent|"
    r"made (?:\w+ )?up|making (?:it|this|that|things) up|make things up|makes things up)\b",
    re.IGNORECASE,
)
_ADMITTED = re.compile(
    r"\b(?:i did(?! ?n['’]?t| not|\s+nothing)|i have done|i admit|(?<!not )(?:it['’]?s|is|was) (?:all )?true|"
    r"(?:she|he|they)(?:['’]s|['’]?re| is| are) right)\b",
    re.IGNORECASE,
)
_ITSELF = re.compile(r"\bi(?:['’]?ve|['’]?m|['’]?d)?(?:\W+\w+)?\W*$", re.IGNORECASE)


def accused(text: str) -> list[tuple[int, int]]:
    """Where a text tells what the writer is accused of, denied or only threatened to be said; nowhere when it is admitted."""
    if not _VERB.search(text) or _ADMITTED.search(text):  # the first is quick, and most messages end there
        return []
    denied = bool(_DENIED.search(text))
    return [
        match.span("act")
        for match in _SAYS.finditer(text)
        if not _ITSELF.search(match["before"]) and (denied or _COMING.search(match["before"] + match["act"]))
    ]
