"""Phone numbers: only those that work, one spelling to compare by, none in a text that no record has."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.numbers import SHORT_CODES, normal, numbers_in
from bot.catalogue.records import Catalogue
from bot.content.services import read_texts, unknown_numbers
from tests.unit.catalogue.builders import ROOT


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        ("999", "999"),
        ("112", "112"),
        ("111", "111"),
        ("101", "101"),
        ("116123", "116 123"),
        ("116 123", "116 123"),
        ("0800 1111", "0800 1111"),
        ("85258", "85258"),
        ("82111", "82111"),
        ("08088010327", "0808 801 0327"),
        ("0808 80 10 800", "0808 801 0800"),
        ("+44 808 801 0327", "0808 801 0327"),
        ("0044 808 801 0327", "0808 801 0327"),
        ("(020) 3866-4107", "020 3866 4107"),
    ],
)
def test_a_number_has_one_spelling(written: str, spelling: str) -> None:
    """However it is written, it compares as one number."""
    assert normal(written) == spelling


@pytest.mark.parametrize(
    "written",
    [
        "119",
        "911",
        "9999",
        "99",
        "116 132",
        "0800 111",
        "85528",
        "0808 801 032",
        "+1 202 555 0143",
        "",
        "help",
        "٩٩٩",
    ],
)
def test_a_number_that_does_not_work_is_none(written: str) -> None:
    """Slips of a digit, other countries and words do not pass."""
    assert normal(written) is None


@given(st.sampled_from(["999", "112", "111", "101", "116123"]), st.data())
def test_no_slip_on_a_short_code_passes(code: str, data: st.DataObject) -> None:
    """Swapping two digits, dropping or doubling one never gives a number that works."""
    place = data.draw(st.integers(0, len(code) - 1))
    swapped = code[:place] + code[place + 1 : place + 2] + code[place] + code[place + 2 :]
    for slip in (swapped, code[:place] + code[place + 1 :], code[:place] + code[place] + code[place:]):
        if slip not in SHORT_CODES:
            assert normal(slip) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ring 999 now.", ("999",)),
        ("Call 116 123, or text SHOUT to 85258.", ("116 123", "85258")),
        ("0808 80 10 800 or 07860 077333", ("0808 801 0800", "07860 077333")),
        ("Ring 0808 801 0327.", ("0808 801 0327",)),
        ("The line 0808 801 032 is wrong", ("0808 801 032",)),
        ("[999](tel:999)", ("999", "999")),
        ("call 119", ("119",)),
        ("+44 808 801 0327", ("0808 801 0327",)),
        ("In 2021, at 10:30, section 76, 45 seconds, press 55, £111, 1.999", ()),
        ("from 2026-11-25 to 2027-01-01", ()),
        ("https://example.org/999/111", ()),
        ("", ()),
    ],
)
def test_numbers_are_found_in_texts(text: str, found: tuple[str, ...]) -> None:
    """What a reader could dial is found; years, times, prices, sections and addresses are not."""
    assert sorted(numbers_in(text)) == sorted(found)


def test_every_number_in_any_text_is_a_number_of_the_catalogue(shipped: Catalogue) -> None:
    """Whatever visitors read, in records, wording and answers, no number stands there that no record has."""
    texts = read_texts(ROOT)
    for service in shipped.services:
        texts[service.file] = " ".join(filter(None, (service.name, service.audience, service.summary, service.note)))
    assert list(unknown_numbers(texts, shipped.numbers)) == []


def test_a_number_that_no_record_has_is_told_with_its_line(shipped: Catalogue) -> None:
    """A mistyped or outdated number in a text is found."""
    texts = {"answer.yml": "Ring\n01823 334244 or 999"}
    assert list(unknown_numbers(texts, shipped.numbers)) == [
        "answer.yml, line 2: 01823 334244 is no number of the catalogue"
    ]


def test_texts_are_read_without_their_comments() -> None:
    """What is written for editors in comments is no visitor's text."""
    texts = read_texts(ROOT, ["data/services/rules"])
    assert "data/services/rules/withdrawn.yml" in texts
    assert not re.search(r"^\s*#", "\n".join(texts.values()), re.MULTILINE)
    assert read_texts(ROOT, ["no/such/place"]) == {}
