"""Reads a message once: plain text, sentence vector, and what each trained head makes of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from bot.language.arrays import Vectors
from bot.language.cleanup import Clean, Cleaner
from bot.language.encoder import MOST_PIECES, Encoder
from bot.language.heads import Head, PieceHead, ngrams
from bot.language.stretches import stretches
from bot.language.weights import adapted

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What is known of one text.

    vector: (384,), unit length. pieces: (n, 384). places: (n, 2), where in the original each piece stands.
    scores: for each head, one probability a label.
    """

    clean: Clean
    vector: Vectors
    pieces: Vectors
    places: Places
    scores: Mapping[str, Mapping[str, float]]

    @property
    def features(self) -> Vectors:
        """As the encoder's featurizer takes them: the vector, then one probability a role."""
        return np.concatenate([self.vector, list(self.scores["role"].values())], dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A stretch or a part of a text as the encoder sees it."""

    vector: Vectors
    pieces: Vectors
    places: Places


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

    def read(self, text: str, parts: Sequence[tuple[int, int]]) -> tuple[Read, list[Read]]:
        """Read a text whole, and `parts` of it, in order: each as it stands among the others.

        The encoder reads as much together as it can, so that a sentence of a novel is known for one, and each part
        takes its own pieces from there.
        """
        clean = self._cleaner.clean(text)
        if len(parts) == 1:
            found = self._scored([clean], [self._see(clean, 0)])
            return found[0], found
        read: list[_Seen] = []
        seen: list[_Seen] = []
        for group in stretches(parts):
            start, end = group[0][0], group[-1][1]
            read.append(self._see(clean.part(start, end), start))
            seen += [self._part(clean, part, read[-1]) for part in group]
        seen.append(
            _Seen(
                vector=_unit(np.sum([stretch.vector for stretch in read], axis=0)),
                pieces=np.concatenate([stretch.pieces for stretch in read]),
                places=np.concatenate([stretch.places for stretch in read]),
            )
        )
        *found, whole = self._scored([*(clean.part(*part) for part in parts), clean], seen)
        return whole, found

    def _see(self, clean: Clean, start: int) -> _Seen:
        """What stands at `start` of a text, read by itself."""
        reading = self._encoder.read(clean.text)
        places = np.array([clean.span(a, b) for a, b in reading.offsets], dtype=np.int64).reshape(-1, 2) + start
        return _Seen(vector=reading.sentence, pieces=reading.pieces, places=places)

    def _part(self, clean: Clean, part: tuple[int, int], stretch: _Seen) -> _Seen:
        """A part out of the stretch that holds it; by itself where the encoder did not reach."""
        start, end = part
        inside = (stretch.places[:, 0] >= start) & (stretch.places[:, 0] < end)
        reached = len(stretch.pieces) < MOST_PIECES - 2 or end <= stretch.places[-1, 1]
        if not (reached and inside.any()):
            return self._see(clean.part(start, end), 0)
        pieces = stretch.pieces[inside]
        return _Seen(vector=_unit(pieces.mean(axis=0)), pieces=pieces, places=stretch.places[inside] - start)

    def _scored(self, cleans: Sequence[Clean], seen: Sequence[_Seen]) -> list[Read]:
        vectors = np.stack([one.vector for one in seen])
        scores = self.scores([clean.text for clean in cleans], vectors, self._heads)
        return [
            Read(
                clean=clean,
                vector=one.vector,
                pieces=one.pieces,
                places=one.places,
                scores={
                    name: dict(zip(self._heads[name].labels, table[row].tolist(), strict=True))
                    for name, table in scores.items()
                },
            )
            for row, (clean, one) in enumerate(zip(cleans, seen, strict=True))
        ]

    def plain(self, text: str) -> str:
        """The text as encoder and n-grams see it."""
        return self._cleaner.clean(text).text

    def vector(self, plain: str) -> Vectors:
        """The sentence vector of a text cleaned up: (384,)."""
        return self._encoder.read(plain).sentence

    def scores(
        self, plain: Sequence[str], vectors: Vectors, heads: Collection[str]
    ) -> dict[str, npt.NDArray[np.float64]]:
        """What each head named makes of texts cleaned up and encoded: (texts, labels) each."""
        grams = [ngrams(text) for text in plain]
        return {name: head.probabilities(vectors, grams) for name, head in self._heads.items() if name in heads}

    def where(self, read: Read, column: int, least: float = 0.5) -> tuple[int, int] | None:
        """The characters of the original that show label `column` of the piece head; None when no piece does."""
        if self._spans is None or not len(read.pieces):
            return None
        sure = self._spans.probabilities(read.pieces)[:, column]
        best = int(sure.argmax())
        if sure[best] < least:
            return None
        first = last = best
        while first > 0 and sure[first - 1] >= least / 2:
            first -= 1
        while last + 1 < len(sure) and sure[last + 1] >= least / 2:
            last += 1
        return int(read.places[first, 0]), int(read.places[last, 1])


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)
