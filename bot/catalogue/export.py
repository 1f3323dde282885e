"""The whole catalogue in one file, for other directories (JSON) and for spreadsheets (CSV)."""

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec

from bot.catalogue import openreferral as hsds

COLUMNS = (
    "id",
    "name",
    "organization",
    "description",
    "for",
    "roles",
    "topics",
    "cues",
    "gender",
    "minimum_age",
    "maximum_age",
    "nations",
    "languages",
    "phones",
    "email",
    "url",
    "hours",
    "cost",
    "confidence",
    "checked_on",
    "review_due",
    "source",
)


def as_json(services: Sequence[hsds.Service]) -> bytes:
    """The services as Open Referral objects: `{"services": [...]}`, UTF-8."""
    return msgspec.json.encode({"services": services})


def as_csv(services: Iterable[hsds.Service]) -> bytes:
    """A row a service under `COLUMNS`, in UTF-8 with the mark spreadsheets need; values joined by '; '."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for service in services:
        writer.writerow([_harmless(str(cell)) for cell in _row(service)])
    return out.getvalue().encode("utf-8-sig")


def _row(service: hsds.Service) -> tuple[object, ...]:
    extension = service.extension
    return (
        service.id,
        service.name,
        service.organization.name,
        service.description,
        service.eligibility_description,
        _values(service, "role"),
        _values(service, "topic"),
        _values(service, "cue"),
        _values(service, "gender"),
        "" if service.minimum_age is None else service.minimum_age,
        "" if service.maximum_age is None else service.maximum_age,
        _joined(area.name for area in service.service_areas),
        _joined(language.code for language in service.languages),
        _joined(f"{phone.number} ({phone.type})" for phone in service.phones),
        service.email or "",
        service.url or "",
        _joined(f"{s.attending_type} {s.byday} {s.opens_at}-{s.closes_at}" for s in service.schedules),
        service.fees_description or "",
        extension.confidence,
        extension.checked_on,
        extension.review_due,
        extension.source_url or "",
    )


def _values(service: hsds.Service, taxonomy: str) -> str:
    return _joined(a.value for a in service.attributes if a.link_type == taxonomy)


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(texts)


def _harmless(cell: str) -> str:
    """A spreadsheet runs a cell that starts like a formula; an apostrophe keeps it text."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
