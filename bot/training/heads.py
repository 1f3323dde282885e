"""Trains the heads that read messages: what the adapted encoder learnt, joined by n-grams of all labelled files.

The encoder's own heads know meaning; the n-grams learn in seconds what an editor added today. Both are linear, so
their sum is one head. Seeded; no pickle.
"""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.content.examples import SafetyExample, TopicExample
from bot.errors import ModelError
from bot.language.cleanup import Cleaner
from bot.language.heads import FEATURES, Head, ngrams
from bot.safety.labels import EXCLUSIVE, LABELS, NOTHING
from bot.settings import SAFETY_CONTENT
from bot.training.units import units

# How much the n-grams count beside the encoder's heads; chosen on voices left out of both (deploy/docs/safety/detector.md).
NGRAM_WEIGHT = 0.3
INVERSE_REGULARISATION = 4.0
FEWEST = 8  # positives below which a label is not learnt

Say = Callable[[str], None]


def train(
    *, adapted: Path, safety: Sequence[SafetyExample], topics: Sequence[TopicExample], folder: Path, say: Say
) -> None:
    """Train every head and write it into `folder`. `adapted`: the heads file beside the encoder."""
    started = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    cleaner = Cleaner.load(SAFETY_CONTENT / "cleanup.yml")
    windows = units(safety)
    say(f"learning from {len(windows)} windows of {len(safety)} safety messages and {len(topics)} topic messages")
    grams = ngrams([cleaner.clean(unit.text).text for unit in windows])
    everything: list[SafetyExample | TopicExample] = [*safety, *topics]
    role_grams = ngrams([cleaner.clean(one.text).text for one in everything])
    truths: dict[str, tuple[csr_matrix, npt.NDArray[np.bool_]]] = {
        "level": (grams, _truth("level", [{u.level} for u in windows])),
        "time": (grams, _truth("time", [{u.time} for u in windows])),
        "kind": (grams, _truth("kind", [{cue.kind for cue in u.live} for u in windows])),
        "act": (grams, _truth("act", [u.acts for u in windows])),
        "role": (role_grams, _truth("role", [{e.role or NOTHING} for e in everything])),
    }
    try:
        with np.load(adapted, allow_pickle=False) as saved:
            learnt = {name: (saved[f"{name}.weight"], saved[f"{name}.bias"]) for name in truths}
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"{adapted.name} can't be read: run `make encoder`") from error
    for name, (features, truth) in truths.items():
        weights, bias = _fit(features, truth)
        dense, dense_bias = learnt[name]
        Head(
            labels=tuple(str(label) for label in LABELS[name]),
            exclusive=name in EXCLUSIVE,
            dense=dense.astype(np.float32),
            sparse=weights * np.float32(NGRAM_WEIGHT),
            bias=(dense_bias + NGRAM_WEIGHT * bias).astype(np.float32),
        ).save(folder / f"{name}.npz")
    say(f"trained {len(truths)} heads in {time.monotonic() - started:.0f} s")


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
