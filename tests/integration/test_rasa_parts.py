"""What is changed in Rasa still fits the Rasa that is installed."""

import subprocess
import sys

import pytest

from bot.components import lean
from bot.settings import ROOT

SCRIPT = """
import importlib, importlib.util, sys
from bot.components import lean
lean.install()
for module, names in lean.STAND_INS.items():
    stub = sys.modules.pop(module)
    assert importlib.util.find_spec(module) is not None, module
    source = importlib.util.find_spec(module).loader.get_source(module)
    for name in names:
        assert "class " + name in source, (module, name)
    sys.modules[module] = stub
import rasa.core.agent, rasa.core.processor, rasa.model_training, rasa.core.actions.action as action
assert "tensorflow" not in sys.modules
assert hasattr(action.RemoteAction, "_validate_action_result") and hasattr(action.RemoteAction, "_action_call_format")
assert hasattr(rasa.core.processor, "DaskGraphRunner")
print("fits")
"""


def test_the_stand_ins_stand_for_what_is_there() -> None:
    """Every stand-in names a module and class that Rasa has, and TensorFlow stays out of memory."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "fits", done.stderr[-800:]


def test_installing_after_rasa_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too late is said at once, not found out by a slow start."""
    for module in lean.STAND_INS:
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "rasa", object())
    with pytest.raises(RuntimeError, match="before Rasa"):
        lean.install()


READ_TWICE = """
import asyncio, sys
from bot import observability
from bot.settings import Settings
settings = Settings.from_env()
observability.configure(settings, part="test")
from bot.components import lean
lean.install()
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier as Classifier
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer as Counter
rasas_own = Classifier.process, Counter._create_features
from bot.components.hosting import load_agent
agent, _ = load_agent(settings)
import numpy as np
assert not {"spacy", "onnxruntime"} & set(sys.modules), "what the gateway has read needs no second reader"
from rasa.core.channels.channel import UserMessage
from rasa.engine.runner.dask import DaskGraphRunner
from bot.bootstrap import load_detector
from bot.components.encoder_featurizer import TOLD, Told
from bot.components.graph import GraphRunner
assert type(agent.processor.graph_runner) is GraphRunner
detector = load_detector(settings)
nodes = agent.processor.graph_runner._instantiated_nodes.values()
(classifier,) = [node._component for node in nodes if hasattr(node._component, "clf")]
ours = GraphRunner.run, Classifier.process, Counter._create_features

def take(run, process, count):
    GraphRunner.run, Classifier.process, Counter._create_features = run, process, count

def parse(text):
    return asyncio.run(agent.processor.parse_message(UserMessage(text, metadata={})))["intent_ranking"]

for text in ("can the council help me", "my wife took my keys again", "how do i stop shouting"):
    read = detector.read(text).whole
    numbers = read.features
    TOLD.set(None)
    own = parse(text)
    TOLD.set(Told(text=text, features=numbers))
    told = parse(text)
    take(DaskGraphRunner.run, *rasas_own)
    classifier.clf.coef_ = classifier.rows.T.astype(np.float64)
    stock = parse(text)
    classifier.clf.coef_ = None
    take(*ours)
    for one in (told, stock):
        assert [r["name"] for r in own] == [r["name"] for r in one]
        assert all(abs(a["confidence"] - b["confidence"]) < 1e-5 for a, b in zip(own, one))
    TOLD.set(Told(text=text, features=np.zeros_like(numbers)))
    assert parse(text + " please") != told, "numbers of another text were taken"
print("same")
"""


def test_what_the_gateway_read_gives_the_same_topics() -> None:
    """The numbers sent along, the order worked out once and the layout of the weights change nothing of what Rasa understands."""
    command = [sys.executable, "-W", "ignore", "-c", READ_TWICE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == "same", done.stderr[-1500:]


MATRIX = """
from bot.components import lean
lean.install()
import rasa.model_training
import numpy as np
from scipy.sparse import csr_matrix
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from bot.components import patches
chance = np.random.default_rng(7)
messages = []
for row in range(5):
    message = Message({TEXT: "a b"})
    for origin, width in (("words", 4), ("letters", 6)):
        for kind, rows in ((FEATURE_TYPE_SEQUENCE, 2), (FEATURE_TYPE_SENTENCE, 1)):
            counts = csr_matrix(chance.integers(0, 2, (rows, width)))
            message.add_features(Features(counts, kind, TEXT, origin))
            if origin == "words":
                message.add_features(Features(chance.random((rows, 3)), kind, TEXT, "encoder"))
    messages.append(message)
theirs = LogisticRegressionClassifier._create_X(None, messages)
ours = patches._matrix(None, messages)
assert ours.shape == (5, 13) and np.array_equal(theirs.toarray(), ours.toarray())
print("fits")
"""


def test_the_training_matrix_is_rasas_own() -> None:
    """Put together at once, it has the numbers that Rasa puts together message by message."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", MATRIX], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "fits", done.stderr[-800:]


READ_FAST = """
import tarfile
from bot import observability
from bot.settings import Settings
observability.configure(Settings.from_env(), part="test")
from bot.components import lean
lean.install()
import rasa.core.agent
from rasa.shared.core.domain import Domain
from rasa.shared.utils import io
from bot.components import patches
from bot.edition import edition
with tarfile.open(edition().models / "rasa" / "fingerpost.tar.gz") as model:
    (name,) = [name for name in model.getnames() if name.endswith("domain.yml")]
    text = model.extractfile(name).read().decode()
theirs = io.read_yaml(text)
patches.install()
assert io.read_yaml(text) == theirs, "libyaml reads another domain"
import skops.io
assert not skops.io._general.SCIPY_UFUNC_TYPE_NAMES, "the list of trusted types was gathered after all"
print("same")
"""


def test_the_domain_is_read_as_rasa_reads_it() -> None:
    """The fast reader finds in the trained domain what Rasa's own finds (yes and no stay words)."""
    command = [sys.executable, "-W", "ignore", "-c", READ_FAST]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == "same", done.stderr[-1500:]


RULED = """
import inspect
from bot import observability
from bot.settings import Settings
settings = Settings.from_env()
observability.configure(settings, part="test")
from bot.components import lean
lean.install()
from rasa.core import processor
from rasa.core.policies.rule_policy import RulePolicy
theirs = RulePolicy._find_action_from_rules
from bot.components.hosting import load_agent
agent, _ = load_agent(settings)
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from bot.components import rules
from bot.errors import ModelError
nodes = agent.processor.graph_runner._instantiated_nodes.values()
(policy,) = [node._component for node in nodes if isinstance(node._component, RulePolicy)]
domain = agent.processor.domain
assert not domain.form_names, "a form goes on without a rule"
tracker = DialogueStateTracker("one", domain.slots)
tracker.update_with_events([ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")], domain)

def predict():
    found = []
    for find in theirs, rules.find:
        RulePolicy._find_action_from_rules = find
        found.append(vars(policy.predict_action_probabilities(tracker, domain)))
    assert found[0] == found[1], found
    return domain.action_names_or_texts[found[0]["probabilities"].index(max(found[0]["probabilities"]))]

predict()
met = set()
for intent in [*domain.intents, "no_such_intent"]:
    tracker.update(UserUttered("a b", {"name": intent, "confidence": 1.0}), domain)
    while (action := predict()) not in ("action_listen", "action_not_understood"):
        met.add(action)
        tracker.update_with_events([ActionExecuted(action), SlotSet("not_understood", len(met))], domain)
    tracker.update_with_events([ActionExecuted("action_not_understood")], domain)
    met.add(predict())
    tracker.update(ActionExecuted("action_listen"), domain)
assert len(met) > 4, met

ours, slow = tracker.copy(), tracker.travel_back_in_time(float("inf"))
assert ours.current_state(EventVerbosity.ALL) == slow.current_state(EventVerbosity.ALL)
ours.update(SlotSet("not_understood", 77))
assert tracker.get_slot("not_understood") != 77 and len(tracker.events) < len(ours.events)
source = inspect.getsource(processor)
assert source.count("copy.") == source.count("=copy.deepcopy("), "copied for more than a debug line"
try:
    rules.by_intent({'[{"prev_action": {"action_name": "action_listen"}}]': "utter_x"})
except ModelError as error:
    assert "utter_x" in str(error)
else:
    raise AssertionError("a rule without an intent was taken")
print("same")
"""


def test_the_rules_say_what_rasa_would() -> None:
    """Looked up by intent, they give Rasa's own predictions; a tracker copied at once is as one that lived all its events."""
    command = [sys.executable, "-W", "ignore", "-c", RULED]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == "same", done.stderr[-1500:]
