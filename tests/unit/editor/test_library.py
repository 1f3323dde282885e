"""Every kind of content is found as items, changed in plain fields, and checked in plain words."""

from datetime import date

import pytest

from bot.content.examples import load_safety
from bot.content.noted import NOTES
from bot.edition import SHIPPED
from bot.editor.commands import wholes
from bot.editor.history import TREES
from bot.editor.items import Sensitivity, Sort
from bot.editor.library import Library
from bot.editor.yaml_edit import load, value_at
from bot.errors import ContentError

TREE = {
    path.relative_to(SHIPPED.root).as_posix(): path.read_text("utf-8")
    for tree in TREES
    for path in sorted((SHIPPED.root / tree).rglob("*"))
    if path.suffix in (".yml", ".json", ".txt")
}
LIBRARY = Library(TREE)


def changed_lines(change: dict[str, str]) -> set[str]:
    return {
        line for path, text in change.items() for line in set(text.splitlines()) - set(TREE.get(path, "").splitlines())
    }


def test_all_content_is_there() -> None:
    assert LIBRARY.items and LIBRARY.problems == []
    assert {item.sort for item in LIBRARY.items.values()} == set(Sort)


def test_an_item_that_is_not_touched_changes_nothing() -> None:
    for id, item in LIBRARY.items.items():
        if item.sort is not Sort.SAFETY_EXAMPLE:
            assert LIBRARY.change(id, item.values) == {}, id


def test_words_topic_nation_and_day_find_it() -> None:
    [found] = [item for item in LIBRARY.find("priority need", nation="wales") if item.nation == "wales"]
    assert found.topic == "housing" and found.reader == "in Wales"
    assert all(item.topic == "money" for item in LIBRARY.find(topic="money"))
    assert LIBRARY.find(due_by=date(2020, 1, 1)) == []
    assert LIBRARY.find("respect phoneline", sort="service")[0].id == "service.respect-phoneline"


def test_what_is_in_a_language_is_found_by_it_in_plain_words_and_by_who_has_to_read_it() -> None:
    welsh = LIBRARY.find(language="cy", sort="response")
    assert welsh and all("in Welsh" in item.name or "writes in Welsh" in item.name for item in welsh)
    assert {item.id for item in LIBRARY.find("welsh door")} & {item.id for item in welsh}
    unread = LIBRARY.find(unread=True)
    assert {item.sort for item in unread} == {Sort.RESPONSE, Sort.CARE, Sort.PAGE_TEXT}
    assert all(item.review.startswith("needs a") and item.language != "en" for item in unread)
    read = Library({**TREE, **LIBRARY.change("care.emergency.cy", {"review": ""})})
    assert {item.id for item in LIBRARY.find(unread=True)} - {item.id for item in read.find(unread=True)} == {
        "care.emergency.cy", "care.urgent.cy", "care.frame.cy",
    }  # fmt: skip
    page = LIBRARY.change("page_text.cy.chat", {"review": ""})
    assert Library({**TREE, **page}).items["page_text.cy.page"].review == ""


def test_reading_age_is_told_of_english_alone_and_a_translation_is_remembered() -> None:
    def told(id: str) -> str:
        return " ".join(note.text for note in LIBRARY.check(id, {}))

    assert "said in Welsh too" in told("response.utter_welcome.0") and "about" in told("response.utter_welcome.0")
    assert "known of English only" in told("response.utter_welcome.1") and "too" not in told("response.utter_welcome.1")
    assert "Nobody who speaks Welsh has read this" in told("care.urgent.cy") and "in Welsh too" in told("care.urgent")
    assert "Welsh" not in told("care.kinds.weapon")


def test_a_preview_is_in_the_language_of_the_wording() -> None:
    assert LIBRARY.preview("response.utter_welcome.1", {}).language == "cy"


def test_emergency_wording_is_read_with_what_is_typed() -> None:
    typed = LIBRARY.care("care.emergency.cy", {"writer": "Ffoniwch 999.\r\n\r\nNawr."})
    assert typed.languages["cy"].emergency["writer"] == ("Ffoniwch 999.", "Nawr.")
    assert typed.emergency == LIBRARY.care("care.frame", {}).emergency


def test_a_visitor_reads_the_wording_that_the_chat_picks() -> None:
    """By nation and door, before language; how people get away is never read behind the own-behaviour door."""
    assert LIBRARY.read_by("response.utter_housing.0", {"nation": "wales", "role": "victim"}).nation == "wales"
    assert LIBRARY.read_by("response.utter_housing.2", {"nation": "", "role": ""}).id == "response.utter_housing.0"
    guarded = next(id for id in LIBRARY.items if id.startswith("response.utter_safety_plan."))
    hidden = LIBRARY.read_by(guarded, {"role": "own_behaviour", "nation": "wales"})
    assert hidden.id.startswith("response.utter_firewall.") or hidden.role == "own_behaviour"
    for id, item in LIBRARY.items.items():
        if item.sort is Sort.RESPONSE and item.nation and not item.language:
            assert LIBRARY.read_by(id, {"nation": item.nation, "role": item.role}).id == id


def test_one_sentence_changes_and_nothing_else() -> None:
    item = LIBRARY.items["response.utter_housing.1"]
    change = LIBRARY.change(item.id, {"text": item.values["text"].replace("single men too", "a single man too")})
    assert changed_lines(change) and all("single man too" in line for line in changed_lines(change))


def test_a_button_is_added_and_needs_a_place() -> None:
    id = "response.utter_housing.0"
    change = LIBRARY.change(id, {"button_4": "The little ones", "leads_4": "/children"})
    assert "    - title: The little ones" in changed_lines(change)
    with pytest.raises(ContentError, match="both"):
        LIBRARY.change(id, {"button_4": "The little ones"})


def test_a_phone_number_and_hours_are_changed_in_place() -> None:
    item = LIBRARY.items["service.respect-phoneline"]
    assert item.sensitivity is Sensitivity.FACTUAL
    change = LIBRARY.change(item.id, {"way_0": "0808 802 4041", "hours_0": "mon-fri: 10:00-17:00\r\nsat: closed"})
    assert "  - phone: 0808 802 4041" in changed_lines(change)
    with pytest.raises(ContentError, match="days"):
        LIBRARY.change(item.id, {"hours_0": "mon-fri: 10:00-17:00\nwhenever"})


def test_emergency_lines_and_the_way_out_cant_be_emptied() -> None:
    for id, field in (
        ("care.emergency", "writer"),
        ("page_text.en.chat", "leave"),
        ("care.kinds.strangulation", "writer"),
        ("care.emergency.cy", "self"),
    ):
        assert LIBRARY.items[id].sensitivity is Sensitivity.SAFETY_CRITICAL
        with pytest.raises(ContentError, match="empty"):
            LIBRARY.change(id, {field: " \n "})


def test_a_way_to_safety_cant_be_taken_from_the_buttons() -> None:
    for item in LIBRARY.find(sort="response"):
        for number in range(5):
            if item.values[f"leads_{number}"] in ("/leave_quickly", "/unsafe_now"):
                with pytest.raises(ContentError, match="must stay"):
                    LIBRARY.change(item.id, {f"button_{number}": "", f"leads_{number}": ""})
                return
    raise AssertionError("no such button")


def test_examples_are_kept_one_a_line() -> None:
    [text] = LIBRARY.change("examples.housing", {"lines": "somewhere to kip\n\n- a room (any)"}).values()
    assert text.count("    - ") == 2 and "- intent: housing" in text
    again = Library({**TREE, "data/nlu/editors/housing.yml": text})
    assert again.items["examples.housing"].values["lines"] == "somewhere to kip\na room any"


def test_a_labelled_message_reads_as_the_loader_wants_it(tmp_path: object) -> None:
    given = {"message": "she had me by the throat", "level": "urgent", "kind": "strangulation", "direction": "to_writer",
             "time": "recent", "words": "by the throat"}  # fmt: skip
    [text] = LIBRARY.change("safety_example.new", given).values()
    (tmp_path / "editors.yml").write_text(text)  # type: ignore[operator]
    assert load_safety(tmp_path)[0].cues[0].kind == "strangulation"  # type: ignore[arg-type]
    with pytest.raises(ContentError, match="Copy the words"):
        LIBRARY.change("safety_example.new", {**given, "words": "round the neck"})
    with pytest.raises(ContentError, match="what kind"):
        LIBRARY.change("safety_example.new", {**given, "kind": ""})


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"text": "Just leave him, ring 0808 157 0199!"}, ["never say", "no number of the catalogue", "no place here"]),
        ({"text": "word " * 95}, ["95 words"]),
        ({"source": ""}, ["where they come from"]),
        ({"button_0": "x" * 40, "leads_0": "/housing"}, ["at most 34"]),
        ({"button_0": "Gone", "leads_0": "/nowhere"}, ["leads nowhere"]),
    ],
)
def test_what_stops_a_response_is_said_as_it_is_typed(values: dict[str, str], expected: list[str]) -> None:
    item = LIBRARY.items["response.utter_housing.0"]
    notes = [note.text for note in LIBRARY.check(item.id, {**item.values, **values}) if note.stops]
    for part in expected:
        assert any(part in note for note in notes), notes


def test_shipped_responses_have_nothing_that_stops_them() -> None:
    numbers = {"999", "112", "111", "101", "0808 802 4040"}
    for item in LIBRARY.find(sort="response"):
        assert [n.text for n in LIBRARY.check(item.id, item.values, numbers=numbers) if n.stops] == [], item.id


def test_the_preview_is_what_the_chat_shows() -> None:
    seen = LIBRARY.preview("response.utter_housing.0", {"text": "Hello.", "button_0": "One"})
    assert seen.text == "Hello." and seen.buttons[0] == "One"


@pytest.mark.parametrize("id", ["care.emergency", "care.kinds.weapon", "care.urgent.cy", "handoff.says", "reply.hello"])
def test_what_is_looked_at_as_a_whole_gets_its_day_from_any_part(id: str) -> None:
    change = LIBRARY.change(id, {"checked": "2026-12-01", "review_due": "2027-03-01"})
    after = Library({**TREE, **change})
    assert after.items[id].checked == date(2026, 12, 1) and len(changed_lines(change)) == 2
    assert {after.items[one].review_due for one in after.items if one.startswith(id.split(".", maxsplit=1)[0])} == {
        date(2027, 3, 1)
    }


def test_who_looks_after_ready_replies_and_words_of_the_page_is_changed_and_what_is_due_is_found() -> None:
    """One note a file: what is late is late for all that stands in it."""
    for id, other in (("reply.hello", "reply.safe"), ("page_text.cy.page", "page_text.cy.chat")):
        values = {
            "owner": "content editor",
            "source": "Read aloud",
            "checked": "2019-01-01",
            "review_due": "2020-01-01",
        }
        change = LIBRARY.change(id, values)
        assert len(changed_lines(change)) == len(values)
        after = Library({**TREE, **change})
        assert after.items[other].owner == "content editor" and after.items[other].source == "Read aloud"
        late = {item.id for item in after.find(due_by=date(2020, 1, 1))}
        assert {id, other} <= late and "page_text.en.page" not in late
        with pytest.raises(ContentError, match="Looked after by"):
            LIBRARY.change(id, {"owner": " "})


def test_a_wording_that_has_no_day_of_its_own_is_looked_at() -> None:
    wordings = [one for one in LIBRARY.items.values() if one.sort is Sort.RESPONSE and one.checked]
    item = next(one for one in wordings if value_at(load(TREE[one.path]), one.fields[-1].place) is None)
    change = LIBRARY.change(item.id, {"checked": "2026-12-01", "review_due": "2027-03-01"})
    after = Library({**TREE, **change}).items[item.id]
    assert (after.checked, after.review_due) == (date(2026, 12, 1), date(2027, 3, 1))
    assert after.values["text"] == item.values["text"]


def test_what_is_looked_at_as_a_whole_is_told_once() -> None:
    names = [name for name, _, _ in wholes(LIBRARY.items.values())]
    assert len(names) == len(set(names))
    assert {"data/helplines/replies.yml", "bot/widget/text/cy.json", "data/safety/care.yml"} <= set(names)
    assert {"All example messages", "All messages labelled for danger"} <= set(names)
    assert not any(name.startswith(("bot/domain", "data/services", "data/nlu")) for name in names)


def test_example_messages_are_looked_at_as_one_and_a_topic_on_its_own() -> None:
    """Each topic shows the note of all; the note is due once. A topic that is looked at itself is due by itself."""
    late = {"checked": "2019-01-01", "review_due": "2020-01-01"}
    after = Library({**TREE, **LIBRARY.change("note.examples", late)})
    assert [item.id for item in after.find(due_by=date(2020, 1, 1))] == ["note.examples"]
    assert after.items["examples.money"].review_due == after.items["note.examples"].review_due == date(2020, 1, 1)
    looked = after.change("examples.money", {"checked": "2026-12-01", "review_due": "2027-03-01"})
    assert set(looked) == {NOTES}
    again = Library({**after.tree, **looked})
    money, housing = (again.items[f"examples.{topic}"] for topic in ("money", "housing"))
    assert money.title == "Example messages: Money"
    assert (money.owner, money.review_due, money.within) == ("content", date(2027, 3, 1), "")
    assert (housing.review_due, housing.within) == (date(2020, 1, 1), "note.examples")
    names = {name for name, _, _ in wholes(again.items.values())}
    assert money.title in names and housing.title not in names
    emptied = Library({**again.tree, **again.change("examples.money", {"checked": "", "review_due": ""})})
    assert emptied.items["examples.money"].review_due == date(2020, 1, 1)


def test_content_from_before_the_notes_has_examples_without_one() -> None:
    before = Library({path: text for path, text in TREE.items() if path != NOTES})
    assert before.items["examples.money"].within == "" and before.problems == []
    assert before.items["safety_example.new"].review_due is None
    broken = Library({**TREE, NOTES: "examples: ["})
    assert "examples.money" in broken.items and [told.partition(":")[0] for told in broken.problems] == [NOTES]
