"""Rasa's look-up of rules, without what no rule here asks of a conversation.

`RulePolicy._find_action_from_rules` makes the states of the whole conversation for the words of a message, for its intent and
after each action, and tries every rule on every state. Here each rule names the intent of its last state: only those of
the intent are tried, none for words alone, and the states before are made when one of them goes further back.
"""

from __future__ import annotations

import json
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT

from bot.errors import ModelError

Rules = dict[str, str]
Found = tuple[str | None, str | None, bool]


def by_intent(rules: Rules) -> dict[str, Rules]:
    """The rules of a trained policy, the states of each by its action, under the intents they end with. Raises ModelError."""
    found: dict[str, Rules] = {}
    for states, action in rules.items():
        intent = json.loads(states)[-1].get(USER, {}).get(INTENT)
        if intent is None:
            raise ModelError(f"a rule that ends with {action} answers no intent: name the intent it answers")
        found.setdefault(intent, {})[states] = action
    return found


def find(self: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool) -> Found:
    """The action of the rule that fits, the states of the rule, and that no form goes on."""
    now: dict[str, Any] = domain.get_active_state(tracker)
    rules: Rules = self.by_intent.get(now.get(USER, {}).get(INTENT), {})
    fitting = [] if use_text_for_last_user_input else [rule for rule in rules if self._is_rule_applicable(rule, 0, now)]
    if any(len(self._rule_key_to_state(rule)) > 1 for rule in fitting):
        states = self._prediction_states(tracker, domain, rule_only_data=self._get_rule_only_data())
        fitting = self._get_possible_keys(dict.fromkeys(fitting, ""), states)
    best = max(fitting, key=len, default="")
    return rules.get(best), best, False
