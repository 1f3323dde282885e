"""Which examples hurt: those that messages of another topic come closest to and so go wrong with."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.editor.confusion import Example, Hurting, Miss

Vectors = npt.NDArray[np.float32]


def pulling(
    misses: Sequence[Miss], examples: Sequence[Example], *, of_misses: Vectors, of_examples: Vectors
) -> tuple[Hurting, ...]:
    """The examples that misses are nearest to within the topic they were taken for, those with most misses first.

    of_misses: (misses, n), of_examples: (examples, n), sentence vectors in the same order.
    """
    topics = np.array([example.topic for example in examples])
    counts: Counter[tuple[str, str, str]] = Counter()
    for miss, vector in zip(misses, _unit(of_misses), strict=True):
        own = np.flatnonzero(topics == miss.taken_for)
        if own.size:
            nearest = own[int(np.argmax(_unit(of_examples[own]) @ vector))]
            counts[examples[nearest].text, miss.taken_for, miss.asked] += 1
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Hurting(text=text, topic=topic, pulls=pulls, count=n) for (text, topic, pulls), n in ranked)


def _unit(vectors: Vectors) -> Vectors:
    sizes = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(sizes == 0, 1, sizes), np.float32)
