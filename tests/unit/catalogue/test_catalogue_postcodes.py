"""Postcodes: the nation they lie in, both where an area straddles a border."""

import pytest

from bot.catalogue.postcodes import nations_of
from bot.vocabulary import Nation


@pytest.mark.parametrize(
    ("postcode", "nations"),
    [
        ("SW1A 1AA", {Nation.ENGLAND}),
        ("sw1a1aa", {Nation.ENGLAND}),
        ("B1", {Nation.ENGLAND}),
        ("G12", {Nation.SCOTLAND}),
        ("EH1 1AA", {Nation.SCOTLAND}),
        ("CF10", {Nation.WALES}),
        ("BT1 1AA", {Nation.NORTHERN_IRELAND}),
        ("SY16", {Nation.WALES, Nation.ENGLAND}),
        ("TD15", {Nation.SCOTLAND, Nation.ENGLAND}),
        ("JE2 3AB", set()),
        ("ZZ1", set()),
        ("90210", set()),
        ("SW1A 1AA; DROP", set()),
        ("", set()),
    ],
)
def test_a_postcode_lies_in_its_nations(postcode: str, nations: set[Nation]) -> None:
    """Whole or first half, any case; none for what is no postcode of the four nations."""
    assert nations_of(postcode) == nations
