"""Rasa featurizer: the sentence encoder's vector of a message and the probability of each role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.bootstrap import load_reader
from bot.edition import later
from bot.language.arrays import WIDTH
from bot.language.kept_vectors import kept_vectors
from bot.language.weights import adapted
from bot.safety.labels import LABELS
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.language.arrays import Vectors
    from bot.language.reader import Reader

# Vectors have unit length, counts of n-grams do not: without this the classifier hardly hears meaning.
# Measured on voices held apart: first topic right 0.65 at 1, 0.72 at 4 and at 10.
SCALE = 10.0
NOTHING_READ = np.zeros(WIDTH + len(LABELS["role"]), dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A text that was read before, with its numbers as this featurizer would make them. features: (384 + roles,)."""

    text: str
    features: npt.NDArray[np.float32]


# The message under way, when the gateway has read it already: reading is a third of a turn's work.
TOLD: ContextVar[Told | None] = ContextVar("told", default=None)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):  # type: ignore[misc]  # Rasa has no types
    """Dense sentence features: the encoder's 384 numbers, then one probability a role.

    The encoder is loaded for the first message that comes without them.
    """

    def __init__(self, config: dict[str, Any], name: str, reader: Callable[[], Reader]) -> None:
        super().__init__(name, config)
        self._reader = reader

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer comes first."""
        return [Tokenizer]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        """Made with the reader of this deployment."""
        return cls(config, execution_context.node_name, later(load_reader, Settings.from_env()))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features of each message that has text."""
        if len(messages) == 1 and str(messages[0].get(TEXT)).startswith(INTENT_MESSAGE_PREFIX):
            self._add(messages[0], NOTHING_READ)  # a button's: Rasa knows what it means and hears nothing else
            return messages
        told = TOLD.get()
        if told is not None and len(messages) == 1 and messages[0].get(TEXT) == told.text:
            self._add(messages[0], told.features)
            return messages
        self._add_all(messages, lambda reader, plain: map(reader.vector, plain))
        return messages

    def _add_all(
        self, messages: Sequence[Message], encode: Callable[[Reader, Sequence[str]], Iterable[Vectors]]
    ) -> None:
        """Encodes one text at a time: the numbers of an 8-bit encoder depend a little on what is read beside."""
        messages = [message for message in messages if message.get(TEXT)]
        if not messages:
            return
        reader = self._reader()
        plain = [reader.plain(message.get(TEXT)) for message in messages]
        vectors = np.stack(list(encode(reader, plain)))
        roles = reader.scores(plain, vectors, ["role"])["role"].astype(np.float32)
        for message, numbers in zip(messages, np.hstack([vectors, roles]), strict=True):
            self._add(message, numbers)

    def _add(self, message: Message, numbers: npt.NDArray[np.float32]) -> None:
        features = SCALE * numbers[np.newaxis, :]
        for kind in (FEATURE_TYPE_SEQUENCE, FEATURE_TYPE_SENTENCE):
            message.add_features(Features(features, kind, TEXT, self._config["alias"]))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the training examples."""
        folder = Settings.from_env().build_folder
        with kept_vectors(folder, adapted().name, self._reader().vector) as known, ThreadPoolExecutor() as pool:
            self._add_all(training_data.training_examples, lambda _, plain: pool.map(known.get, plain))
        return training_data

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to configure."""
