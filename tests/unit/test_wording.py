"""The wording that ships, and the checks that guard it."""

from typing import Any

import pytest

from bot.content.check import problems, wording_problems
from bot.content.reading_age import reading_age
from bot.content.responses import answers, choose, in_languages, language, language_said, load, pick, readers
from bot.edition import SHIPPED
from bot.settings import ROOT
from bot.vocabulary import Language, Role

WORDING = load(SHIPPED.responses)
OLDEST = 11  # years of reading age


def test_the_shipped_content_has_no_problem() -> None:
    """Every response exists, is reachable, short, sourced where it states facts, and free of what must never be said."""
    assert problems(ROOT) == []


def test_reading_age_is_at_most_eleven() -> None:
    """Measured over all wording together, and no single text is far above it."""
    texts = [v["text"] for name, vs in WORDING.items() for v in vs if language_said(name, v) is None]
    assert reading_age("\n".join(texts)) <= OLDEST
    hardest = max(texts, key=reading_age)
    assert reading_age(hardest) <= OLDEST + 3, hardest


def test_a_harder_text_has_a_higher_reading_age() -> None:
    """Long words and sentences count; an empty text counts nothing."""
    assert reading_age("") == 0
    easy, hard = (
        "You can go. It is safe.",
        "Multidisciplinary organisational considerations necessitate evaluation.",
    )
    assert reading_age(easy) < OLDEST < reading_age(hard)


def test_behind_the_own_behaviour_door_no_shelter_and_no_finding() -> None:
    """The firewall: nothing said to someone who harms names refuges, hiding, or ways to find or win back anyone."""
    for name in WORDING:
        shown = pick(WORDING, name, {"role": "own_behaviour"})
        text = shown["text"].lower() if shown else ""
        asked_by_all = name.startswith(("utter_ask", "utter_welcome"))
        for word in ("refuge", "win them back", "hiding place", "where they are now", "moved to"):
            assert asked_by_all or word not in text, f"{name} says {word!r}"


def test_what_is_behind_the_firewall_is_never_shown_to_those_who_harm() -> None:
    """Whatever button leads there; everyone else still reads it."""
    guarded = {name for name, vs in WORDING.items() if any((v.get("metadata") or {}).get("firewall") for v in vs)}
    assert {"utter_safety_plan_after", "utter_tech_safety_more", "utter_evidence_more", "utter_pets"} <= guarded
    for name in guarded:
        for nation, code in ((None, None), ("england", None), ("scotland", "cy")):
            own = pick(WORDING, name, {"role": "own_behaviour", "nation": nation, "language": code})
            assert own in WORDING["utter_firewall"], name
        assert pick(WORDING, name, {"role": "victim"}) in WORDING[name]


def test_the_most_specific_variation_is_chosen() -> None:
    """More conditions that hold win; a condition that fails rules a variation out."""
    england = choose(WORDING["utter_housing"], {"nation": "england", "role": "victim"})
    assert england is not None and "priority need in England" in england["text"]
    own = choose(WORDING["utter_housing"], {"role": "own_behaviour"})
    assert own is not None and "stay away" in own["text"]
    anyone = choose(WORDING["utter_housing"], {})
    assert anyone is not None and "condition" not in anyone


def test_the_checks_find_what_they_are_for() -> None:
    """A response that is too long, banned, unsourced, a stray number or a dead button is named."""
    broken = {name: [dict(v) for v in variations] for name, variations in WORDING.items() if name != "utter_pets"}
    broken["utter_money"][0] |= {
        "text": "just leave " + "word " * 90 + "0808 1234",
        "metadata": {"sensitivity": "factual"},
    }
    broken["utter_greet"][0] |= {"buttons": [{"title": "x", "payload": '/more{"topic": "greet", "part": "nowhere"}'}]}
    found = "\n".join(wording_problems(broken))
    for part in (
        "utter_pets is missing",
        "at most 90",
        "just leave",
        "names no source",
        "0808",
        "utter_greet_nowhere",
    ):
        assert part in found, part


def wording(text: str, **slots: str) -> dict[str, Any]:
    return {"text": text, "condition": [{"type": "slot", "name": n, "value": v} for n, v in slots.items()]}


READ = [
    wording("all"), wording("all cy", language="cy"), wording("own", role="own_behaviour"), wording("wales", nation="wales"),
    wording("wales cy", nation="wales", language="cy"), wording("unsure pl", role="unsure", language="pl"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "read"),
    [
        ({}, "all"),
        ({"language": "cy"}, "all cy"),
        ({"language": "fr"}, "all"),
        ({"language": "cy", "nation": "wales"}, "wales cy"),
        ({"language": "fr", "nation": "wales"}, "wales"),
        ({"language": "cy", "role": "own_behaviour"}, "own"),
        ({"language": "cy", "role": "own_behaviour", "nation": "wales"}, "own"),
        ({"language": "pl", "role": "unsure"}, "unsure pl"),
        ({"role": "unsure"}, "all"),
    ],
)
def test_who_reads_comes_before_what_they_read_best(facts: dict[str, str], read: str) -> None:
    """The language chooses among the wordings for one reader, and never another reader's; English where there is none."""
    chosen = choose(READ, facts)
    assert chosen is not None and chosen["text"] == read


def test_a_translation_asks_what_the_wording_asks_that_it_translates() -> None:
    """A typed yes means the same in every language."""
    both = [
        wording("?") | {"metadata": {"if_yes": "/a"}},
        wording("??", role="unsure") | {"metadata": {"if_yes": "/b"}},
        wording("??? cy", role="unsure", language="cy"),
    ]
    assert answers(both, both[2]) == {"if_yes": "/b"}


def test_the_first_words_are_there_in_welsh_for_a_speaker_to_read() -> None:
    """Behind every door; each says that it has not been read yet, and each has its English."""
    for name in ("utter_welcome", "utter_door", "utter_greet", "utter_person"):
        for role in (None, *Role):
            shown = pick(WORDING, name, {"role": role, "language": "cy"})
            assert shown is not None and language(shown) == "cy", (name, role)
    for name, variations in WORDING.items():
        for one in variations:
            if language(one):
                assert one["metadata"]["review"] == "needs a Welsh speaker", name
                assert any(readers(other) == readers(one) and not language(other) for other in variations), name


def test_a_text_has_words_in_every_language() -> None:
    """English where it has no others."""
    said = in_languages(WORDING, "utter_inbox_first")
    assert set(said) == set(Language) and said["cy"].startswith("Un eithriad") and said["fr"] == said["en"]


def test_the_checks_hold_for_other_languages() -> None:
    """A language nobody knows, a wording nobody is to read, a lost way to safety, a stray number, a banned phrase."""
    broken = {name: [dict(v) for v in variations] for name, variations in WORDING.items()}
    only_there = {"title": "x", "payload": '/more{"topic": "greet", "part": "hidden"}'}
    for name, slots, more in (
        ("utter_money", {"language": "welsh"}, {"metadata": {"review": ""}}),
        ("utter_greet", {"language": "en", "nation": "cymru"}, {"metadata": {"review": ""}}),
        ("utter_pets", {"language": "pl"}, {"text": "Zadzwoń 0808 1234. just leave"}),
        ("utter_cannot_talk", {"language": "pl"}, {"metadata": {"review": ""}, "buttons": [only_there]}),
    ):
        broken[name].append(wording("x", **slots) | more)
    broken["utter_greet_hidden"] = [{"text": "Seen by nobody who reads English."}]
    found = list(wording_problems(broken))
    for part in (
        "utter_money: there is no language called 'welsh': cy, ar",
        "utter_greet: there is no language called 'en'",
        "utter_greet: there is no nation called 'cymru'",
        "utter_pets: the wording in Polish says nothing of who still has to read it",
        "utter_pets: never say 'just leave'",
        "utter_pets: the number 0808",
        "utter_cannot_talk: the wording in Polish lacks the button to /",
        "utter_greet_hidden can't be reached",
    ):
        assert any(problem.startswith(part) for problem in found), (part, found)
