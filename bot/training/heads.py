"""Trains the heads that read messages: what the adapted encoder learnt, joined by n-grams of all labelled files.

The encoder's own heads know meaning; the n-grams learn in seconds what an editor added today. Both are linear, so
their sum is one head. Seeded; no pickle.
"""

import hashlib
import shutil
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.content.examples import SafetyExample, TopicExample
from bot.errors import ModelError
from bot.language.arrays import Unreadable, arrays
from bot.language.cleanup import Cleaner
from bot.language.heads import FEATURES, Head, ngrams
from bot.safety.labels import EXCLUSIVE, LABELS, NOTHING
from bot.training.units import units

# How much the n-grams count beside the encoder's heads; chosen on voices left out of both (deploy/docs/safety/detector.md).
NGRAM_WEIGHT = 0.3
INVERSE_REGULARISATION = 4.0
FEWEST = 8  # positives below which a label is not learnt

Say = Callable[[str], None]


def train(
    *,
    adapted: Path,
    cleaner: Cleaner,
    safety: Sequence[SafetyExample],
    topics: Sequence[TopicExample],
    folder: Path,
    like: Sequence[Path],
    code: str,
    say: Say,
) -> None:
    """Train every head and write it into `folder`.

    adapted: the heads file beside the encoder. like: folders of heads, from which those are taken that were
    learnt from the same. code: tells the code apart that learns.
    """
    started = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    windows = units(safety)
    say(f"learning from {len(windows)} windows of {len(safety)} safety messages and {len(topics)} topic messages")
    everything: list[SafetyExample | TopicExample] = [*safety, *topics]
    of_windows = tuple(cleaner.clean(unit.text).text for unit in windows)
    of_messages = tuple(cleaner.clean(one.text).text for one in everything)
    truths: dict[str, tuple[tuple[str, ...], npt.NDArray[np.bool_]]] = {
        "level": (of_windows, _truth("level", [{u.level} for u in windows])),
        "time": (of_windows, _truth("time", [{u.time} for u in windows])),
        "kind": (of_windows, _truth("kind", [{cue.kind for cue in u.live} for u in windows])),
        "act": (of_windows, _truth("act", [u.acts for u in windows])),
        "role": (of_messages, _truth("role", [{e.role or NOTHING} for e in everything])),
    }
    features = cache(_features)  # of texts from which no head learns anew, none are made
    try:
        with arrays(adapted) as saved:
            learnt = {name: (saved[f"{name}.weight"], saved[f"{name}.bias"]) for name in truths}
    except Unreadable as error:
        raise ModelError(f"{adapted.name} can't be read: run `make encoder`") from error
    taken = 0
    for name, (texts, truth) in truths.items():
        source = _digest(code, adapted.name, texts, truth)
        same = [f for place in like if Head.learnt_from(f := place / f"{name}.npz") == source]
        if same:
            shutil.copy(same[0], folder)
            taken += 1
            continue
        weights, bias = _fit(features(texts), truth)
        dense, dense_bias = learnt[name]
        Head(
            labels=tuple(str(label) for label in LABELS[name]),
            exclusive=name in EXCLUSIVE,
            dense=dense.astype(np.float32),
            sparse=weights * np.float32(NGRAM_WEIGHT),
            bias=(dense_bias + NGRAM_WEIGHT * bias).astype(np.float32),
        ).save(folder / f"{name}.npz", learnt_from=source)
    say(f"trained {len(truths) - taken} heads in {time.monotonic() - started:.0f} s, {taken} are as they were")


def _features(texts: Sequence[str]) -> csr_matrix:
    """(texts, FEATURES): the n-grams of each."""
    grams = [ngrams(text) for text in texts]
    ends = np.cumsum([0, *(len(one.columns) for one in grams)])
    columns = np.concatenate([one.columns for one in grams])
    return csr_matrix((np.concatenate([one.weights for one in grams]), columns, ends), shape=(len(texts), FEATURES))


def _digest(code: str, adapted: str, texts: Sequence[str], truth: npt.NDArray[np.bool_]) -> str:
    """SHA-256 of all that a head is learnt from."""
    return hashlib.sha256("\0".join((code, adapted, *texts)).encode() + truth.tobytes()).hexdigest()


def _truth(head: str, holds: Sequence[Collection[str]]) -> npt.NDArray[np.bool_]:
    """(texts, labels): which labels of a head hold for each text."""
    return np.array([[label in one for label in LABELS[head]] for one in holds])


def _fit(features: csr_matrix, truth: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """One regression a label; a label too rare to learn keeps what the encoder says of it."""
    weights = np.zeros((FEATURES, truth.shape[1]), dtype=np.float32)
    bias = np.zeros(truth.shape[1], dtype=np.float32)
    columns = [column for column in range(truth.shape[1]) if truth[:, column].sum() >= FEWEST]

    def fit(column: int) -> LogisticRegression:
        regression = LogisticRegression(C=INVERSE_REGULARISATION, solver="liblinear", random_state=7, tol=1e-2)
        return regression.fit(features, truth[:, column])

    with ThreadPoolExecutor() as pool:
        for column, fitted in zip(columns, pool.map(fit, columns), strict=True):
            weights[:, column], bias[column] = fitted.coef_[0], fitted.intercept_[0]
    return weights, bias
