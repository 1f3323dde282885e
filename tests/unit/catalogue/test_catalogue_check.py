"""The check verb: what is broken, due, overdue, conflicting, unsourced, told in lines."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.catalogue.export import COLUMNS
from bot.content.services import check, export, read_texts
from bot.errors import ContentError
from tests.unit.catalogue.builders import ROOT, SERVICES, TODAY, at, copy_of_product, product

DUE = date(2027, 2, 23)


def test_the_shipped_catalogue_may_go_live() -> None:
    """Nothing is broken, expired or conflicting, and no text has a number of its own."""
    report = check(SERVICES, today=TODAY, texts=read_texts(ROOT))
    assert report.ok, "\n".join(report.lines())


def test_what_is_doubtful_is_told_without_stopping_anything() -> None:
    """Unsourced records and unsure hours are listed for an editor to look at."""
    report = check(SERVICES, today=TODAY)
    assert any("civil-legal-advice.yml" in line for line in report.unsourced)
    assert any("mens-advice-line.yml: hours are not known" in line for line in report.uncertain)
    assert not report.due


@pytest.mark.parametrize(
    ("days", "kind"),
    [(-31, ""), (-30, "due"), (0, "due"), (1, "overdue"), (90, "overdue"), (91, "expired")],
)
def test_reviews_are_told_as_they_come_near_and_pass(days: int, kind: str) -> None:
    """A month ahead it is due, then overdue, then expired."""
    report = check(SERVICES, today=DUE + timedelta(days=days))
    found = {
        name
        for name in ("due", "overdue", "expired")
        if any(line.startswith("galop.yml") for line in getattr(report, name))
    }
    assert found == ({kind} if kind else set())
    assert report.ok is (kind != "expired")


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    """A broken record, a missing emergency line, a number twice, a wrong number in a text: one report."""
    folder = copy_of_product(tmp_path)
    galop = (folder / "galop.yml").read_text("utf-8")
    (folder / "galop.yml").write_text("name: [", "utf-8")
    (folder / "samaritans.yml").unlink()
    (folder / "double.yml").write_text(galop.replace("0800 999 5428", "0808 801 0327").replace("Galop", "Two"), "utf-8")
    report = check(folder, today=TODAY, texts={"answer.yml": "ring 0808 801 0328"})
    assert "galop.yml" in report.broken[0]
    assert "samaritans.yml" in report.forbids_start[0]
    assert report.conflicting == ("0808 801 0327 is in double.yml, mens-advice-line.yml",)
    assert report.unknown_numbers == ("answer.yml, line 1: 0808 801 0328 is no number of the catalogue",)
    assert not report.ok
    text = list(report.lines())
    assert "broken (1)" in text
    assert "forbids start (1)" in text


def test_rules_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    """Without the rules the report still comes, and says so."""
    folder = copy_of_product(tmp_path)
    (folder / "rules" / "policy.yml").unlink()
    report = check(folder, today=TODAY)
    assert not report.ok
    assert "policy.yml" in report.broken[0]


def test_a_check_in_the_future_is_doubtful() -> None:
    """A record can't have been checked tomorrow."""
    report = check(SERVICES, today=date(2026, 11, 1))
    assert any("a day still to come" in line for line in report.uncertain)


def test_the_export_ends_as_its_name_does(tmp_path: Path) -> None:
    """JSON or CSV by the ending, every service in it; any other ending is refused and writes nothing."""
    count = export(product(), at=at("2026-11-25 12:00"), to=tmp_path / "all.csv")
    lines = (tmp_path / "all.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert len(lines) == count + 1
    assert export(product(), at=at("2026-11-25 12:00"), to=tmp_path / "all.json") == count
    with pytest.raises(ContentError, match=r"\.json or \.csv"):
        export(product(), at=at("2026-11-25 12:00"), to=tmp_path / "all.xml")
    assert not (tmp_path / "all.xml").exists()
