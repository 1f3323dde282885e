"""The sentence encoder: text in, vectors out, one thread, about a millisecond for a short message.

Weights: all-MiniLM-L6-v2 (Apache-2.0, sentence-transformers), in 8 bits; see `deploy/docs/encoder.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from bot.errors import ModelError

Vectors = npt.NDArray[np.float32]

WIDTH = 384
MOST_PIECES = 256  # of one text; callers cut longer texts into windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One text as the encoder sees it.

    sentence: (384,) unit length. pieces: (n, 384), special pieces left out.
    offsets: n pairs of character positions in the text, one a piece.
    """

    sentence: Vectors
    pieces: Vectors
    offsets: tuple[tuple[int, int], ...]


class Encoder:
    """Reads texts with an ONNX model. Safe to call from several threads."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, model: Path, tokenizer_file: Path) -> Self:
        """From an ONNX model and the published tokenizer. Raises ModelError."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The arena would keep the memory of the longest message ever read.
        options.enable_cpu_mem_arena = False
        try:
            tokenizer = Tokenizer.from_file(str(tokenizer_file))
            session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise bare Exception subclasses of their own
            raise ModelError(f"the sentence encoder {model.name} can't be read: run `make setup`") from error
        tokenizer.enable_truncation(MOST_PIECES)
        tokenizer.enable_padding()
        return cls(session, tokenizer)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Read `texts` in one pass."""
        if not texts:
            return []
        encodings = self._tokenizer.encode_batch(list(texts))
        mask = np.array([e.attention_mask for e in encodings], dtype=np.int64)
        ids = np.array([e.ids for e in encodings], dtype=np.int64)
        sentences, pieces = self._session.run(["sentence", "pieces"], {"input_ids": ids, "attention_mask": mask})
        return [
            Reading(
                sentence=sentence,
                pieces=pieces[row, 1 : length - 1],
                offsets=tuple(encodings[row].offsets[1 : length - 1]),
            )
            for row, (sentence, length) in enumerate(zip(sentences, mask.sum(axis=1).tolist(), strict=True))
        ]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Sentence vectors of `texts`: (len(texts), 384), unit length."""
        if not texts:
            return np.zeros((0, WIDTH), dtype=np.float32)
        return np.stack([reading.sentence for reading in self.read(texts)])
