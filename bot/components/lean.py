"""Keeps out of memory what Rasa imports but this assistant never runs: TensorFlow and foreign channels.

Call `install()` before the first import of Rasa. It saves about seven seconds at start and 400 MB. Rasa's
default recipe names every component it ships, so those of TensorFlow are stood in for by empty classes;
the same for chat channels of other companies. skops, which reads the classifier, trusts a list of types that it
gathers by looking for some thousand names in every module there is; here it trusts what a classifier holds.

Read in Rasa 3.6.21; `tests/integration/test_rasa_parts.py` fails when its layout changes.
"""

import os
import sys
import warnings
from collections.abc import Mapping
from types import ModuleType

STAND_INS: dict[str, tuple[str, ...]] = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
    "rasa.nlu.classifiers.diet_classifier": ("DIETClassifier",),
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": ("ConveRTFeaturizer",),
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": ("LanguageModelFeaturizer",),
    "rasa.nlu.selectors.response_selector": ("ResponseSelector",),
    "rasa.core.policies.ted_policy": ("TEDPolicy",),
    "rasa.core.policies.unexpected_intent_policy": ("UnexpecTEDIntentPolicy",),
    "rasa.core.channels.socketio": ("SocketIOInput",),
    "rasa.core.channels.botframework": ("BotFrameworkInput",),
    "rasa.core.channels.facebook": ("FacebookInput",),
    "rasa.core.channels.mattermost": ("MattermostInput",),
    "rasa.core.channels.rocketchat": ("RocketChatInput",),
    "rasa.core.channels.slack": ("SlackInput",),
    "rasa.core.channels.telegram": ("TelegramInput",),
    "rasa.core.channels.twilio": ("TwilioInput",),
    "rasa.core.channels.twilio_voice": ("TwilioVoiceInput",),
    "rasa.core.channels.webexteams": ("WebexTeamsInput",),
    "rasa.core.channels.hangouts": ("HangoutsInput",),
    "rasa.core.channels.rasa_chat": ("RasaChatInput",),
}

TRUSTED_TYPES = {
    "PRIMITIVE_TYPE_NAMES": [f"builtins.{kind.__name__}" for kind in (int, float, str, bool)],
    "SKLEARN_ESTIMATOR_TYPE_NAMES": ["sklearn.linear_model._logistic.LogisticRegression"],
    "SCIPY_UFUNC_TYPE_NAMES": [],
    "NUMPY_UFUNC_TYPE_NAMES": [],
    "NUMPY_DTYPE_TYPE_NAMES": ["numpy.float32", "numpy.float64", "numpy.int32", "numpy.int64"],
}


def _stand_in(name: str) -> type:
    return type(name, (), {"name": classmethod(lambda cls: cls.__name__)})


def install() -> None:
    """Put the stand-ins in place, once. Raises RuntimeError when Rasa was imported before."""
    if all(getattr(sys.modules.get(module), "stand_in", False) for module in STAND_INS):
        return
    if "rasa" in sys.modules:
        raise RuntimeError("bot.components.lean must be installed before Rasa is imported")
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # Rasa's libraries warn about each other, which tells nobody who reads these lines anything.
    warnings.showwarning = lambda *_, **__: None
    # SQLAlchemy 1.4, which Rasa pins, warns of a major version nobody here moves to.
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    for module, names in STAND_INS.items():
        _put(module, {name: _stand_in(name) for name in names})
    _put("skops.io._trusted_types", TRUSTED_TYPES)


def _put(module: str, names: Mapping[str, object]) -> None:
    stub = ModuleType(module)
    stub.stand_in = True  # type: ignore[attr-defined]  # how a second call knows
    for name, value in names.items():
        setattr(stub, name, value)
    sys.modules[module] = stub
