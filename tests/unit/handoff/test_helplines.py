"""Helplines: who may get whom, and files that say why they can't be used."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import structlog

import bot.bootstrap
from bot.bootstrap import read_helplines
from bot.catalogue.load import load
from bot.content.check import helpline_problems
from bot.edition import SHIPPED
from bot.errors import ContentError
from bot.handoff.helplines import Helplines, load_helplines
from bot.handoff.records import HelplineId
from bot.settings import Settings
from bot.vocabulary import Kind, Nation, Role

TODAY = date(2026, 11, 25)
CATALOGUE = load(SHIPPED.services, today=TODAY)
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday


def written(folder: Path, **files: str) -> Helplines:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text)
    return load_helplines(folder, CATALOGUE)


def route(helplines: Helplines, role: Role, **more: object) -> list[str]:
    wanted = {"nation": Nation.ENGLAND, "kinds": (), "at": NOON} | more
    return [one.id for one in helplines.route(CATALOGUE, role=role, **wanted)]  # type: ignore[arg-type]


HARMED = "name: A\nservices: [mens-advice-line]\nroles: [victim, supporter, unsure]\nnations: [england, wales]\n"
OWN = "name: B\nservices: [respect-phoneline]\nroles: [own_behaviour]\n"


def test_no_folder_is_no_helpline(tmp_path: Path) -> None:
    """As it ships."""
    assert load_helplines(tmp_path / "none", CATALOGUE) == Helplines()


def test_each_side_reaches_its_own(tmp_path: Path) -> None:
    """Whatever else fits, own behaviour and harm never share a helpline."""
    both = written(tmp_path, a=HARMED, b=OWN)
    assert route(both, Role.VICTIM) == ["a"]
    assert route(both, Role.OWN_BEHAVIOUR) == ["b"]


@pytest.mark.parametrize(
    ("source", "to", "role", "may"),
    [
        ("a", "b", Role.VICTIM, False),
        ("a", "b", None, False),
        ("b", "a", Role.OWN_BEHAVIOUR, False),
        ("b", "a", None, False),
        ("a", "c", Role.VICTIM, True),
        ("a", "c", None, True),
        ("a", "c", Role.SUPPORTER, False),
        ("a", "gone", Role.VICTIM, False),
        ("a", "a", Role.OWN_BEHAVIOUR, True),
    ],
)
def test_a_talk_is_passed_on_only_to_who_serves_the_visitor(
    tmp_path: Path, source: str, to: str, role: Role | None, may: bool
) -> None:
    """A role that isn't known is on the side of the helpline that has it; colleagues are always right."""
    three = written(tmp_path, a=HARMED, b=OWN, c="name: C\nservices: [mens-advice-line]\nroles: [victim]\n")
    assert three.may_pass(HelplineId(source), HelplineId(to), role=role, kinds=()) is may
    assert source == to or not three.may_pass(HelplineId(source), HelplineId(to), role=role, kinds=[Kind.CHILD_USER])


def test_nation_and_age_rule_out(tmp_path: Path) -> None:
    """A nation that isn't served, and a child where only adults are."""
    both = written(tmp_path, a=HARMED, b=OWN)
    assert route(both, Role.VICTIM, nation=Nation.SCOTLAND) == []
    assert route(both, Role.VICTIM, nation=None) == ["a"]
    assert route(both, Role.VICTIM, kinds=(Kind.CHILD_USER,)) == []
    assert route(written(tmp_path, a=HARMED + "under 18s: yes\n"), Role.VICTIM, kinds=(Kind.CHILD_USER,)) == ["a"]


def test_the_catalogue_orders_who_comes_first(tmp_path: Path) -> None:
    """The helpline whose service fits best is asked first."""
    two = written(
        tmp_path,
        a="name: Listening\nservices: [samaritans]\nroles: [victim]\n",
        z=HARMED,
    )
    assert route(two, Role.VICTIM) == ["z", "a"]


def test_hours_say_when_a_talk_is_taken(tmp_path: Path) -> None:
    """Local time; without hours it is up to who is on duty."""
    open_ = written(tmp_path, a=HARMED + "hours:\n  mon-fri: 09:00-17:00\n  bank holidays: closed\n", b=OWN)
    a, b = open_.all
    assert a.open(NOON) and not a.open(NOON.replace(hour=18)) and b.open(NOON.replace(hour=3))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: A\nservices: [mens-advice-line]\nroles: [victim, own_behaviour]\n", "two helplines"),
        ("name: A\nservices: [nobody]\nroles: [victim]\n", "'nobody' is not in the catalogue"),
        ("name: A\nservices: [respect-phoneline]\nroles: [victim]\n", "none of its services takes victim"),
        ("name: A\nservices: [mens-advice-line]\n", "names nobody"),
        ("services: [mens-advice-line]\nroles: [victim]\n", "name: is missing"),
        (HARMED + "opening: always\n", "opening: is not a field"),
        (HARMED + "hours:\n  monday: 9-5\n", "is not a day"),
        ("", "is empty"),
        ("{", "file:"),
    ],
)
def test_a_file_that_can_not_be_used_says_why(tmp_path: Path, text: str, problem: str) -> None:
    """With its name, and nothing is started with it."""
    with pytest.raises(ContentError) as error:
        written(tmp_path, a=text)
    assert "a.yml" in str(error.value) and problem in str(error.value)


def broken_services(folder: Path, record: str) -> Path:
    """The shipped services, the record of one of them unreadable."""
    services = Path(shutil.copytree(SHIPPED.services, folder / "services"))
    (services / f"{record}.yml").write_text("name: [")
    return services


def test_a_broken_record_closes_its_helpline_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service starts; the log and `content check` name the helpline and the record."""
    services = broken_services(tmp_path, "mens-advice-line")
    catalogue = load(services, today=TODAY, strict=False)
    folder = tmp_path / "helplines"
    folder.mkdir()
    (folder / "a.yml").write_text(HARMED)
    (folder / "b.yml").write_text(OWN)
    (folder / "c.yml").write_text(HARMED.replace("[mens", "[galop, mens"))
    monkeypatch.setattr(bot.bootstrap, "load_catalogue", lambda: catalogue)
    with structlog.testing.capture_logs() as logs:
        helplines = read_helplines(Settings(helplines_folder=folder))
    assert [one.id for one in helplines.all] == ["a", "b", "c"]  # who talks with it goes on
    assert helplines.route(catalogue, role=Role.OWN_BEHAVIOUR, nation=None, kinds=(), at=NOON)[0].id == "b"
    assert [one.id for one in helplines.route(catalogue, role=Role.VICTIM, nation=None, kinds=(), at=NOON)] == ["c"]
    told = "line 1, services: 'mens-advice-line' is left out of the catalogue until its record is mended"
    assert [(line["event"], line["problem"]) for line in logs] == [
        ("helpline lacks a service", f"{file}, {told}") for file in ("a.yml", "c.yml")
    ]
    assert helpline_problems(folder, services, today=TODAY) == [
        f"helplines/{file}, {told}" for file in ("a.yml", "c.yml")
    ]


def test_a_service_taken_away_that_a_helpline_sends_by_is_told_in_one_line(tmp_path: Path) -> None:
    """With the helpline's name: the service would not start with it, so it may not be published either."""
    services = Path(shutil.copytree(SHIPPED.services, tmp_path / "services"))
    (services / "mens-advice-line.yml").unlink()
    folder = tmp_path / "helplines"
    folder.mkdir()
    (folder / "a.yml").write_text(HARMED)
    (folder / "b.yml").write_text(OWN)
    told = "'mens-advice-line' is not in the catalogue, and the helpline A sends by it"
    assert helpline_problems(folder, services, today=TODAY) == [f"helplines/a.yml, line 1, services: {told}"]


def test_a_broken_emergency_line_still_stops_the_start(tmp_path: Path) -> None:
    """A helpline that leans on it changes nothing of that; the check of the services is what tells it."""
    services = broken_services(tmp_path, CATALOGUE.policy.emergency_lines[0])
    with pytest.raises(ContentError):
        load(services, today=TODAY, strict=False)
    assert helpline_problems(tmp_path, services, today=TODAY) == []
