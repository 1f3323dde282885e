"""Records from files: all problems at once, no bad one takes others down, emergency lines never missing."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import bootstrap
from bot.catalogue.load import examine, load
from bot.catalogue.record import read_record
from bot.catalogue.records import ALWAYS
from bot.edition import Edition
from bot.errors import ContentError
from tests.unit.catalogue.builders import SERVICES, TODAY, copy_of_product

BAD = yaml.load((Path(__file__).parent / "bad_records.yml").read_text("utf-8"), Loader=yaml.BaseLoader)
GOOD: dict[str, Any] = {
    "name": "Example line",
    "about": "A line.",
    "for": "anyone",
    "use": "general",
    "nations": "uk",
    "roles": ["victim"],
    "website": "https://example.org",
    "channels": [{"phone": "0808 157 0000", "hours": "24/7"}],
    "source": {
        "url": "https://example.org",
        "note": "A page.",
        "confidence": "own",
        "checked on": "2026-11-01",
        "checked by": "an editor",
        "review due": "2027-02-01",
    },
}


def _write(folder: Path, record: dict[str, Any], name: str = "example.yml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(record, sort_keys=False), encoding="utf-8")
    return path


@pytest.mark.parametrize("case", BAD, ids=[case["says"] for case in BAD])
def test_the_problem_is_told_in_plain_words(case: dict[str, Any], tmp_path: Path) -> None:
    """Each spoilt record of the data file is refused, and the editor reads file, line, field and why."""
    if "text" in case:
        path = tmp_path / "example.yml"
        path.write_text(case["text"], encoding="utf-8")
    else:
        changed = {**GOOD, **case["change"]}
        path = _write(tmp_path, {name: value for name, value in changed.items() if value != ""})
    service, problems = read_record(path)
    assert service is None
    assert any(case["problem"] in str(problem) for problem in problems), [str(p) for p in problems]


def test_a_good_record_is_read_without_problems(tmp_path: Path) -> None:
    """What the bad ones are spoilt from is good."""
    service, problems = read_record(_write(tmp_path, GOOD))
    assert problems == []
    assert service is not None
    assert (service.id, service.organisation.name) == ("example", "Example line")
    assert service.public[0].schedule == ALWAYS


def test_numbers_keep_their_zeros_without_quotes(tmp_path: Path) -> None:
    """An editor need not know that plain YAML eats leading zeros."""
    path = tmp_path / "example.yml"
    path.write_text(_write(tmp_path, GOOD).read_text("utf-8").replace("0808 157 0000", "08081570000"), "utf-8")
    service, _ = read_record(path)
    assert service is not None
    assert service.channels[0].value == "08081570000"
    assert service.channels[0].number == "0808 157 0000"


def test_a_file_name_must_do_as_an_id(tmp_path: Path) -> None:
    """The file's name is the service's id in programs, so it is plain."""
    _, problems = read_record(_write(tmp_path, GOOD, "Example Line.yml"))
    assert "use small letters, digits and dashes" in str(problems[0])


@pytest.mark.parametrize("content", [b"\xff\xfe\x00name", b"name: \x00", b"[" * 5000])
def test_a_file_that_is_no_text_is_a_problem_and_no_crash(content: bytes, tmp_path: Path) -> None:
    """A picture saved under a record's name is told as such."""
    path = tmp_path / "example.yml"
    path.write_bytes(content)
    service, problems = read_record(path)
    assert service is None
    assert len(problems) == 1


def test_a_file_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    """A record that can't be opened is told by name."""
    _, problems = read_record(tmp_path / "gone.yml")
    assert str(problems[0]) == "gone.yml, line 1, file: can't be opened"


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    """One run shows an editor everything, from every file."""
    folder = copy_of_product(tmp_path)
    _write(folder, {**GOOD, "roles": ["x"], "gender": "y"}, "one.yml")
    _write(folder, {**GOOD, "name": ""}, "two.yml")
    with pytest.raises(ContentError) as raised:
        load(folder, today=TODAY)
    text = str(raised.value)
    assert len(raised.value.problems) == 3
    assert all(word in text for word in ("one.yml", "roles.1", "gender", "two.yml"))


def test_one_bad_record_takes_no_other_down(tmp_path: Path) -> None:
    """Lenient loading keeps every good record and the problems of the bad one."""
    folder = copy_of_product(tmp_path)
    whole = load(folder, today=TODAY)
    (folder / "galop.yml").write_text("name: [", encoding="utf-8")
    catalogue = load(folder, today=TODAY, strict=False)
    assert set(whole.by_id) - set(catalogue.by_id) == {"galop"}
    assert [problem.file for problem in catalogue.problems] == ["galop.yml"]


def test_the_service_starts_without_a_bad_record_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What runs is as patient as what is read: one slip of an editor closes no chat."""
    copy_of_product(tmp_path / "data")
    (tmp_path / "data" / "services" / "galop.yml").write_text("name: [", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "edition", lambda: Edition(name="spoilt", root=tmp_path, models=tmp_path))
    assert "galop" not in bootstrap.load_catalogue().by_id
    assert "galop.yml, line 1" in capsys.readouterr().out
    (tmp_path / "data" / "services" / "samaritans.yml").unlink()
    monkeypatch.setattr(bootstrap, "edition", lambda: Edition(name="worse", root=tmp_path, models=tmp_path))
    with pytest.raises(ContentError, match="samaritans"):
        bootstrap.load_catalogue()


@pytest.mark.parametrize("name", ["new-line.yaml", "new-line.YML"])
def test_a_record_under_another_ending_is_not_overlooked(name: str, tmp_path: Path) -> None:
    """It would lie there, looked after by its editor and shown to nobody."""
    folder = copy_of_product(tmp_path)
    _write(folder, GOOD, name)
    found = examine(folder, today=TODAY)
    assert [str(problem) for problem in found.problems] == [f"{name}, line 1, file name: must end in .yml to be read"]


VITAL = load(SERVICES, today=TODAY).policy.emergency_lines


@pytest.mark.parametrize("line", VITAL)
def test_a_missing_emergency_line_forbids_to_start(line: str, tmp_path: Path) -> None:
    """Without one of them the service would send people nowhere: not even lenient loading goes on."""
    folder = copy_of_product(tmp_path)
    (folder / f"{line}.yml").unlink()
    with pytest.raises(ContentError, match=rf"{line}\.yml.*missing"):
        load(folder, today=TODAY, strict=False)


@pytest.mark.parametrize("line", VITAL)
def test_a_malformed_emergency_line_forbids_to_start(line: str, tmp_path: Path) -> None:
    """A slip in its record is as bad as its absence, and both the slip and the line are named."""
    folder = copy_of_product(tmp_path)
    path = folder / f"{line}.yml"
    path.write_text(path.read_text("utf-8").replace("nations: ", "nation: "), "utf-8")
    with pytest.raises(ContentError, match=r"nation: is not a field") as raised:
        load(folder, today=TODAY, strict=False)
    assert "can't be read" in str(raised.value)


def test_an_emergency_line_overdue_beyond_grace_forbids_to_start() -> None:
    """On the last day of grace it starts, on the day after it does not."""
    catalogue = load(SERVICES, today=TODAY)
    first = min(catalogue.by_id[line].provenance.review_due for line in VITAL)
    last_day = first + timedelta(days=catalogue.policy.emergency_grace_days)
    load(SERVICES, today=last_day)
    with pytest.raises(ContentError, match="must be checked"):
        load(SERVICES, today=last_day + timedelta(days=1), strict=False)


def test_a_record_not_marked_as_emergency_line_can_not_be_one(tmp_path: Path) -> None:
    """The policy and the record must agree, or grace would be counted wrongly."""
    folder = copy_of_product(tmp_path)
    path = folder / "samaritans.yml"
    path.write_text(path.read_text("utf-8").replace("emergency line: yes\n", ""), "utf-8")
    with pytest.raises(ContentError, match="the policy names it as one"):
        load(folder, today=TODAY, strict=False)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"name": "Ask for ANI"},
        {"name": "Safeline national helpline"},
        {"channels": [{"phone": "01823 334244", "hours": "24/7"}]},
        {"note": "The older number is 01823 334244."},
    ],
)
def test_what_must_not_be_listed_is_not(spoilt: dict[str, Any], tmp_path: Path) -> None:
    """A withdrawn service or number is refused in any record, as a number and in its texts."""
    folder = copy_of_product(tmp_path)
    _write(folder, {**GOOD, **spoilt})
    catalogue = load(folder, today=TODAY, strict=False)
    assert "example" not in catalogue.by_id
    assert "not to give out" in str(catalogue.problems[0])


def test_two_records_of_one_name_are_a_problem(tmp_path: Path) -> None:
    """A copy left behind would be shown beside its original."""
    folder = copy_of_product(tmp_path)
    _write(folder, {**GOOD, "name": "GALOP LGBT+ abuse helpline"}, "zz-copy.yml")
    found = examine(folder, today=TODAY)
    assert [str(problem) for problem in found.problems] == ["zz-copy.yml, line 1, name: is the same as in galop.yml"]


@pytest.mark.parametrize("rules", ["policy.yml", "withdrawn.yml"])
@pytest.mark.parametrize("text", ["", "- why: x\n", "grace_days: soon\n", "- {name: a, number: '0'}\n", None])
def test_rules_that_cannot_be_read_forbid_to_start(rules: str, text: str | None, tmp_path: Path) -> None:
    """Without the rules nobody knows which lines are vital."""
    folder = copy_of_product(tmp_path)
    if text is None:
        (folder / "rules" / rules).unlink()
    else:
        (folder / "rules" / rules).write_text(text, "utf-8")
    with pytest.raises(ContentError, match=rules):
        load(folder, today=TODAY, strict=False)


def test_the_review_date_of_every_shipped_record_is_a_quarter_after_its_check() -> None:
    """Nobody could reach a live page, so everything is looked at again soon."""
    for service in load(SERVICES, today=TODAY).services:
        assert service.provenance.review_due - service.provenance.checked_on <= timedelta(days=90)
        assert service.provenance.checked_on >= date(2026, 11, 1)
