"""Sentence vectors kept from one training for the next: an editor changes a few examples of ten thousand."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from bot.language.arrays import Unreadable, Vectors, arrays

Encode = Callable[[str], Vectors]


class KeptVectors:
    """Sentence vectors of one encoder, by the SHA-256 of the text. Safe to call from several threads."""

    def __init__(self, known: Mapping[bytes, Vectors], encode: Encode) -> None:
        self._known = known
        self._encode = encode
        self.used: dict[bytes, Vectors] = {}

    def get(self, text: str) -> Vectors:
        """The vector of a text: (384,), encoded when it is not known."""
        key = hashlib.sha256(text.encode()).digest()
        vector = self._known.get(key)
        self.used[key] = self._encode(text) if vector is None else vector
        return self.used[key]


@contextmanager
def kept_vectors(folder: Path, encoder: str, encode: Encode) -> Iterator[KeptVectors]:
    """Those in `folder` of the encoder named; afterwards it holds those that were used, where it can be written."""
    file = folder / f"vectors-{encoder}.npz"
    kept = KeptVectors(_load(file), encode)
    yield kept
    with suppress(OSError):
        _save(file, kept.used)


def _load(file: Path) -> dict[bytes, Vectors]:
    """What `_save` wrote; nothing when it is missing or broken, since all of it can be made again."""
    try:
        with arrays(file) as saved:
            return dict(zip(map(bytes, saved["keys"]), saved["vectors"], strict=True))
    except Unreadable:
        return {}


def _save(file: Path, vectors: dict[bytes, Vectors]) -> None:
    for old in file.parent.glob("vectors-*.npz"):
        if old != file:
            old.unlink(missing_ok=True)
    ahead = file.with_name(f".{os.getpid()}-{file.name}")
    np.savez(
        ahead,
        keys=np.array([np.frombuffer(key, np.uint8) for key in vectors]),
        vectors=np.array(list(vectors.values())),
    )
    ahead.replace(file)
