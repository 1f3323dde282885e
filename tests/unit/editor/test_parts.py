"""Wordings for other readers, ready replies and numbers are added and taken away; nothing else of the file changes."""

from pathlib import Path

import pytest
import yaml

from bot.catalogue.record import read_record
from bot.content.care import CareContent
from bot.content.check import reader_problems, variation_problems
from bot.content.replies import load
from bot.editor.differences import approval, differences, overlaid
from bot.editor.filing import examples_in
from bot.editor.items import Sensitivity
from bot.editor.library import Library
from bot.editor.parts import drop_example, drop_number, new_number, new_reply, new_wording, take_away
from bot.editor.sorts import CARE, REPLIES, needs_speaker
from bot.errors import ContentError
from tests.unit.editor.test_library import LIBRARY, TREE

MONEY = LIBRARY.items["response.utter_money.0"]


def test_a_wording_for_other_readers_says_the_same_until_it_is_changed() -> None:
    change, id = new_wording(TREE, MONEY, {"nation": "wales", "role": "unsure"})
    library = Library(overlaid(TREE, change))
    new = library.items[id]
    assert (new.nation, new.role, new.values["text"]) == ("wales", "unsure", MONEY.values["text"])
    assert new.values["leads_0"] == MONEY.values["leads_0"] and new.sensitivity is MONEY.sensitivity
    assert new.checked == MONEY.checked and library.problems == []
    told = differences(LIBRARY, library)
    assert {one.name for one in told} == {new.name} and approval(told) is MONEY.sensitivity


def test_a_wording_in_a_language_is_marked_for_a_speaker_and_its_file_holds() -> None:
    change, id = new_wording(TREE, MONEY, {"nation": "wales", "language": "ur"})
    tree = overlaid(TREE, change)
    new = Library(tree).items[id]
    assert (new.nation, new.language, new.review) == ("wales", "ur", "needs an Urdu speaker")
    assert new.reader == "in Wales, in Urdu" and new.sensitivity is MONEY.sensitivity
    said = yaml.safe_load(change[MONEY.path])["responses"]
    assert list(variation_problems(said["utter_money"][-1])) == []
    assert list(reader_problems(said["utter_money"], said["utter_money"][-1])) == []
    assert take_away(tree, new, []) == {MONEY.path: TREE[MONEY.path]}


@pytest.mark.parametrize("id", [i for i in LIBRARY.items if i.startswith("care.")])
@pytest.mark.parametrize("code", ["cy", "pl"])
def test_emergency_wording_in_a_language_comes_and_goes(id: str, code: str, tmp_path: Path) -> None:
    item = LIBRARY.items[id]
    stem = id.removesuffix(".cy")
    if f"{stem}.{code}" in LIBRARY.items:
        with pytest.raises(ContentError, match="already"):
            new_wording(TREE, item, {"language": code})
        return
    change, new = new_wording(TREE, item, {"language": code, "role": "unsure"})
    library = Library(overlaid(TREE, change))
    made = library.items[new]
    assert new == f"{stem}.{code}" and library.problems == []
    assert {name: made.values[name] for name in made.values if name != "review"} == {
        name: value for name, value in item.values.items() if name != "review"
    }
    assert made.review == needs_speaker(code) and made.sensitivity is Sensitivity.SAFETY_CRITICAL
    (tmp_path / "care.yml").write_text(change[CARE])
    CareContent.load(tmp_path / "care.yml")
    assert {one.id for one in library.siblings(item)} >= {stem, new}
    gone = Library(overlaid(library.tree, take_away(library.tree, made, [])))
    assert set(gone.items) == set(Library(TREE).items) and gone.problems == []


def test_the_english_emergency_wording_stays() -> None:
    with pytest.raises(ContentError, match="not taken away"):
        take_away(TREE, LIBRARY.items["care.emergency"], [])


@pytest.mark.parametrize("id", [i for i in LIBRARY.items if i.startswith("response.") and i.endswith(".0")][::20])
def test_a_wording_comes_and_goes_without_a_trace(id: str) -> None:
    item = LIBRARY.items[id]
    change, new = new_wording(TREE, item, {"nation": "elsewhere", "role": "unsure"})
    tree = overlaid(TREE, change)
    library = Library(tree)
    assert take_away(tree, library.items[new], library.siblings(item))[item.path].rstrip("\n") == TREE[
        item.path
    ].rstrip("\n")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "for whom"),
        ({"nation": "atlantis"}, "for whom"),
        ({"language": "en"}, "for whom"),
        ({"language": "welsh"}, "for whom"),
        ({"role": "own_behaviour"}, "already"),
    ],
)
def test_what_is_wrong_with_a_wording_is_said(values: dict[str, str], said: str) -> None:
    item = next(i for i in LIBRARY.items.values() if i.role == "own_behaviour" and not i.nation)
    with pytest.raises(ContentError, match=said):
        new_wording(TREE, item, values)


def test_what_is_wrong_with_a_language_is_said() -> None:
    for id, values, said in (
        ("care.urgent", {}, "in which language"),
        ("response.utter_welcome.0", {"language": "cy"}, "already"),
        ("response.utter_language_pl.0", {"language": "cy"}, "one language"),
    ):
        with pytest.raises(ContentError, match=said):
            new_wording(TREE, LIBRARY.items[id], values)


def test_how_people_get_away_is_never_worded_for_who_may_hurt_them() -> None:
    with pytest.raises(ContentError, match="never shown"):
        new_wording(TREE, LIBRARY.items["response.utter_evidence_more.0"], {"role": "own_behaviour", "language": "cy"})


def test_a_wording_taken_away_is_told_as_its_own_words_alone() -> None:
    gone = LIBRARY.items["response.utter_housing.1"]
    change = take_away(TREE, gone, LIBRARY.siblings(gone))
    told = differences(LIBRARY, Library(overlaid(TREE, change)))
    assert {one.name for one in told} == {gone.name}
    assert {kind for one in told for kind, _ in one.runs} == {"out"}
    assert approval(told) is Sensitivity.FACTUAL


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("response.utter_money.0", "not taken away"),
        ("care.frame", "not taken away"),
        ("service.samaritans", "not taken away"),
        ("reply.danger", "emergency number"),
    ],
)
def test_what_everyone_else_reads_and_ways_to_safety_stay(id: str, said: str) -> None:
    with pytest.raises(ContentError, match=said):
        take_away(TREE, LIBRARY.items[id], [])


def test_a_wording_with_the_only_way_out_stays() -> None:
    first, gone = MONEY, LIBRARY.items["response.utter_housing.1"]
    buttons = LIBRARY.change(gone.id, {"button_4": "Leave quickly", "leads_4": "/leave_quickly"})
    library = Library(overlaid(TREE, buttons))
    with pytest.raises(ContentError, match="way to safety"):
        take_away(library.tree, library.items[gone.id], [first, library.items[gone.id]])


def test_a_ready_reply_comes_and_goes(tmp_path: Path) -> None:
    change = new_reply(TREE, {"title": "Thank you", "when": "closing", "text": "Thank you: {name} here."})
    (tmp_path / "replies.yml").write_text(change[REPLIES])
    assert load(tmp_path / "replies.yml")[-1].key == "thank_you"
    tree = overlaid(TREE, change)
    assert take_away(tree, Library(tree).items["reply.thank_you"], []) == {REPLIES: TREE[REPLIES]}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": ""}, "Title"), ({"text": " "}, "Text"), ({"when": "now"}, "When must be"), ({"title": "Hello"}, "already"),
        ({"title": "123"}, "letters"), ({"text": "{age}"}, "can't be filled in"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_ready_reply_is_said(values: dict[str, str], said: str) -> None:
    with pytest.raises(ContentError, match=said):
        new_reply(TREE, {"title": "Thanks", "when": "during", "text": "Thanks.", **values})


def test_a_service_gets_one_more_number(tmp_path: Path) -> None:
    item = LIBRARY.items["service.samaritans"]
    [(path, text)] = new_number(TREE, item, "0808 164 0123").items()
    (tmp_path / Path(path).name).write_text(text)
    service, problems = read_record(tmp_path / Path(path).name)
    assert problems == [] and service is not None and service.channels[-1].number == "0808 164 0123"
    assert set(text.splitlines()) - set(TREE[path].splitlines()) == {"  - phone: 0808 164 0123", "    hours: unknown"}
    for number, said in (("116123", "already"), ("call me", "no telephone number")):
        with pytest.raises(ContentError, match=said):
            new_number(TREE, item, number)


def test_a_number_of_a_service_goes_and_is_told_as_it_alone() -> None:
    item = LIBRARY.items["service.dogs-trust-freedom"]
    change = drop_number(LIBRARY, item, "08000834322")
    after = Library(overlaid(TREE, change))
    assert set(TREE[item.path].splitlines()) - set(change[item.path].splitlines()) == {
        "  - phone: 0800 083 4322", "    area: Yorkshire",
    }  # fmt: skip
    told = differences(LIBRARY, after)
    assert [(one.label, one.runs) for one in told] == [
        ("Phone (Yorkshire)", (("out", "0800 083 4322"),)), ("Open (phone)", (("out", "unknown"),)),
    ]  # fmt: skip
    assert approval(told) is Sensitivity.FACTUAL and after.problems == []


def test_a_number_comes_and_goes_without_a_trace() -> None:
    item = LIBRARY.items["service.samaritans"]
    library = Library(overlaid(TREE, new_number(TREE, item, "0808 164 0123")))
    change = drop_number(library, library.items[item.id], "0808 164 0123")
    assert change == {item.path: TREE[item.path]}


@pytest.mark.parametrize(
    ("id", "number", "said"),
    [
        ("service.samaritans", "116 123", "only number .* rung"),
        ("service.shout", "85258", "only number .* texted"),
        ("service.emergency-services", "999", "stands in words"),
        ("service.samaritans", "0808 164 0123", "not there any more"),
        ("service.samaritans", "", "not there any more"),
    ],
)
def test_a_number_that_must_stay_says_why(id: str, number: str, said: str) -> None:
    with pytest.raises(ContentError, match=said):
        drop_number(LIBRARY, LIBRARY.items[id], number)


@pytest.mark.parametrize(
    ("id", "field"),
    [("service.mens-advice-line", "about"), ("reply.danger", "text"), ("response.utter_money.0", "text"), ("care.frame", "urgent")],
)  # fmt: skip
def test_a_number_that_anything_says_stays(id: str, field: str) -> None:
    """Also when the words are in another file; a remark of the file's writers is no wording."""
    samaritans, item = LIBRARY.items["service.samaritans"], LIBRARY.items[id]
    remarked = {path: f"# 0808 164 0123\n{text}" for path, text in ((item.path, TREE[item.path]),)}
    tree = {**TREE, **remarked, **new_number(TREE, samaritans, "0808 164 0123")}
    library = Library(tree)
    assert drop_number(library, library.items[samaritans.id], "0808 164 0123")
    said = Library({**tree, **library.change(id, {field: "Ring 0808 164 0123."})})
    with pytest.raises(ContentError, match=r"stands in words too: take it out of “\w+"):
        drop_number(said, said.items[samaritans.id], "0808 164 0123")


def test_an_example_is_taken_out_wherever_it_stands_and_nothing_else() -> None:
    """Who reviews the change sees the line that went; the topic has one message less, and every other topic what it had."""
    money = LIBRARY.items["examples.money"]
    message = LIBRARY.others("money")[3]
    change = drop_example(TREE, money, message)
    library = Library(overlaid(TREE, change))
    assert library.others("money") == [one for one in LIBRARY.others("money") if one != message]
    assert library.others("housing") == LIBRARY.others("housing")
    told = differences(LIBRARY, library)
    assert {(one.name, one.runs) for one in told} == {("Example messages", (("out", f"    - {message}"),))}
    assert approval(told) is Sensitivity.ORDINARY
    with pytest.raises(ContentError, match="not there any more"):
        drop_example(library.tree, money, message)


def test_with_the_last_example_goes_what_held_it() -> None:
    """An entry without messages, or a file without entries, is nothing that can be learnt from."""
    path, housing = "data/nlu/a/few.yml", LIBRARY.items["examples.housing"]
    entry = "- intent: {0}\n  metadata: {{voice: a_few}}\n  examples: |\n    - {1}\n"
    both = 'version: "3.1"\nnlu:\n' + entry.format("housing", "a bed") + entry.format("money", "a bed")
    left = drop_example({path: both}, housing, "a bed")[path]
    assert left is not None and list(examples_in(left)) == [("money", "a bed")]
    assert len(yaml.safe_load(left)["nlu"]) == 1
    assert drop_example({path: both.partition("- intent: money")[0]}, housing, "a bed") == {path: None}
