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
from bot.components.hosting import load_agent
agent, _ = load_agent(settings)
import numpy as np
from rasa.core.channels.channel import UserMessage
from rasa.engine.runner.dask import DaskGraphRunner
from bot.bootstrap import load_detector
from bot.components.encoder_featurizer import TOLD, Told
from bot.components.graph import GraphRunner
assert type(agent.processor.graph_runner) is GraphRunner
detector = load_detector(settings)

def parse(text):
    return asyncio.run(agent.processor.parse_message(UserMessage(text, metadata={})))["intent_ranking"]

for text in ("can the council help me", "my wife took my keys again", "how do i stop shouting"):
    read = detector.read(text).whole
    numbers = np.concatenate([read.vector, np.array(list(read.scores["role"].values()))]).astype(np.float32)
    TOLD.set(None)
    own = parse(text)
    TOLD.set(Told(text=text, features=numbers))
    told = parse(text)
    type(agent.processor.graph_runner).run, ours = DaskGraphRunner.run, GraphRunner.run
    stock = parse(text)
    GraphRunner.run = ours
    for one in (told, stock):
        assert [r["name"] for r in own] == [r["name"] for r in one]
        assert all(abs(a["confidence"] - b["confidence"]) < 1e-5 for a, b in zip(own, one))
    TOLD.set(Told(text=text, features=np.zeros_like(numbers)))
    assert parse(text + " please") != told, "numbers of another text were taken"
print("same")
"""


def test_what_the_gateway_read_gives_the_same_topics() -> None:
    """The numbers sent along, and the order worked out once, change nothing of what Rasa understands."""
    command = [sys.executable, "-W", "ignore", "-c", READ_TWICE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == "same", done.stderr[-1500:]
