"""Keeps out of memory what Rasa imports but this assistant never runs: TensorFlow and foreign channels.

Call `install()` before the first import of Rasa. It saves about seven seconds at start and 400 MB. Rasa's
default recipe names every component it ships, so those of TensorFlow are stood in for by empty classes;
the same for chat channels of other companies. Read in Rasa 3.6.21; `tests/integration/test_rasa_parts.py` fails
when its layout changes.
"""

import os
import sys
import warnings
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
        stub = ModuleType(module)
        stub.stand_in = True  # type: ignore[attr-defined]  # how a second call knows
        for name in names:
            setattr(stub, name, _stand_in(name))
        sys.modules[module] = stub
