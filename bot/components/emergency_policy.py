"""Rasa policy: an emergency cue wins over every form, rule and fallback.

RulePolicy flags the predictions of a form as not made for the user's message, and Rasa then drops every
prediction without that flag: a rule for the cue would be swallowed by a form that takes free text. This
prediction carries the flag.
"""

from __future__ import annotations

from typing import Any

from rasa.core.constants import POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components.cue_reader import CUE_INTENT

CARE_ACTION = "action_care_follow_up"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class EmergencyPolicy(Policy):  # type: ignore[misc]  # Rasa has no types
    """Predicts the care action right after a message with an emergency cue, and nothing otherwise."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Above every other policy."""
        return {POLICY_PRIORITY: 7}

    def train(self, training_trackers: list[Any], domain: Domain, **kwargs: Any) -> Resource:
        """Nothing to learn."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The care action with probability 1 and the no-user flag, when its turn has come."""
        probabilities = self._default_predictions(domain)
        message = tracker.latest_message
        due = (
            tracker.latest_action_name == ACTION_LISTEN_NAME
            and message is not None
            and message.intent.get("name") == CUE_INTENT
        )
        if due:
            probabilities[domain.index_for_action(CARE_ACTION)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=due)
