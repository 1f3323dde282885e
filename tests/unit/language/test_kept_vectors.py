"""Sentence vectors kept between trainings."""

from pathlib import Path

import numpy as np
import pytest

from bot.language.arrays import Vectors
from bot.language.kept_vectors import kept_vectors

ENCODER = "abc"


def encode(text: str) -> Vectors:
    """A vector that tells which text it is of."""
    return np.full(384, len(text), np.float32)


def refuse(text: str) -> Vectors:
    """For texts that must be known."""
    raise AssertionError(text)


def test_what_was_encoded_is_not_encoded_again(tmp_path: Path) -> None:
    with kept_vectors(tmp_path, ENCODER, encode) as known:
        first = known.get("one")
    with kept_vectors(tmp_path, ENCODER, refuse) as known:
        assert np.array_equal(known.get("one"), first)


def test_another_text_or_another_encoder_is_encoded(tmp_path: Path) -> None:
    with kept_vectors(tmp_path, ENCODER, encode) as known:
        known.get("one")
    with kept_vectors(tmp_path, ENCODER, refuse) as known, pytest.raises(AssertionError, match="three"):
        known.get("three")
    with kept_vectors(tmp_path, "another", refuse) as known, pytest.raises(AssertionError, match="one"):
        known.get("one")


def test_only_what_was_used_last_is_kept(tmp_path: Path) -> None:
    for texts in (["one", "two"], ["two"]):
        with kept_vectors(tmp_path, ENCODER, encode) as known:
            for text in texts:
                known.get(text)
    with kept_vectors(tmp_path, "another", encode) as known:
        known.get("one")
    assert [file.name for file in tmp_path.iterdir()] == ["vectors-another.npz"]


@pytest.mark.parametrize("broken", [b"", b"not it", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_made_again(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / f"vectors-{ENCODER}.npz").write_bytes(broken)
    with kept_vectors(tmp_path, ENCODER, encode) as known:
        known.get("one")
    with kept_vectors(tmp_path, ENCODER, refuse) as known:
        known.get("one")
