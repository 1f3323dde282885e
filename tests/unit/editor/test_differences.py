"""A change is told in words, and says who must agree."""

from datetime import date

from bot.editor.differences import approval, differences, grouped, overlaid, runs
from bot.editor.items import Sensitivity
from bot.editor.library import Library
from bot.editor.new import RULES, new_topic
from tests.unit.editor.test_library import LIBRARY, TREE


def test_words_are_told_apart() -> None:
    assert list(runs("ring the line", "ring this line")) == [
        ("same", "ring "),
        ("out", "the"),
        ("in", "this"),
        ("same", " line"),
    ]


def test_a_changed_sentence_is_one_field_of_one_item() -> None:
    item = LIBRARY.items["response.utter_greet.0"]
    change = LIBRARY.change(item.id, {"text": f"{item.values['text']} Welcome."})
    [told] = differences(LIBRARY, Library(overlaid(TREE, change)))
    assert (told.name, told.label, told.runs[-1]) == (item.name, "What the chat says", ("in", " Welcome."))


def test_a_topic_looked_at_on_its_own_is_told_once() -> None:
    change = LIBRARY.change("examples.money", {"checked": "2026-12-01"})
    [told] = differences(LIBRARY, Library(overlaid(TREE, change)))
    assert (told.item, told.label, told.path) == ("examples.money", "Last checked", "data/notes.yml")


def test_facts_want_a_second_person_and_danger_the_lead() -> None:
    weights = {}
    for id, values in (
        ("response.utter_greet.0", {"text": "Hello there."}),
        ("response.utter_housing.0", {"text": "Ask the council."}),
        ("service.respect-phoneline", {"way_0": "0808 802 4041"}),
        ("care.frame", {"urgent": "Call 999."}),
        ("safety_example.new", {"message": "m", "level": "none", "because": "idiom"}),
    ):
        weights[id] = approval(differences(LIBRARY, Library(overlaid(TREE, LIBRARY.change(id, values)))))
    ordinary, *factual, care, example = weights.values()
    assert ordinary is Sensitivity.ORDINARY and set(factual) == {Sensitivity.FACTUAL}
    assert care is example is Sensitivity.SAFETY_CRITICAL


def test_a_file_that_is_taken_away_is_told() -> None:
    told = differences(LIBRARY, Library(overlaid(TREE, {"data/services/frank.yml": None})))
    assert {one.name for one in told} == {LIBRARY.items["service.frank"].name}
    assert approval([]) is Sensitivity.ORDINARY


def test_a_file_weighs_as_much_as_what_it_holds() -> None:
    path = LIBRARY.items["response.utter_housing.0"].path
    [told] = differences(LIBRARY, Library(overlaid(TREE, {path: f"# a remark\n{TREE[path]}"})))
    assert told.sensitivity is Sensitivity.FACTUAL and told.item == "" and ".yml" not in told.name


def test_a_new_topic_is_told_without_the_paths_of_its_files() -> None:
    examples = "\n".join(f"may i dig bed number {n}" for n in range(10))
    change = new_topic(TREE, {"title": "Ponds", "text": "They help.", "examples": examples}, today=date(2026, 11, 26))
    told = differences(LIBRARY, Library(overlaid(TREE, change)))
    assert {one.name for one in told} == {"Ponds", "Example messages: Ponds", "Topics that editors added"}
    other = {**change, RULES: change[RULES] + "- rule: more\n"}
    assert RULES in {one.path for one in differences(LIBRARY, Library(overlaid(TREE, other)))}
    assert list(grouped(told)) == list(dict.fromkeys(one.name for one in told))


def test_where_a_button_leads_is_told_by_its_title() -> None:
    change = LIBRARY.change("response.utter_housing.0", {"button_4": "The little ones", "leads_4": "/children"})
    told = {one.label: one.runs for one in differences(LIBRARY, Library(overlaid(TREE, change)))}
    assert told["leads to"] == tuple(runs("", LIBRARY.items["response.utter_children.0"].title))
