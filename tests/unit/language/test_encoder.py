"""The sentence encoder: the published build is what it should be, the adapted one is what its name says."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.errors import ModelError
from bot.language import build_encoder
from bot.language.arrays import WIDTH
from bot.language.encoder import MOST_PIECES, Encoder
from bot.language.weights import adapted
from bot.settings import Settings

# Vectors of the published weights in full precision, from our graph; a separate PyTorch implementation agrees to 1e-5.
REFERENCE = json.loads(Path(__file__).with_name("reference_vectors.json").read_text())
FOLDER = Settings().build_folder / "encoder"


@pytest.fixture(scope="module")
def published() -> Encoder:
    return Encoder.load(FOLDER / "encoder.onnx", FOLDER / "tokenizer.json")


def test_the_published_build_gives_the_reference_vectors(published: Encoder) -> None:
    """Eight bits move a vector a little, not its meaning."""
    for text, reference in REFERENCE.items():
        vector = published.read(text).sentence
        assert float(vector @ np.array(reference)) > 0.97
        assert abs(float(np.linalg.norm(vector)) - 1) < 1e-3


def test_a_long_text_is_cut(published: Encoder) -> None:
    """Nothing grows without bound."""
    assert len(published.read("word " * 2000).pieces) == MOST_PIECES - 2


def test_every_piece_knows_its_place(published: Encoder) -> None:
    """Offsets point at the words of the text."""
    text = "she strangled me"
    read = published.read(text)
    assert text[read.offsets[0][0] : read.offsets[0][1]] == "she"
    assert read.pieces.shape == (len(read.offsets), WIDTH)


def test_weights_of_another_hash_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the published weights are built from."""
    monkeypatch.setattr(build_encoder, "TOKENIZER", ("tokenizer.json", "0" * 64))
    with pytest.raises(ModelError, match="not the published one"):
        build_encoder.published(build_encoder.TOKENIZER)


def test_the_adapted_encoder_has_the_hash_of_its_name(tmp_path: Path) -> None:
    """A damaged or exchanged file stops the start with one clear line."""
    weights = adapted()
    copy = tmp_path / weights.encoder.name
    copy.write_bytes(weights.encoder.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match="not what its name says"):
        adapted(tmp_path)
    with pytest.raises(ModelError, match="one adapted encoder"):
        adapted(tmp_path / "nowhere")


def test_a_broken_model_is_one_clear_error(tmp_path: Path) -> None:
    """Whatever the libraries raise, the person reads what to do."""
    (tmp_path / "encoder.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError, match="make setup"):
        Encoder.load(tmp_path / "encoder.onnx", FOLDER / "tokenizer.json")
