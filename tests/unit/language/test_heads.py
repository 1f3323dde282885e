"""Trained heads as they are kept."""

from pathlib import Path

import numpy as np
import pytest

from bot.errors import ModelError
from bot.language.encoder import WIDTH
from bot.language.heads import FEATURES, Head

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


def test_a_head_that_is_missing_was_learnt_from_nothing(tmp_path: Path) -> None:
    assert Head.learnt_from(tmp_path / "level.npz") is None
