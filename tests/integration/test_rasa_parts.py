"""What is changed in Rasa still fits the Rasa that is installed."""

import subprocess
import sys

import pytest

from bot.components import lean

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
import rasa.core.agent, rasa.model_training, rasa.core.actions.action as action
assert "tensorflow" not in sys.modules
assert hasattr(action.RemoteAction, "_validate_action_result") and hasattr(action.RemoteAction, "_action_call_format")
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
