"""Trained heads as they are kept."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.sparse import hstack
from sklearn.feature_extraction.text import HashingVectorizer

from bot.errors import ModelError
from bot.language.arrays import WIDTH
from bot.language.heads import FEATURES, Head, ngrams

HEAD = Head(
    labels=("a", "b"),
    exclusive=True,
    dense=np.ones((WIDTH, 2), np.float32),
    sparse=np.ones((FEATURES, 2), np.float32),
    bias=np.ones(2, np.float32),
)


def test_a_head_is_read_as_it_was_saved(tmp_path: Path) -> None:
    HEAD.save(tmp_path / "level.npz", learnt_from="these")
    again = Head.load(tmp_path / "level.npz")
    assert again.labels == HEAD.labels and again.exclusive
    assert np.array_equal(again.dense, HEAD.dense)
    assert Head.learnt_from(tmp_path / "level.npz") == "these"


@pytest.mark.parametrize("left", [0, 1000, -100])
def test_a_head_cut_off_is_one_clear_line(tmp_path: Path, left: int) -> None:
    """As a full disk leaves it: nothing, a beginning, all but the end."""
    HEAD.save(tmp_path / "level.npz", learnt_from="these")
    whole = (tmp_path / "level.npz").read_bytes()
    (tmp_path / "level.npz").write_bytes(whole[:left])
    with pytest.raises(ModelError, match=r"level\.npz can't be read: run `make train`"):
        Head.load(tmp_path / "level.npz")
    assert Head.learnt_from(tmp_path / "level.npz") is None


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=60))
@example("he's at the door, don't")
@example("a bb ccc dddd eeeee")
@example("İstanbul ßß \u2003 x")
def test_ngrams_are_numbered_as_scikit_learn_numbers_them(text: str) -> None:
    """By the library that is too heavy to answer with: a head learnt with either reads the same."""
    words = HashingVectorizer(
        ngram_range=(1, 3), n_features=FEATURES // 2, alternate_sign=False, token_pattern=r"[^\W_]+(?:'[^\W_]+)?"
    )
    letters = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5), n_features=FEATURES // 2, alternate_sign=False)
    theirs = hstack([words.transform([text]), letters.transform([text])], format="csr")
    theirs.sort_indices()
    ours = ngrams(text)
    assert ours.columns.tolist() == theirs.indices.tolist()
    assert np.allclose(ours.weights, theirs.data)


def test_a_head_that_is_missing_was_learnt_from_nothing(tmp_path: Path) -> None:
    assert Head.learnt_from(tmp_path / "level.npz") is None
