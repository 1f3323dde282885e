"""Rasa component, last of the pipeline: an emergency takes the place of whatever else was understood."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.bootstrap import load_detector
from bot.edition import later
from bot.safety.cues import Screening
from bot.settings import Settings
from bot.vocabulary import Level

if TYPE_CHECKING:
    from bot.safety.detector import Detector

CUE_INTENT = "cue_emergency"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CueReader(GraphComponent):  # type: ignore[misc]  # Rasa has no types
    """Sets `cues` on each message; an emergency becomes the intent and heads the ranking.

    The gateway has screened the message before and says what it found in the metadata; a message that comes
    without is screened here, by the same detector, which is loaded for the first of them.
    """

    def __init__(self, detector: Callable[[], Detector]) -> None:
        self._detector = detector

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CueReader:
        """Made with the detector of this deployment."""
        return cls(later(load_detector, Settings.from_env()))

    def process(self, messages: list[Message]) -> list[Message]:
        """Screen each message that has text."""
        for message in messages:
            text = message.get(TEXT)
            if not text or text.startswith("/"):
                continue
            told = (message.get("metadata") or {}).get("screening")
            screening = Screening.from_json(told) if told else self._detector().screen(text)
            message.set("cues", screening.to_json(), add_to_output=True)
            if screening.level is Level.EMERGENCY:
                intent = {"name": CUE_INTENT, "confidence": 1.0}
                message.set(INTENT, intent, add_to_output=True)
                ranking = [intent, *(message.get(INTENT_RANKING_KEY) or [])]
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
