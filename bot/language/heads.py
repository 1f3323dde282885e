"""Small linear classifiers over what the encoder and the n-grams see of a text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
from murmurhash.mrmr import hash as murmur

from bot.errors import ModelError
from bot.language.arrays import WIDTH, Unreadable, Vectors, arrays

_BUCKETS = 2**15
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_IN_WORDS, _IN_LETTERS = (1, 2, 3), (3, 4, 5)
FEATURES = 2 * _BUCKETS


@dataclass(frozen=True, slots=True, kw_only=True)
class Grams:
    """The n-grams of one text, hashed: which of the FEATURES there are, ascending, and how much each weighs."""

    columns: npt.NDArray[np.int64]
    weights: Vectors


def ngrams(text: str) -> Grams:
    """Word (1 to 3) and letter (3 to 5, within a word and its edges) n-grams, each half of unit length.

    The numbers are those of scikit-learn's HashingVectorizer, whose import alone weighs 50 MB and takes longer than loading all else.
    """
    lower = text.lower()
    words = _WORD.findall(lower)
    edged = [f" {word} " for word in lower.split()]
    of_words = [" ".join(words[i : i + n]) for n in _IN_WORDS for i in range(len(words) - n + 1)]
    of_letters = [word[i : i + n] for word in edged for n in _IN_LETTERS for i in range(len(word) - n + 1)]
    (first, first_weights), (second, second_weights) = _hashed(of_words), _hashed(of_letters)
    return Grams(
        columns=np.concatenate([first, second + _BUCKETS]), weights=np.concatenate([first_weights, second_weights])
    )


def _hashed(grams: Sequence[str]) -> tuple[npt.NDArray[np.int64], Vectors]:
    """The bucket of each n-gram, and how often it is hit, as a vector of unit length."""
    hashes = np.array([murmur(gram, 0) for gram in grams], dtype=np.int64)  # 32 bits, with a sign
    columns, counts = np.unique(np.abs(hashes) % _BUCKETS, return_counts=True)
    length = np.sqrt(np.square(counts, dtype=np.float64).sum())
    return columns, (counts / max(length, 1.0)).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A linear classifier: one of its labels, or any of them.

    dense: (WIDTH, labels). sparse: (FEATURES, labels). bias: (labels,).
    """

    labels: tuple[str, ...]
    exclusive: bool
    dense: Vectors
    sparse: Vectors
    bias: Vectors

    def probabilities(self, vectors: Vectors, grams: Sequence[Grams]) -> npt.NDArray[np.float64]:
        """(texts, labels), each between 0 and 1; a row sums to 1 when the labels exclude each other."""
        by_grams = np.stack([one.weights @ self.sparse[one.columns] for one in grams])
        logits = np.asarray(vectors @ self.dense + by_grams + self.bias, dtype=np.float64)
        if self.exclusive:
            shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
            return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
        return np.asarray(1.0 / (1.0 + np.exp(-logits)))

    def save(self, path: Path, *, learnt_from: str) -> None:
        """Write the head as `path` (.npz, no pickle), with a hash of what it was learnt from."""
        np.savez(
            path,
            learnt_from=np.array(learnt_from),
            labels=np.array(self.labels),
            exclusive=np.array(self.exclusive),
            dense=self.dense,
            sparse=self.sparse,
            bias=self.bias,
        )

    @staticmethod
    def learnt_from(path: Path) -> str | None:
        """The hash of what the head saved as `path` was learnt from; None when there is no such head."""
        try:
            with arrays(path) as saved:
                return str(saved["learnt_from"])
        except Unreadable:
            return None

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote. Raises ModelError."""
        try:
            with arrays(path) as saved:
                head = cls(
                    labels=tuple(str(label) for label in saved["labels"]),
                    exclusive=bool(saved["exclusive"]),
                    dense=saved["dense"],
                    sparse=saved["sparse"],
                    bias=saved["bias"],
                )
        except Unreadable as error:
            raise ModelError(f"the trained part {path.name} can't be read: run `make train`") from error
        if head.dense.shape != (WIDTH, len(head.labels)) or head.sparse.shape != (FEATURES, len(head.labels)):
            raise ModelError(f"the trained part {path.name} is of another version: run `make train`")
        return head


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceHead:
    """A linear classifier over word pieces: which of its labels each shows. weights: (WIDTH, labels)."""

    weights: Vectors
    bias: Vectors

    def probabilities(self, pieces: Vectors) -> Vectors:
        """(pieces, labels), each between 0 and 1."""
        return np.asarray(1.0 / (1.0 + np.exp(-(pieces @ self.weights + self.bias))), dtype=np.float32)

    @classmethod
    def load(cls, path: Path) -> Self:
        """From the heads of an adapted encoder. Raises ModelError."""
        try:
            with arrays(path) as saved:
                return cls(weights=saved["spans.weight"], bias=saved["spans.bias"])
        except Unreadable as error:
            raise ModelError(f"{path.name} can't be read: fetch the repository again") from error
