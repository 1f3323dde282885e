"""Rasa's source of wording: of the variations that fit, the most specific one, never one at random."""

from __future__ import annotations

import copy
from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.nlg.interpolator import interpolate_text
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.content.responses import Responses, answers, language, pick


class Wording(NaturalLanguageGenerator):  # type: ignore[misc]  # Rasa has no types
    """Picks from the domain's responses by the slots of the conversation."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        self.responses: Responses = domain.responses if domain else {}

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The response named `utter_action`, its placeholders filled from slots and `kwargs`; None if unknown."""
        slots = tracker.current_slot_values()
        variation = pick(self.responses, utter_action, slots)
        if variation is None:
            return None
        draft = {key: value for key, value in copy.deepcopy(variation).items() if key not in ("condition", "metadata")}
        draft["text"] = interpolate_text(draft.get("text", ""), {**slots, **kwargs})
        custom = answers(self.responses[utter_action], variation)
        if code := language(variation):
            custom["lang"] = code
        if custom:
            draft["custom"] = custom
        return draft
