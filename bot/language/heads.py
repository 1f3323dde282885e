"""Small linear classifiers over what the encoder and the n-grams see of a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer

from bot.errors import ModelError
from bot.language.arrays import Unreadable, arrays
from bot.language.encoder import WIDTH, Vectors

_BUCKETS = 2**15
_WORDS = HashingVectorizer(
    ngram_range=(1, 3),
    n_features=_BUCKETS,
    alternate_sign=False,
    token_pattern=r"[^\W_]+(?:'[^\W_]+)?",  # noqa: S106  # what a word is
)
_LETTERS = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5), n_features=_BUCKETS, alternate_sign=False)
FEATURES = 2 * _BUCKETS


def ngrams(texts: Sequence[str]) -> csr_matrix:
    """Word (1 to 3) and letter (3 to 5) n-grams, hashed: (len(texts), FEATURES), each half of unit length."""
    return hstack([_WORDS.transform(texts), _LETTERS.transform(texts)], format="csr", dtype=np.float32)


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

    def probabilities(self, vectors: Vectors, grams: csr_matrix) -> npt.NDArray[np.float64]:
        """(texts, labels), each between 0 and 1; a row sums to 1 when the labels exclude each other."""
        logits = np.asarray(vectors @ self.dense + grams @ self.sparse + self.bias, dtype=np.float64)
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
