"""Says a message again as another person would: the other gender, a slip of the finger, no punctuation, the other side.

Danger does not depend on who is a man and who a woman, nor on spelling; a reader that has seen only one form
would think so. Told from the other side, the same words change who did it and nothing else: that is what a reader
of direction has to learn.
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


_WRITER = {
    "i": ("he", "she"), "me": ("him", "her"), "my": ("his", "her"), "mine": ("his", "hers"), "myself": ("himself", "herself"),
    "i'm": ("he's", "she's"), "im": ("hes", "shes"), "i've": ("he's", "she's"), "ive": ("hes", "shes"),
    "i'd": ("he'd", "she'd"), "i'll": ("he'll", "she'll"), "am": ("is", "is"), "us": ("him", "her"),
}  # fmt: skip
_THEY = {
    "he": "i", "she": "i", "him": "me", "his": "my", "hers": "mine", "himself": "myself", "herself": "myself",
    "he's": "i'm", "she's": "i'm", "hes": "im", "shes": "im", "he'd": "i'd", "she'd": "i'd", "he'll": "i'll",
    "she'll": "i'll", "is": "am", "has": "have", "does": "do",
}  # fmt: skip
# After these "her" stands alone: "hit her and", not "hit her arm".
_NOT_A_NOUN = frozenset({
    "and", "to", "in", "on", "for", "with", "by", "at", "from", "off", "up", "down", "out", "over", "when", "till",
    "until", "but", "so", "because", "again", "like", "into", "through", "a", "the", "if", "as", "then", "round",
    "against", "that", "all", "last", "this", "once", "twice", "or", "about", "while", "after", "before", "hard",
    "now", "every", "never", "i",
})  # fmt: skip
_THIRD_PARTY = re.compile(
    r"\b(?:they|them|their|mum|mam|dad|mother|father|brother|sister|son|daughter|mate|friend|neighbour|kids?|children|"
    r"bairns?|weans?|baby|lad|lass|boy|girl|we|our|each other|nan|uncle|auntie|police|doctor)\b"
)


def other_side(text: str) -> str | None:
    """`text` (lower case) with the writer and the one other person exchanged; None when that can't be done by words.

    Only messages of "I" and one "he" or "she", without a third person, are turned.
    """
    words = set(_WORD.findall(text))
    male, female = words & {"he", "him", "his", "hes", "he's"}, words & {"she", "her", "shes", "she's", "hers"}
    if bool(male) == bool(female) or not words & set(_WRITER) or _THIRD_PARTY.search(text):
        return None
    gender = 1 if female else 0

    def turn(match: re.Match[str]) -> str:
        word = match.group()
        if word == "her":
            following = _WORD.match(text, match.end() + 1)
            return "my" if following and following.group() not in _NOT_A_NOUN else "me"
        return _WRITER[word][gender] if word in _WRITER else _THEY.get(word, word)

    return _WORD.sub(turn, text)
