"""What people mention by the way is picked up; what only sounds like it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.facts import mentioned
from bot.vocabulary import Nation

E, S, W, N = Nation.ENGLAND, Nation.SCOTLAND, Nation.WALES, Nation.NORTHERN_IRELAND


@pytest.mark.parametrize(
    ("text", "nation", "children"),
    [
        ("We're up in Dundee and I've got two wee ones", S, True),
        ("im from Merthyr", W, None),
        ("Glasgow", S, None),
        ("england mate", E, None),
        ("Northern Ireland, please.", N, None),
        ("york minster is lovely", None, None),
        ("london is where she went", None, None),
        ("yes two kids 5 and 8", None, True),
        ("Living near Enniskillen, no kids thank god", N, False),
        ("my postcode is BT7 1NN", N, None),
        ("used to live in Leeds, now in Belfast", N, None),
        ("my wife is from Manchester", None, None),
        ("what does the council do for a six year old", None, True),
        ("their kids are with me tonight", None, True),
        ("he hit me when i was a kid", None, None),
        ("as kids we never said a word", None, None),
        ("children's services rang again", None, None),
        ("my son is 34 and he pushes me", None, None),
        ("I AM IN THE WEST MIDLANDS", E, None),
        ("i was reading in bed", None, None),
        ("we haven't got any children", None, False),
    ],
)
def test_nation_and_children(text: str, nation: Nation | None, children: bool | None) -> None:
    facts = mentioned(text)
    assert (facts.nation, facts.children) == (nation, children)


@given(st.text(max_size=400))
def test_anything_can_be_read(text: str) -> None:
    mentioned(text)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("yes two kids 5 and 8", True), ("Glasgow", True), ("we live in Leeds with our two kids", True),
        ("they've got a baby girl", True), ("I'm in Cardiff and he hits me", False), ("no kids", True),
        ("will i lose my kids", False), ("hello", False),
    ],
)  # fmt: skip
def test_a_message_that_says_nothing_but_facts(text: str, alone: bool) -> None:
    assert mentioned(text).alone is alone
