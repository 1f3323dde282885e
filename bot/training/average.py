"""Averages adapted encoders: `python -m bot.training.average OUT FOLDER FOLDER…`, each as `bot.training.adapt` leaves it.

Rounds that go on from one another err in different places; the mean of their weights errs less than the last alone
("model soups", Wortsman and others, 2022). Measured in deploy/docs/encoder.md.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from bot.language.arrays import Vectors, arrays

Tensors = dict[str, Vectors]


def mean(parts: Sequence[Tensors]) -> Tensors:
    """Tensor by tensor, of the same names and shapes. Raises KeyError or ValueError when they differ."""
    return {
        name: np.mean([part[name] for part in parts], axis=0, dtype=np.float64).astype(np.float32) for name in parts[0]
    }


def average(folders: Sequence[Path], out: Path) -> None:
    """Write the mean of the encoders and heads in `folders` into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean([load_file(folder / "encoder.safetensors") for folder in folders]), out / "encoder.safetensors")
    np.savez_compressed(out / "heads.npz", **mean([_heads(folder / "heads.npz") for folder in folders]))


def _heads(path: Path) -> Tensors:
    with arrays(path) as saved:
        return dict(saved)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    chosen = parser.parse_args()
    average(chosen.folders, chosen.out)
