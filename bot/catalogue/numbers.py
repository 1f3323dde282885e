"""Phone numbers: only valid ones and named short codes pass, written one way everywhere."""

import re

import phonenumbers

# Short codes are not in the national plan `phonenumbers` checks against, so each is named here.
# A neighbour of one of them (119 for 999, say) is a mistake by definition.
SHORT_CODES = {
    "999": "999",
    "112": "112",
    "111": "111",
    "101": "101",
    "116123": "116 123",
    "08001111": "0800 1111",
    "85258": "85258",
    "82111": "82111",
}
TEXT_ONLY = frozenset({"85258", "82111"})

# A run of digits with single spaces, dashes or brackets between, as people write numbers. Nothing a date,
# a time, a price or a year looks like starts with 0 or +44; short codes are matched whole.
_LONG = re.compile(r"(?<![\w/.£-])(?<!\d:)(?:\+44|0044|0)(?:[ \-()]{0,2}\d){6,12}(?![\w/])")
_SHORT = re.compile(
    r"(?<![\w/.£-])(?<!\d:)(?:116 ?123|0800 ?1111|85258|82111|999|112|111|101|119|911)(?![\w/:%]|[.,]\d)"
)


def normal(text: str) -> str | None:
    """The one spelling of a number the catalogue uses, or None when it is no number of the United Kingdom."""
    digits = re.sub(r"[\s\-().]", "", text)
    if digits in SHORT_CODES:
        return SHORT_CODES[digits]
    if not re.fullmatch(r"(?:\+44|0044|0)\d{6,12}", digits):
        return None
    try:
        number = phonenumbers.parse(digits.replace("0044", "+44", 1) if digits.startswith("0044") else digits, "GB")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def numbers_in(text: str) -> tuple[str, ...]:
    """Every number a reader could dial in a text, normalised; one that is not valid comes as it stands."""
    found = [match.group() for match in _LONG.finditer(text)]
    rest = _LONG.sub(" ", text)
    found += [match.group() for match in _SHORT.finditer(rest)]
    return tuple(normal(number) or number for number in found)
