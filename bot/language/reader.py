"""Reads a message once: plain text, sentence vector, and what each trained head makes of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from bot.language.cleanup import Clean, Cleaner
from bot.language.encoder import WIDTH, Encoder, Reading, Vectors
from bot.language.heads import Head, PieceHead, ngrams
from bot.language.weights import adapted


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What is known of one text. vector: (384,). scores: for each head, one probability a label."""

    clean: Clean
    vector: Vectors
    pieces: Reading
    scores: Mapping[str, Mapping[str, float]]


class Reader:
    """The encoder and the trained heads over it. Safe to call from several threads."""

    def __init__(
        self, *, cleaner: Cleaner, encoder: Encoder, heads: Mapping[str, Head], spans: PieceHead | None = None
    ) -> None:
        self._cleaner = cleaner
        self._encoder = encoder
        self._heads = heads
        self._spans = spans

    @classmethod
    def load(cls, *, tables: Path, heads: Path, tokenizer: Path, names: Sequence[str]) -> Self:
        """From the clean-up tables, the folder of trained heads and the encoder. Raises ContentError or ModelError."""
        weights = adapted()
        trained = {name: Head.load(heads / f"{name}.npz") for name in names}
        encoder = Encoder.load(weights.encoder, tokenizer)
        return cls(cleaner=Cleaner.load(tables), encoder=encoder, heads=trained, spans=PieceHead.load(weights.heads))

    def read(self, texts: Sequence[str], heads: Collection[str] | None = None) -> list[Read]:
        """Read `texts` in one pass of the encoder, by the heads named, or by all."""
        cleans = [self._cleaner.clean(text) for text in texts]
        plain = [clean.text for clean in cleans]
        readings = self._encoder.read(plain)
        vectors = np.stack([r.sentence for r in readings]) if readings else np.zeros((0, WIDTH), np.float32)
        scores = self.scores(plain, vectors, self._heads if heads is None else heads) if plain else {}
        return [
            Read(
                clean=clean,
                vector=vectors[row],
                pieces=readings[row],
                scores={
                    name: dict(zip(self._heads[name].labels, table[row].tolist(), strict=True))
                    for name, table in scores.items()
                },
            )
            for row, clean in enumerate(cleans)
        ]

    def plain(self, text: str) -> str:
        """The text as encoder and n-grams see it."""
        return self._cleaner.clean(text).text

    def vector(self, plain: str) -> Vectors:
        """The sentence vector of a text cleaned up: (384,)."""
        return self._encoder.read([plain])[0].sentence

    def scores(
        self, plain: Sequence[str], vectors: Vectors, heads: Collection[str]
    ) -> dict[str, npt.NDArray[np.float64]]:
        """What each head named makes of texts cleaned up and encoded: (texts, labels) each."""
        grams = ngrams(plain)
        return {name: head.probabilities(vectors, grams) for name, head in self._heads.items() if name in heads}

    def where(self, read: Read, column: int, least: float = 0.5) -> tuple[int, int] | None:
        """The characters of the original that show label `column` of the piece head; None when no piece does."""
        if self._spans is None or not len(read.pieces.pieces):
            return None
        sure = self._spans.probabilities(read.pieces.pieces)[:, column]
        best = int(sure.argmax())
        if sure[best] < least:
            return None
        first = last = best
        while first > 0 and sure[first - 1] >= least / 2:
            first -= 1
        while last + 1 < len(sure) and sure[last + 1] >= least / 2:
            last += 1
        return read.clean.span(read.pieces.offsets[first][0], read.pieces.offsets[last][1])
