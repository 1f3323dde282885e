"""The wording that ships, and the checks that guard it."""

from bot.content.check import problems, wording_problems
from bot.content.reading_age import reading_age
from bot.content.responses import choose, load, pick
from bot.edition import SHIPPED
from bot.settings import ROOT

WORDING = load(SHIPPED.responses)
OLDEST = 11  # years of reading age


def test_the_shipped_content_has_no_problem() -> None:
    """Every response exists, is reachable, short, sourced where it states facts, and free of what must never be said."""
    assert problems(ROOT) == []


def test_reading_age_is_at_most_eleven() -> None:
    """Measured over all wording together, and no single text is far above it."""
    texts = [v["text"] for name, vs in WORDING.items() for v in vs if not name.startswith("utter_language_")]
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
        for nation in (None, "england", "scotland"):
            own = pick(WORDING, name, {"role": "own_behaviour", "nation": nation})
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
