"""The encoder that the repository keeps can be adapted further."""

from pathlib import Path

import numpy as np

from bot.language.encoder import Encoder
from bot.language.graph import build, save_8_bit
from bot.language.unpack import unpack
from bot.language.weights import adapted
from bot.settings import Settings


def test_an_unpacked_encoder_packed_again_reads_the_same(tmp_path: Path) -> None:
    kept, tokenizer = adapted().encoder, Settings.from_env().build_folder / "encoder" / "tokenizer.json"
    save_8_bit(build(unpack(kept)), tmp_path / "again.onnx")
    text = "she went out and left me with the bairns"
    before, after = (Encoder.load(model, tokenizer).read(text).sentence for model in (kept, tmp_path / "again.onnx"))
    assert np.sum(before * after) > 0.999
