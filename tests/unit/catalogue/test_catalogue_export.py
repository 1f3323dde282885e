"""Bulk export: one file, complete, and harmless in a spreadsheet."""

import csv
import io
import json

import pytest

from bot.catalogue.export import COLUMNS, as_csv, as_json
from bot.catalogue.feed import Feed
from bot.catalogue.records import Catalogue
from tests.unit.catalogue.builders import at, catalogue, hours, service

NOW = at("2026-11-25 12:00")


def _rows(*services: object) -> list[dict[str, str]]:
    text = as_csv(Feed(catalogue(*services), NOW).services).decode("utf-8-sig")  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_both_exports_hold_every_service(shipped: Catalogue) -> None:
    """No record is lost on the way out."""
    services = Feed(shipped, NOW).services
    rows = list(csv.DictReader(io.StringIO(as_csv(services).decode("utf-8-sig"), newline="")))
    names = {service.name for service in shipped.services}
    assert {row["name"] for row in rows} == names
    assert {entry["name"] for entry in json.loads(as_json(services))["services"]} == names


def test_a_row_has_every_column_and_its_hours() -> None:
    """What a spreadsheet shows is what the record says."""
    (row,) = _rows(service(schedule=hours(mon="09:00-17:00"), cost="free"))
    assert tuple(row) == COLUMNS
    assert row["hours"] == "phone MO 09:00-17:00"
    assert row["cost"] == "Free"
    assert row["phones"] == "0808 157 0000 (voice)"


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_is_a_formula(start: str) -> None:
    """A name that a spreadsheet would run is kept as text."""
    (row,) = _rows(service(name=f"{start}1+1"))
    assert row["name"] == f"'{start}1+1"
