"""The wording of the chat: Rasa's response files, read once and chosen from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError
from bot.vocabulary import Role

Variation = dict[str, Any]
Responses = dict[str, list[Variation]]

FIREWALL = "utter_firewall"


def load(folder: Path) -> Responses:
    """All responses under `folder`. Raises ContentError with every file that can't be read."""
    found: Responses = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            document = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
            for name, variations in document["responses"].items():
                if name in found:
                    problems.append(f"{path.name}: {name} stands in two files")
                found[name] = list(variations)
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            problems.append(f"{path.name}: {' '.join(str(error).split())}")
    if problems:
        raise ContentError(problems)
    return found


def choose(variations: list[Variation], facts: Mapping[str, Any]) -> Variation | None:
    """The variation with the most conditions that all hold; the first of equals; None when none fits."""
    best: Variation | None = None
    for variation in variations:
        conditions = variation.get("condition") or []
        if not all(facts.get(c["name"]) == c["value"] for c in conditions):
            continue
        if best is None or len(conditions) > len(best.get("condition") or []):
            best = variation
    return best


def pick(responses: Responses, name: str, facts: Mapping[str, Any]) -> Variation | None:
    """The variation of a response for a reader; None when there is no such response.

    The firewall: a response whose metadata says `firewall` tells how people hide, leave or gather proof. Behind the
    own-behaviour door it is never shown, whatever button or word led there, unless it has a variation for that door.
    """
    variations = responses.get(name, [])
    chosen = choose(variations, facts)
    if chosen is None or facts.get("role") != Role.OWN_BEHAVIOUR:
        return chosen
    guarded = any((v.get("metadata") or {}).get("firewall") for v in variations)
    for_this_door = any(c["name"] == "role" for c in chosen.get("condition") or [])
    return choose(responses[FIREWALL], facts) if guarded and not for_this_door else chosen


def answers(variations: list[Variation], variation: Variation) -> dict[str, str]:
    """What a typed yes and no to this question choose, by the metadata of the variation or of the default one."""
    about = {**(variations[0].get("metadata") or {}), **(variation.get("metadata") or {})}
    return {key: str(about[key]) for key in ("if_yes", "if_no") if about.get(key)}


def title(responses: Responses, name: str) -> str:
    """What a button to this response says: the title in the metadata of its default variation."""
    return next((str(v["metadata"]["title"]) for v in responses[name] if (v.get("metadata") or {}).get("title")), name)
