"""A long text is read together, and each part of it where it stands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bootstrap import load_reader
from bot.language.encoder import MOST_PIECES, Encoder
from bot.language.reader import Reader
from bot.language.stretches import MOST_TOGETHER, stretches
from bot.settings import Settings

NOVEL = "I am writing a crime novel set in Paisley. He backs her into the scullery with a poker. She asks for her tea."
PARTS = [(0, 43), (43, 90), (90, len(NOVEL))]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(Settings.from_env())


@given(st.lists(st.integers(1, 280), min_size=1, max_size=40))
def test_stretches_hold_every_part_whole(lengths: list[int]) -> None:
    """None is cut, none outgrows its size, together they reach to the end."""
    ends = np.cumsum(lengths).tolist()
    parts = list(zip([0, *ends], ends, strict=False))
    found = stretches(parts)
    assert [part for group in found for part in group] == parts
    assert all(group[-1][1] - group[0][0] <= MOST_TOGETHER for group in found)


def test_a_part_knows_what_stands_around_it(reader: Reader) -> None:
    """The same words have another vector in a novel than alone, and their pieces know their place in the part."""
    start, end = PARTS[1]
    _, parts = reader.read(NOVEL, PARTS)
    alone, _ = reader.read(NOVEL[start:end], [(0, end - start)])
    assert float(parts[1].vector @ alone.vector) < 0.99
    assert float(np.linalg.norm(parts[1].vector)) == pytest.approx(1.0, abs=1e-5)
    words = [NOVEL[start:end][a:b] for a, b in parts[1].places.tolist()]
    assert words[:4] == ["He", "backs", "her", "into"]
    assert parts[1].clean.original == NOVEL[start:end]


def test_a_short_text_is_its_only_part(reader: Reader) -> None:
    """Nothing is read twice."""
    whole, parts = reader.read("hello there", [(0, 11)])
    assert len(parts) == 1 and parts[0] is whole


def test_what_the_encoder_can_not_reach_is_read_by_itself(reader: Reader) -> None:
    """900 characters that are a piece each are more than it takes at once: the rest is not lost."""
    text = "\U0001f52a" * 560 + " he has a knife to my neck"
    parts = [(0, 280), (280, 560), (560, len(text))]
    whole, read = reader.read(text, parts)
    assert len(whole.pieces) == MOST_PIECES - 2
    assert [len(part.pieces) for part in read] == [280, 280, 7]
    assert text[560:][slice(*read[2].places[-1].tolist())] == "neck"


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=1200))
def test_any_text_can_be_read_in_parts(text: str) -> None:
    """Whitespace, nothing at all, letters of any kind: every part has a vector without a hole in it."""
    reader = load_reader(Settings.from_env())
    middle = len(text) // 2
    whole, parts = reader.read(text, [(0, middle), (middle, len(text))])
    for one in (whole, *parts):
        assert np.isfinite(one.vector).all()
        assert len(one.pieces) == len(one.places)


def test_one_stretch_at_a_time(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    """Three sentences of a short story cost one reading of the encoder, not three."""
    seen: list[str] = []
    read = Encoder.read

    def counted(self: Encoder, text: str) -> object:
        seen.append(text)
        return read(self, text)

    monkeypatch.setattr(Encoder, "read", counted)
    reader.read(NOVEL, PARTS)
    assert len(seen) == 1
