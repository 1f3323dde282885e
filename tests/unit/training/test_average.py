"""The mean of adapted encoders."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from bot.training.average import average


def left(folder: Path, value: float) -> Path:
    """A folder as adapting leaves it, all of one value."""
    folder.mkdir()
    save_file({"layer": np.full((2, 3), value, np.float32)}, folder / "encoder.safetensors")
    np.savez(folder / "heads.npz", level=np.full(4, value, np.float32))
    return folder


def test_every_tensor_is_the_mean_of_the_same_one(tmp_path: Path) -> None:
    average([left(tmp_path / str(n), n) for n in (1, 2, 6)], tmp_path / "out")
    assert np.array_equal(load_file(tmp_path / "out" / "encoder.safetensors")["layer"], np.full((2, 3), 3, np.float32))
    assert np.array_equal(np.load(tmp_path / "out" / "heads.npz")["level"], np.full(4, 3, np.float32))


def test_encoders_of_another_shape_are_refused(tmp_path: Path) -> None:
    other = left(tmp_path / "other", 1)
    save_file({"layer": np.ones((2, 2), np.float32)}, other / "encoder.safetensors")
    with pytest.raises(ValueError, match="inhomogeneous"):
        average([left(tmp_path / "one", 1), other], tmp_path / "out")
