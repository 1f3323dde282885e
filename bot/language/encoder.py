"""The sentence encoder: text in, vectors out, one thread, about a millisecond for a short message.

Weights: all-MiniLM-L6-v2 (Apache-2.0, sentence-transformers), in 8 bits; see `deploy/docs/encoder.md`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bot.errors import ModelError
from bot.language.arrays import Vectors

MOST_PIECES = 512  # of one text; what comes after is not read


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
        tokenizer.no_padding()
        return cls(session, tokenizer)

    def read(self, text: str) -> Reading:
        """Read `text`. One at a time: nothing is padded, and the numbers do not depend on what is read beside."""
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], dtype=np.int64)
        sentences, pieces = self._session.run(["sentence", "pieces"], {"input_ids": ids})
        return Reading(sentence=sentences[0], pieces=pieces[0, 1:-1], offsets=tuple(encoding.offsets[1:-1]))
