"""Whether a message says no more than how old somebody else is: no danger, and no child who writes."""

import re

_NUMBER = (
    r"(?:1?[0-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen)(?: and a half)?"
)
_YOUNG = (
    r"(?:step|grand|god)?(?:daughter|son|child|children|kid|lad|boy|girl|bairn|wean|baby|twin|brother|sister|niece|nephew|cousin|"
    r"eldest|oldest|youngest|one)s?"
)
_SOMEBODY = rf"(?:he|she|they|(?:my|our|his|her|their|the|wor|ma) (?:\w+ )?{_YOUNG})"
_ONLY = re.compile(
    rf"(?:(?:and|yes|yeah|no|well|so|aye) )?{_SOMEBODY}(?:'s|s|'re|re)?(?: is| are| was| turned| turns| will be|,)?"
    rf"(?: (?:only|just|nearly|about|almost|aged|now))? {_NUMBER}(?:,? (?:and )?{_NUMBER})*"
    r"(?: (?:years?|yrs?) old| yrs?| now| this \w+| next \w+| in \w+)?\W*"
)


def only_an_age(plain: str) -> bool:
    """Whether a text cleaned up ("my daughter is 14", "hes 15") is nothing but somebody's age."""
    return bool(_ONLY.fullmatch(plain.strip()))
