"""Small records and folders for the catalogue's tests."""

import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bot.catalogue.load import load
from bot.catalogue.records import (
    ALWAYS,
    BankHolidays,
    Catalogue,
    Channel,
    Confidence,
    Medium,
    Organisation,
    Policy,
    Provenance,
    Purpose,
    Schedule,
    Service,
)
from bot.catalogue.timetable import intervals
from bot.vocabulary import Nation, Role

ROOT = Path(__file__).resolve().parents[3]
SERVICES = ROOT / "data" / "services"
FACTS = ROOT.parent / "shared" / "facts" / "services.yaml"
TODAY = date(2026, 11, 25)
LONDON = ZoneInfo("Europe/London")

POLICY = Policy(
    emergency_lines=(),
    grace_days=90,
    emergency_grace_days=270,
    other_numbers=frozenset(),
    withdrawn_names=frozenset(),
    withdrawn_numbers=frozenset(),
)


def at(text: str) -> datetime:
    """A London wall-clock time as an aware instant."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def product() -> Catalogue:
    """The catalogue as shipped, on the day its facts were gathered."""
    return load(SERVICES, today=TODAY)


def copy_of_product(folder: Path) -> Path:
    """The shipped folder, to be spoilt."""
    return Path(shutil.copytree(SERVICES, folder / "services"))


def hours(**days: str) -> Schedule:
    """A weekly schedule: `hours(mon="09:00-17:00")`; bank holidays as usual."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    week = tuple(intervals(days.get(name, "closed")) for name in names)
    return Schedule(week=week, bank_holidays=BankHolidays.AS_USUAL)


def plain(thing: Any) -> Any:
    """A published object as whoever reads its JSON has it."""
    return json.loads(msgspec.json.encode(thing))


def provenance(**changes: object) -> Provenance:
    """A source that is beyond doubt on `TODAY`."""
    fields: dict[str, object] = {
        "url": "https://example.org",
        "note": "A page.",
        "confidence": Confidence.DATED,
        "checked_on": date(2026, 11, 1),
        "checked_by": "an editor",
        "review_due": date(2027, 2, 1),
    }
    return Provenance(**{**fields, **changes})  # type: ignore[arg-type]


def service(own_id: str = "example-line", *, schedule: Schedule = ALWAYS, **changes: object) -> Service:
    """A general line for everyone everywhere, by phone, unless changed."""
    fields: dict[str, object] = {
        "id": own_id,
        "name": own_id.replace("-", " ").capitalize(),
        "organisation": Organisation(name="Example"),
        "audience": "anyone",
        "summary": "A line.",
        "purpose": Purpose.GENERAL,
        "nations": frozenset(set(Nation) - {Nation.ELSEWHERE}),
        "roles": frozenset(Role),
        "channels": (Channel(medium=Medium.PHONE, value="0808 157 0000", schedule=schedule),),
        "provenance": provenance(),
        "file": f"{own_id}.yml",
    }
    return Service(**{**fields, **changes})  # type: ignore[arg-type]


def catalogue(*services: Service, policy: Policy = POLICY) -> Catalogue:
    """A catalogue of just these."""
    return Catalogue(services=services, policy=policy)
