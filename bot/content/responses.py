"""The wording of the chat: Rasa's response files, read once and chosen from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError
from bot.vocabulary import Language, Role

Variation = dict[str, Any]
Responses = dict[str, list[Variation]]

FIREWALL = "utter_firewall"
FIXED = "utter_language_"  # and a code: what is said to who writes in that language
LANGUAGE = "language"  # the slot that a variation in a language is for


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


def conditions(variation: Variation) -> dict[str, Any]:
    """The slots a variation is for, with their values."""
    return {one["name"]: one["value"] for one in variation.get("condition") or []}


def language(variation: Variation) -> str | None:
    """The code of the language a variation is in, when it is not English."""
    return conditions(variation).get(LANGUAGE)


def language_said(name: str, variation: Variation) -> str | None:
    """As `language`; also for the fixed texts to who writes in another, whatever the page is in."""
    return language(variation) or (name.removeprefix(FIXED) if name.startswith(FIXED) else None)


def readers(variation: Variation) -> dict[str, Any]:
    """Whom a variation is for, whatever language it is in."""
    return {name: value for name, value in conditions(variation).items() if name != LANGUAGE}


def choose(variations: list[Variation], facts: Mapping[str, Any]) -> Variation | None:
    """The variation for the reader, then in their language: None when none fits.

    The one with the most conditions that all hold, the first of equals; the language is not counted. Then, of those
    for the same reader, the one in the language, else the English one: who reads comes before what they read best, so
    that nobody gets another's words because they are translated.
    """
    fitting = [one for one in variations if all(facts.get(k) == v for k, v in conditions(one).items())]
    if not fitting:
        return None
    reader = readers(max(fitting, key=lambda one: len(readers(one))))
    same = [one for one in fitting if readers(one) == reader]
    return max(same, key=lambda one: language(one) is not None)


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
    for_this_door = "role" in conditions(chosen)
    return choose(responses[FIREWALL], facts) if guarded and not for_this_door else chosen


def in_languages(responses: Responses, name: str) -> dict[str, str]:
    """What a response says to anybody, by the language of the page."""
    return {
        code.value: str((pick(responses, name, {LANGUAGE: code.value}) or {}).get("text", "")).strip()
        for code in Language
    }


def about(variations: list[Variation], variation: Variation) -> dict[str, Any]:
    """What is noted of a variation: by itself, else by the one it is a translation of, else by the default one."""
    same = [one for one in variations if language(one) is None and readers(one) == readers(variation)]
    noted: dict[str, Any] = {}
    for one in (variations[0], *same, variation):
        noted |= one.get("metadata") or {}
    return noted


def answers(variations: list[Variation], variation: Variation) -> dict[str, str]:
    """What a typed yes and no to this question choose."""
    noted = about(variations, variation)
    return {key: str(noted[key]) for key in ("if_yes", "if_no") if noted.get(key)}


def title(responses: Responses, name: str) -> str:
    """What a button to this response says: the title in the metadata of its default variation."""
    return next((str(v["metadata"]["title"]) for v in responses[name] if (v.get("metadata") or {}).get("title")), name)
