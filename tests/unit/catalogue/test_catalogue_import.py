"""Import: another directory's services become drafts, never live, and a bad feed changes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalogue.drafts import MOST_SERVICES, drafts
from bot.catalogue.export import as_json
from bot.catalogue.feed import Feed
from bot.catalogue.load import load
from bot.catalogue.record import read_record
from bot.catalogue.records import Catalogue
from bot.content.services import import_feed
from bot.errors import ContentError
from tests.unit.catalogue.builders import TODAY, at, copy_of_product

LINE: dict[str, Any] = {
    "id": "2f1d3c1e-9b1a-4a57-8f0c-0d5c7f6b1a01",
    "name": "Example Helpline",
    "description": "Support for people hurt at home.",
    "url": "https://example.org.uk/helpline",
    "eligibility_description": "Anyone aged 16 or over",
    "minimum_age": 16,
    "phones": [{"number": "+44 808 157 0000", "type": "voice"}],
    "schedules": [
        {
            "freq": "WEEKLY",
            "interval": 1,
            "byday": "MO,TU,WE,TH,FR",
            "opens_at": "09:00",
            "closes_at": "21:00",
        }
    ],
    "service_areas": [{"uri": "http://statistics.data.gov.uk/id/statistical-geography/E92000001"}],
    "languages": [{"name": "English", "code": "en"}],
    "cost_options": [{"amount": 0, "option": "Everyone"}],
    "organization": {"name": "Example Charity"},
}


def _draft(shipped: Catalogue, **changes: Any) -> dict[str, Any]:
    entry = {key: value for key, value in {**LINE, **changes}.items() if value is not None}
    made, problems = drafts(json.dumps([entry]).encode(), source="feed.json", catalogue=shipped, today=TODAY)
    assert problems == []
    record: dict[str, Any] = yaml.safe_load(made[0].text)
    return record


def _conflicts(shipped: Catalogue, **changes: Any) -> tuple[str, ...]:
    made, _ = drafts(json.dumps([{**LINE, **changes}]).encode(), source="f", catalogue=shipped, today=TODAY)
    return made[0].conflicts


def _week(**changes: Any) -> dict[str, Any]:
    return {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "12:00", **changes}


def test_what_a_feed_tells_is_in_the_draft(shipped: Catalogue) -> None:
    """Names, texts, numbers, hours, nations, ages and cost come over in our own form."""
    record = _draft(shipped)
    assert record["name"] == "Example Helpline"
    assert record["run by"] == "Example Charity"
    assert record["for"] == "Anyone aged 16 or over"
    assert record["nations"] == ["england"]
    assert record["minimum age"] == 16
    assert record["cost"] == "free"
    days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-21:00")
    assert record["channels"] == [{"phone": "0808 157 0000", "hours": days}]
    assert record["source"]["confidence"] == "second"


def test_what_a_feed_can_not_tell_is_asked_for(shipped: Catalogue, tmp_path: Path) -> None:
    """Roles, use and who checked are missing, and the report says so in the validator's words."""
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps([LINE]))
    report = import_feed(str(feed), catalogue=shipped, into=tmp_path / "drafts", today=TODAY)
    text = "\n".join(report.lines())
    assert "1 drafts in drafts; none is live" in text
    for field in ("use: is missing", "roles: is missing", "source.checked by: is missing"):
        assert field in text
    assert (tmp_path / "drafts" / "example-helpline.yml").exists()


def test_a_draft_is_never_live(shipped: Catalogue, tmp_path: Path) -> None:
    """A folder of drafts inside the catalogue's own changes nothing that is served."""
    folder = copy_of_product(tmp_path)
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps([LINE]))
    import_feed(str(feed), catalogue=shipped, into=folder / "drafts" / "example", today=TODAY)
    assert set(load(folder, today=TODAY).by_id) == set(shipped.by_id)


def test_our_own_feed_comes_back_nearly_whole(shipped: Catalogue, tmp_path: Path) -> None:
    """Another Fingerpost's export needs only who checked it, and conflicts with every record we have."""
    document = as_json(Feed(shipped, at("2026-11-25 12:00")).services)
    made, problems = drafts(document, source="export.json", catalogue=shipped, today=TODAY)
    assert problems == []
    assert len(made) == len(shipped.services)
    for draft in made:
        path = tmp_path / f"{draft.id}.yml"
        path.write_text(draft.text, "utf-8")
        missing = {problem.field for problem in read_record(path)[1]}
        assert missing <= {"source.checked by"}, [str(p) for p in read_record(path)[1]]
        assert any("of that name" in conflict for conflict in draft.conflicts)


@pytest.mark.parametrize(
    ("changes", "conflict"),
    [
        ({"phones": [{"number": "0808 801 0327"}]}, "0808 801 0327 is in mens-advice-line.yml"),
        ({"name": "Galop LGBT+ abuse helpline"}, "we have galop.yml of that name, with 0800 999 5428 where"),
        ({"phones": [{"number": "01823334244"}]}, "01823 334244 is on the list of numbers not to give out"),
        ({"name": "Ask for ANI"}, "this service is on the list not to give out"),
    ],
)
def test_conflicts_are_shown(changes: dict[str, Any], conflict: str, shipped: Catalogue) -> None:
    """The same number, the same name, or something withdrawn: the editor sees it beside the draft."""
    assert any(conflict in text for text in _conflicts(shipped, **changes))


def test_conflicts_stand_in_the_draft_itself(shipped: Catalogue, tmp_path: Path) -> None:
    """Whoever opens the file reads them first."""
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps({**LINE, "name": "Galop LGBT+ abuse helpline"}))
    import_feed(str(feed), catalogue=shipped, into=tmp_path / "drafts", today=TODAY)
    text = (tmp_path / "drafts" / "galop-lgbt-abuse-helpline.yml").read_text("utf-8")
    assert text.startswith("# A draft.")
    assert "# Conflict: we have galop.yml of that name" in text


def test_no_address_of_any_place_is_taken_over(shipped: Catalogue) -> None:
    """Locations are not read at all: one might be a refuge's."""
    place = {
        "location_type": "physical",
        "addresses": [{"address_1": "12 Acacia Road", "postal_code": "AB1 2CD"}],
    }
    record = _draft(shipped, service_at_locations=[{"location": place}], locations=[place])
    assert "Acacia" not in str(record)
    assert "AB1" not in str(record)


def test_a_refuges_address_is_in_no_draft(shipped: Catalogue, tmp_path: Path) -> None:
    """Hidden in a text of a refuge it is left out, the editor is told so, and the record stays marked."""
    hidden = {"name": "Example Refuge", "description": "We are at 12 Acacia Road, AB12 3CD. Ring us."}
    record = _draft(shipped, **hidden)
    assert record["refuge"] == "yes"
    assert record["about"] == "We are at (address left out), (address left out). Ring us."
    assert any("left out" in conflict for conflict in _conflicts(shipped, **hidden))
    path = tmp_path / "draft.yml"
    path.write_text(yaml.safe_dump(record, width=20), "utf-8")
    assert not any("street address" in str(problem) for problem in read_record(path)[1])


def test_a_draft_that_would_take_the_place_of_a_record_says_so(shipped: Catalogue) -> None:
    """Another service whose name makes the same file name as one of ours."""
    found = _conflicts(shipped, name="Mens Advice Line")
    assert any("take the place of mens-advice-line.yml" in conflict for conflict in found)


@pytest.mark.parametrize("status", ["inactive", "defunct", "temporarily closed"])
def test_a_service_that_is_no_more_is_told(status: str, shipped: Catalogue) -> None:
    """Another directory may list what has closed."""
    assert f"the feed calls this service '{status}'" in _conflicts(shipped, status=status)
    assert not any("calls" in conflict for conflict in _conflicts(shipped, status="active"))


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"description": "<b>Bold</b> &amp; <script>x()</script>plain\u0007"}, "about", "Bold & plain"),
        ({"description": "long " * 500}, "about", ("long " * 80).strip()),
        ({"url": "http://example.org"}, "website", None),
        ({"url": "javascript:alert(1)"}, "website", None),
        ({"minimum_age": -4}, "minimum age", None),
        (
            {"service_areas": [{"name": "United Kingdom"}]},
            "nations",
            ["england", "northern_ireland", "scotland", "wales"],
        ),
        ({"service_areas": [{"name": "northern ireland"}]}, "nations", ["northern_ireland"]),
        ({"service_areas": [{"name": "Bristol"}]}, "nations", None),
        ({"cost_options": None, "fees_description": "No charge"}, "cost", "free"),
        ({"cost_options": [{"amount": 3}], "fees_description": "£3"}, "cost", "£3"),
        ({"languages": [{"code": "EN"}, {"code": "cy"}]}, "languages", ["cy"]),
    ],
)
def test_odd_values_are_cleaned_or_left_out(
    changes: dict[str, Any], field: str, value: Any, shipped: Catalogue
) -> None:
    """Markup, plain http, ages below nothing and areas we do not know never reach a draft."""
    assert _draft(shipped, **changes).get(field) == value


@pytest.mark.parametrize(
    ("schedules", "hours"),
    [
        ([_week(byday="MO,TU,WE,TH,FR,SA,SU", opens_at="00:00", closes_at="23:59")], "24/7"),
        ([_week(), _week(opens_at="13:00", closes_at="17:00")], {"mon": "09:00-12:00, 13:00-17:00"}),
        ([_week(freq="MONTHLY", byday="1MO")], "unknown"),
        ([_week(interval=2)], "unknown"),
        ([_week(opens_at="9am", closes_at="noon")], "unknown"),
        ([_week(), _week(valid_to="2026-12-31")], "unknown"),
        ([_week(attending_type="webchat")], "unknown"),
        ([], "unknown"),
    ],
)
def test_hours_come_over_or_are_unknown_but_never_guessed(
    schedules: list[dict[str, Any]], hours: Any, shipped: Catalogue
) -> None:
    """Weekly hours are kept; fortnights, months, odd clocks and another channel's hours make no claim."""
    assert _draft(shipped, schedules=schedules)["channels"][0]["hours"] == hours


def test_numbers_under_contacts_are_found_and_not_doubled(shipped: Catalogue) -> None:
    """The UK profile keeps phones there; the same number twice is one channel."""
    contacts = [{"phones": [{"number": "0808 157 0000"}, {"number": "85258", "type": "text"}]}]
    channels = _draft(shipped, contacts=contacts, email="help@example.org")["channels"]
    assert [next(iter(channel.items())) for channel in channels] == [
        ("phone", "0808 157 0000"),
        ("text", "85258"),
        ("email", "help@example.org"),
    ]


def test_a_service_with_no_number_is_reached_by_its_website(shipped: Catalogue) -> None:
    """A draft always has a way in, if the feed names any."""
    assert _draft(shipped, phones=None)["channels"] == [{"website": "https://example.org.uk/helpline"}]


def test_one_malformed_service_takes_no_other_with_it(shipped: Catalogue) -> None:
    """Each that can't be read is told by its place and field, the others become drafts."""
    entries = [LINE, {"phones": []}, {**LINE, "phones": [{"number": 7}]}, "text", {**LINE, "name": " "}, LINE]
    made, problems = drafts(json.dumps(entries).encode(), source="f", catalogue=shipped, today=TODAY)
    assert [draft.id for draft in made] == ["example-helpline", "example-helpline-2"]
    assert [problem.line for problem in problems] == [2, 3, 4, 5]
    assert "lacks the field 'name'" in problems[0].text
    assert "phones[0].number" in problems[1].text


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (b"<html>", "is not JSON"),
        (b"", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"{}", "holds no list of services"),
        (b"7", "holds no list of services"),
        (b"[]", "no service could be read"),
        (b'[{"id": 1}]', "no service could be read"),
        (b"[" + b"{}," * MOST_SERVICES + b"{}]", "holds more than"),
    ],
)
def test_a_bad_feed_changes_nothing(document: bytes, problem: str, shipped: Catalogue, tmp_path: Path) -> None:
    """What is no feed is refused in one line, and no file is left behind."""
    feed = tmp_path / "feed.json"
    feed.write_bytes(document)
    with pytest.raises(ContentError, match=problem):
        import_feed(str(feed), catalogue=shipped, into=tmp_path / "into" / "drafts", today=TODAY)
    assert not list(tmp_path.glob("into/*"))


def test_drafts_never_overwrite(shipped: Catalogue, tmp_path: Path) -> None:
    """A folder that is there already may hold an editor's work."""
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps([LINE]))
    (tmp_path / "drafts").mkdir()
    with pytest.raises(ContentError, match="is there already"):
        import_feed(str(feed), catalogue=shipped, into=tmp_path / "drafts", today=TODAY)
    assert not list((tmp_path / "drafts").iterdir())


def test_a_file_that_is_not_there_is_told(shipped: Catalogue, tmp_path: Path) -> None:
    """A slip in the path is one clear line."""
    with pytest.raises(ContentError, match="can't be read"):
        import_feed(str(tmp_path / "no.json"), catalogue=shipped, into=tmp_path / "drafts", today=TODAY)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10**6) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(LINE)), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(sorted(LINE)), ANYTHING, max_size=4))
def test_whatever_stands_in_a_feed_it_is_a_draft_or_a_problem(changes: dict[str, Any], shipped: Catalogue) -> None:
    """No value of any field makes the import fall over, and what is drafted is readable YAML."""
    made, problems = drafts(json.dumps([{**LINE, **changes}]).encode(), source="f", catalogue=shipped, today=TODAY)
    assert len(made) + len(problems) == 1
    assert all(isinstance(yaml.safe_load(draft.text), dict) for draft in made)
