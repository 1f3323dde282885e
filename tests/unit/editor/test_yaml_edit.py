"""A change of one value leaves every other line of the file as it was."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.edition import SHIPPED
from bot.editor.yaml_edit import drop, load, put, value_at
from bot.errors import ContentError

FILE = """# A remark at the top.
first: plain words   # why they are plain
folded: >-
  Words that were folded by hand
  over two lines.

kept: |-
  One.

  Two.
flow: {a: one, "b": two}
entries:
  - title: "One"      # quoted
    payload: /one
  - title: Two
    payload: '/more{"topic": "two"}'
lines:
- first line
- "second: line"
last: "end"
"""
PLACES = [
    ("first",), ("folded",), ("kept",), ("flow", "a"), ("flow", "b"), ("entries", 0, "title"),
    ("entries", 1, "payload"), ("lines", 0), ("lines", 1), ("last",),
]  # fmt: skip
typed = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=300)


@pytest.mark.parametrize("place", PLACES, ids=str)
@given(words=typed)
@example(words="\n\n\xa0")
@settings(max_examples=40)
def test_whatever_is_typed_reads_back_and_touches_nothing_else(place: tuple[Any, ...], words: str) -> None:
    changed = put(FILE, place, words)
    assert value_at(load(changed), place) == words
    back = put(changed, place, value_at(load(FILE), place))
    assert load(back) == load(FILE)
    for line in ("# A remark at the top.", "entries:", "lines:"):
        assert line in changed.splitlines()


def test_only_the_lines_of_the_value_change() -> None:
    changed = put(
        FILE, ("folded",), "Other words, of a length that makes it sensible to fold them over several lines once again."
    )
    before, after = FILE.splitlines(), changed.splitlines()
    assert after[:3] == before[:3] and after[-14:] == before[-14:]
    assert put(FILE, ("last",), "end") == FILE


def test_a_missing_key_is_added_and_lists_are_written_anew() -> None:
    changed = put(put(FILE, ("entries", 1, "note"), "new: here"), ("lines",), ["only: this"])
    assert value_at(load(changed), ("entries", 1)) == {
        "title": "Two", "payload": '/more{"topic": "two"}', "note": "new: here",
    }  # fmt: skip
    assert value_at(load(changed), ("lines",)) == ["only: this"]
    assert 'last: "end"' in changed


@given(st.lists(st.fixed_dictionaries({"title": typed.map(str.strip), "payload": typed.map(str.strip)}), max_size=5))
def test_a_list_of_entries_reads_back(entries: list[dict[str, str]]) -> None:
    assert value_at(load(put(FILE, ("entries",), entries)), ("entries",)) == entries


def test_a_place_that_is_not_there_says_so() -> None:
    with pytest.raises(ContentError, match="no place"):
        put(FILE, ("nothing", "here"), "x")


@pytest.mark.parametrize("path", sorted(SHIPPED.responses.glob("*.yml")), ids=lambda path: path.name)
def test_every_response_can_be_reworded_in_place(path: Path) -> None:
    text = path.read_text("utf-8")
    for name, variations in load(text)["responses"].items():
        for number, variation in enumerate(variations[-1:], len(variations) - 1):
            words = f'{variation["text"]} One more: sentence, "quoted" # and all.'
            changed = put(text, ("responses", name, number, "text"), words)
            assert value_at(load(changed), ("responses", name, number, "text")) == words
            lost = set(text.splitlines()) - set(changed.splitlines())
            assert len(lost) <= len(str(variation["text"]).splitlines()) + 12


def test_what_only_one_reader_of_the_format_can_read_says_where() -> None:
    with pytest.raises(ContentError, match="line 1"):
        put("entry: {a: why?, b: c}\n", ("entry", "b"), "d")


def test_a_place_with_all_that_leads_to_it_comes_and_goes() -> None:
    """Mappings that are missing on the way are added, below the top; an entry of a mapping goes without the others."""
    lines = ["One: two", "Three's"]
    deep = put(FILE, ("flow", "c"), "three")
    assert load(drop(deep, ("last",)))["first"] == load(FILE)["first"] and "last" not in load(drop(deep, ("last",)))
    tree = "a:\n  b: x  # why\nz: end\n"
    added = put(tree, ("a", "c", "d", "e"), lines)
    assert value_at(load(added), ("a", "c", "d", "e")) == lines and "  b: x  # why\n" in added
    more = put(added, ("a", "c", "f"), {"g": lines, "h": {"i": "j"}})
    assert load(more)["a"]["c"] == {"d": {"e": lines}, "f": {"g": lines, "h": {"i": "j"}}}
    assert drop(drop(more, ("a", "c", "f")), ("a", "c")) == tree
    for place, said in ((("a", "x"), "no place"), (("a", "b"), "must stay")):
        with pytest.raises(ContentError, match=said):
            drop(tree, place)
    with pytest.raises(ContentError, match="no place"):
        put(tree, ("x", "y"), "z")
