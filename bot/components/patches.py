"""Takes out of Rasa 3.6.21 what costs most per message and leaves its behaviour as it is.

- Answers of the action server are checked as they are read: Rasa makes a validator of JSON schemas, and checks
  its schema's schema, for every answer (more than half of a turn's time).
- The action server is sent the latest message and the slots, not the whole conversation.
- The trained graph runs in an order worked out once (`graph.py`), and rules are looked up by intent (`rules.py`).
- Nothing is copied for debug lines, which are never written, and a tracker is copied without going through its events again.
- Which class an event is of, and that the domain has all that was trained from it, is not found out for every message.
- N-grams are counted for the whole message and not for each of its words too, which no component here reads, and only those
  that were learnt.
- The classifier multiplies only what a message has: the library checks and copies all of its weights, in twice the bits.
- The training matrix is put together at once, not message by message.
- YAML is read with libyaml, as all else here does, and not checked against Rasa's schemas once more: a parser in Python,
  which Rasa has read the trained domain four times, took a fifth of training and three quarters of loading the model.
  `python -m bot content check` reads the files first, `rasa data validate` is part of the tests.
- Training keeps no cache of its steps, which hashes every feature of every message to be thrown away.

`tests/integration/test_rasa_parts.py` fails when Rasa's layout changes.
"""

from __future__ import annotations

import copy
import re
from functools import cache
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import yaml
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.training.hooks import TrainingHook
from rasa.nlu.classifiers.logistic_regression_classifier import RANKING_LENGTH, LogisticRegressionClassifier
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.utils import io, validation
from scipy.sparse import coo_matrix, csr_matrix, hstack, issparse, vstack
from sklearn.feature_extraction.text import CountVectorizer

from bot.components import rules
from bot.components.graph import GraphRunner

_BOOL = "tag:yaml.org,2002:bool"


class _Event(msgspec.Struct):
    event: str


class _Result(msgspec.Struct):
    """What an action answers. Rasa makes each event of it and refuses a name or value it doesn't know."""

    events: list[_Event] = []
    responses: list[dict[str, Any]] = []


def _validate(self: RemoteAction, result: dict[str, Any]) -> bool:
    msgspec.convert(result, _Result)
    return True


def _call(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    message = tracker.latest_message
    return {
        "next_action": self._name,
        "sender_id": tracker.sender_id,
        "tracker": {
            "sender_id": tracker.sender_id,
            "slots": tracker.current_slot_values(),
            "latest_message": {**message.parse_data, "metadata": message.metadata} if message else {},
            "events": [],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": tracker.latest_action_name,
        },
    }


def install() -> None:
    """Put the changes in place, for a service that answers."""
    RemoteAction._validate_action_result = _validate
    RemoteAction._action_call_format = _call
    processor.DaskGraphRunner = GraphRunner
    processor.copy = SimpleNamespace(deepcopy=lambda value: value)
    MessageProcessor._check_for_unseen_features = lambda *_: None
    DialogueStateTracker.copy = _copy
    Event.resolve_by_type = staticmethod(cache(Event.resolve_by_type))
    RulePolicy._find_action_from_rules = rules.find
    CountVectorsFeaturizer._create_features = _count
    LogisticRegressionClassifier.process = _classify
    _read_fast()


class _Loader(yaml.CSafeLoader):
    """libyaml with the truth values of YAML 1.2, in which Rasa writes its domain: "No" on a button stays a word."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL]
    for letter, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOL, re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def _read_fast() -> None:
    validation.validate_yaml_schema = lambda *_, **__: None
    io.read_yaml = lambda content, *_, **__: yaml.load(content, Loader=_Loader) or {}  # noqa: S506  # a safe loader by birth


def lay_out(runner: GraphRunner) -> None:
    """For a model that was loaded: the weights of its classifier, a row for each feature, in 32 bits; its rules by intent."""
    for node in runner._instantiated_nodes.values():
        component = node._component
        if isinstance(component, LogisticRegressionClassifier):
            component.rows = np.ascontiguousarray(component.clf.coef_.T, dtype=np.float32)
            component.clf.coef_ = None
        if isinstance(component, RulePolicy):
            component.by_intent = rules.by_intent(component.lookup[RULES])


def _copy(self: DialogueStateTracker) -> DialogueStateTracker:
    """What came of all events so far, to be changed on its own."""
    other = copy.copy(self)
    other.events = self.events.copy()
    other.slots = {name: copy.copy(slot) for name, slot in self.slots.items()}
    return other


def _classify(self: LogisticRegressionClassifier, messages: list[Message]) -> list[Message]:
    """What `process` does, from the rows of the weights that a message needs."""
    for message in messages:
        columns, values = _features(message)
        logits = values @ self.rows[columns] + self.clf.intercept_
        odds = np.exp(logits - logits.max())
        likely = np.argsort(-odds, kind="stable")[: self.config[RANKING_LENGTH] or None]
        sure = (odds / odds.sum()).tolist()
        ranking = [{"name": self.clf.classes_[i], "confidence": sure[i]} for i in likely]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
    return messages


def _features(message: Message) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The columns in which a whole message has something, and what: sparse features first, then dense ones."""
    whole = [f.features for f in message.features if f.attribute == TEXT and f.type == FEATURE_TYPE_SENTENCE]
    columns, values, first = [], [], 0
    for features in sorted(whole, key=lambda f: not issparse(f)):
        columns.append((features.col if issparse(features) else np.arange(features.shape[1])) + first)
        values.append(features.data if issparse(features) else features[0])
        first += features.shape[1]
    return np.concatenate(columns), np.concatenate(values, dtype=np.float32)


def _count(
    self: CountVectorsFeaturizer, attribute: str, all_tokens: list[list[str]]
) -> tuple[list[coo_matrix | None], list[coo_matrix | None]]:
    counter = self.vectorizers.get(attribute) if attribute in DENSE_FEATURIZABLE_ATTRIBUTES else None
    whole = [_counts(counter, " ".join(tokens)) if counter and tokens else None for tokens in all_tokens]
    return [None] * len(whole), whole


_analyzer = cache(CountVectorizer.build_analyzer)


def _counts(counter: CountVectorizer, text: str) -> coo_matrix:
    """What `transform` makes of one text."""
    known = counter.vocabulary_
    columns, counts = np.unique([known[gram] for gram in _analyzer(counter)(text) if gram in known], return_counts=True)
    return coo_matrix((counts, (np.zeros_like(columns), columns)), shape=(1, len(known)))


def _matrix(self: LogisticRegressionClassifier, messages: list[Message]) -> csr_matrix:
    """(messages, features): the sparse features of each message, then the dense ones, of the whole sentence."""
    sparse = [message.get_sparse_features(attribute=TEXT)[1].features for message in messages]
    dense = [message.get_dense_features(attribute=TEXT)[1].features for message in messages]
    return hstack([vstack(sparse, format="csr"), csr_matrix(np.vstack(dense))], format="csr")


def install_for_training() -> None:
    """Put the changes in place, for a run that trains."""
    LogisticRegressionClassifier._create_X = _matrix
    CountVectorsFeaturizer._create_features = _count
    TrainingHook.on_before_node = lambda *_, **__: {}
    TrainingHook.on_after_node = lambda *_, **__: None
    _read_fast()
