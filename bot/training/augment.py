"""Says a message again as another person would: the other gender, a slip of the finger, no punctuation.

Danger does not depend on who is a man and who a woman, nor on spelling; a reader that has seen only one form
would think so.
"""

import random
import re

_SWAPS = {
    "he": "she", "him": "her", "his": "her", "himself": "herself", "husband": "wife", "boyfriend": "girlfriend",
    "dad": "mum", "father": "mother", "brother": "sister", "son": "daughter", "uncle": "auntie", "man": "woman",
    "lad": "lass", "boy": "girl", "grandad": "nan", "stepdad": "stepmum", "bf": "gf", "hubby": "missus", "he's": "she's",
    "hes": "shes", "men": "women", "bloke": "woman", "hisself": "herself", "he'd": "she'd", "he'll": "she'll",
    "fella": "girlfriend", "boyfriend's": "girlfriend's", "husband's": "wife's",
}  # fmt: skip
_OTHER = {
    **{b: a for a, b in _SWAPS.items()},
    **_SWAPS,
    "she": "he",
    "woman": "man",
    "herself": "himself",
    "girlfriend": "boyfriend",
}
_HER = re.compile(r"\bher\b(?= (?:[a-z]+))")
_WORD = re.compile(r"[a-z']+")


def other_gender(text: str) -> str:
    """`text` (lower case) with he and she, husband and wife and their like exchanged; same meaning, other people."""

    def swap(match: re.Match[str]) -> str:
        word = match.group()
        if word == "her":
            # "her" is his or him: before a noun it is nearly always "his".
            following = text[match.end() : match.end() + 2].strip()
            return "his" if following[:1].isalpha() and random.random() < 0.8 else "him"
        return _OTHER.get(word, word)

    return _WORD.sub(swap, text)


def slip(text: str, chance: random.Random) -> str:
    """`text` with one letter in about forty dropped, doubled or swapped with its neighbour."""
    out = list(text)
    for _ in range(max(1, len(out) // 40)):
        at = chance.randrange(len(out)) if out else 0
        if at + 1 >= len(out) or not out[at].isalpha() or not out[at + 1].isalpha():
            continue
        kind = chance.randrange(3)
        if kind == 0:
            del out[at]
        elif kind == 1:
            out.insert(at, out[at])
        else:
            out[at], out[at + 1] = out[at + 1], out[at]
    return "".join(out)


def bare(text: str) -> str:
    """`text` without punctuation, as dictated or typed in haste."""
    return re.sub(r"[^\w\s']|(?<!\w)'|'(?!\w)", " ", text)
