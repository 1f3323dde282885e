"""Blots out what could name or reach a person before anything behind the gateway sees a message.

Phone numbers, e-mails, postcodes, card and account numbers, links to profiles. The marks are words, so that
the rest of the message still reads. Public helpline numbers (999, 101, 111 …) stay.
"""

import re

_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}\b"), "[e-mail]"),
    (re.compile(r"\b(?:https?://|www\.)\S{1,500}", re.I), "[link]"),
    (
        re.compile(r"\b(?:facebook|instagram|snapchat|tiktok|twitter|linkedin|fb|x)\.com/\S{1,200}", re.I),
        "[link]",
    ),
    (re.compile(r"(?<![\w@])@[A-Za-z_][\w.]{2,30}\b"), "[profile]"),
    (re.compile(r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.I), "[number]"),
    # Longest first: a card's 13 to 19 digits, then phone numbers, then sort code and account number.
    (re.compile(r"(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d.])"), "[number]"),
    (re.compile(r"(?<![\w.])(?:\+|00)\d(?:[ ()-]{0,2}\d){8,13}(?!\d)"), "[phone]"),
    (re.compile(r"(?<![\w.])\(?0(?:[ ()-]{0,2}\d){9,10}(?!\d)"), "[phone]"),
    # A sort code only with the account behind it: alone it may be a date.
    (
        re.compile(
            r"(?<!\d)\d{2}[- ]?\d{2}[- ]?\d{2}[ ,/]{1,3}(?:(?:a/?c|account|acc|no\.?|number)[ :]{0,2}){0,2}\d{8}(?!\d)",
            re.I,
        ),
        "[number]",
    ),
    (re.compile(r"(?<!\d)\d{8}(?!\d)"), "[number]"),
    (
        re.compile(
            r"\b(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY]) ?\d[ABD-HJLNP-UW-Z]{2})\b",
            re.I,
        ),
        "[postcode]",
    ),
)


def redact(text: str) -> str:
    """`text` with a mark in place of each thing that could name or reach a person."""
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    return text
