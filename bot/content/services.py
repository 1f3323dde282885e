"""The editors' verbs for the service catalogue: check it, take drafts from another directory, hand it on."""

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.catalogue.drafts import Draft, drafts
from bot.catalogue.export import as_csv, as_json
from bot.catalogue.feed import Feed
from bot.catalogue.freshness import Freshness, freshness
from bot.catalogue.load import examine
from bot.catalogue.numbers import numbers_in
from bot.catalogue.record import read_record
from bot.catalogue.records import Catalogue, Confidence, Service
from bot.content.fetching import Get, fetch, over_https
from bot.errors import ContentError

# Where the words that visitors read come from; the records themselves are looked at anyway.
VISITOR_TEXTS = (
    "bot/domain/responses",
    "bot/widget/text",
    "data/services/wording",
    "data/safety/care.yml",
    "data/handoff/wording.yml",
    "data/helplines/replies.yml",
)
DUE_SOON = timedelta(days=30)
DRAFT_HEAD = "# A draft. Complete it, check it by ringing the line, then move it up.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an editor should know, each entry a line that names its file."""

    broken: tuple[str, ...]
    forbids_start: tuple[str, ...]
    expired: tuple[str, ...]
    overdue: tuple[str, ...]
    due: tuple[str, ...]
    conflicting: tuple[str, ...]
    unsourced: tuple[str, ...]
    uncertain: tuple[str, ...]
    unknown_numbers: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """True when nothing must be mended before this catalogue may go live."""
        return not (self.broken or self.forbids_start or self.expired or self.conflicting or self.unknown_numbers)

    def lines(self) -> Iterable[str]:
        """The report as text: a heading a kind, then its entries."""
        for name in (field.name for field in fields(self)):
            entries: tuple[str, ...] = getattr(self, name)
            if entries:
                yield f"{name.replace('_', ' ')} ({len(entries)})"
                yield from (f"  {entry}" for entry in entries)


def check(folder: Path, *, today: date, texts: Mapping[str, str] | None = None) -> Report:
    """Everything wrong, due or doubtful in the records of `folder` and the numbers of other `texts`."""
    found = examine(folder, today=today)
    ages = defaultdict(list)
    for service in found.services if found.policy else ():
        due = service.provenance.review_due
        state = freshness(service, found.policy, today) if found.policy else Freshness.CURRENT
        soon = state is Freshness.CURRENT and due - today <= DUE_SOON
        ages["due" if soon else state.value].append(f"{service.file}: review due {due.isoformat()}")
    known = {c.number for s in found.services for c in s.channels if c.number}
    if found.policy:
        known |= found.policy.other_numbers
    own = {service.file: " ".join(_texts(service)) for service in found.services}
    return Report(
        broken=tuple(map(str, found.problems)),
        forbids_start=tuple(map(str, found.vital)),
        expired=tuple(ages["expired"]),
        overdue=tuple(ages["overdue"]),
        due=tuple(ages["due"]),
        conflicting=tuple(_conflicts(found.services)),
        unsourced=tuple(f"{s.file}: no address to check it at" for s in found.services if not s.provenance.url),
        uncertain=tuple(_doubts(found.services, today)),
        unknown_numbers=tuple(unknown_numbers({**own, **(texts or {})}, frozenset(known))),
    )


def unknown_numbers(texts: Mapping[str, str], known: frozenset[str]) -> Iterable[str]:
    """Numbers in texts that no record has: old, mistyped or made up. `texts` by file name."""
    for name, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            for dialled in numbers_in(line):
                if dialled not in known:
                    yield f"{name}, line {number}: {dialled} is no number of the catalogue"


def read_texts(root: Path, places: Iterable[str] = VISITOR_TEXTS) -> dict[str, str]:
    """The content files at `places` under `root`, by path, comments left out; an absent place has none."""
    paths = (path for place in places for path in _files(root / place))
    return {
        path.relative_to(root).as_posix(): re.sub(r"(?m)^\s*#.*$", "", path.read_text(encoding="utf-8"))
        for path in paths
    }


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.suffix in (".yml", ".json"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Where the drafts lie, and for each draft's file what is missing or wrong and what it conflicts with."""

    folder: Path
    missing: Mapping[str, tuple[str, ...]]
    conflicts: Mapping[str, tuple[str, ...]]
    refused: tuple[str, ...]

    def lines(self) -> Iterable[str]:
        """The report as text."""
        yield f"{len(self.missing)} drafts in {self.folder.name}; none is live"
        yield from (f"refused: {problem}" for problem in self.refused)
        for file, missing in self.missing.items():
            yield file
            yield from (f"  conflict: {conflict}" for conflict in self.conflicts[file])
            yield from (f"  {problem}" for problem in missing)


def import_feed(source: str, *, catalogue: Catalogue, into: Path, today: date, get: Get | None = None) -> Import:
    """Drafts from another directory's feed, a file or an https address, in the new folder `into`.

    All or nothing: raises `ContentError`, with nothing written, when the feed can't be read or `into` exists.
    """
    if into.exists():
        raise ContentError([f"{into.name}: is there already; name a new folder for the drafts"])
    made, refused = drafts(fetch(source, get or over_https), source=source, catalogue=catalogue, today=today)
    if not made:
        raise ContentError([*map(str, refused), f"{source}: no service could be read"])
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".import-") as room:
        staging = Path(room) / "drafts"
        staging.mkdir()
        missing = {f"{draft.id}.yml": _write(staging, draft) for draft in made}
        staging.rename(into)
    return Import(
        folder=into,
        missing=missing,
        conflicts={f"{draft.id}.yml": draft.conflicts for draft in made},
        refused=tuple(map(str, refused)),
    )


def export(catalogue: Catalogue, *, at: datetime, to: Path) -> int:
    """Write every publishable service as JSON or CSV, by the ending of `to`; how many they were."""
    writers = {".json": as_json, ".csv": as_csv}
    if to.suffix not in writers:
        raise ContentError([f"{to.name}: should end in .json or .csv"])
    services = Feed(catalogue, at).services
    to.write_bytes(writers[to.suffix](services))
    return len(services)


def _write(folder: Path, draft: Draft) -> tuple[str, ...]:
    """Write a draft with its conflicts on top; what the record's own validator says of it."""
    path = folder / f"{draft.id}.yml"
    head = "".join(f"# Conflict: {' '.join(conflict.split())}\n" for conflict in draft.conflicts)
    path.write_text(f"{DRAFT_HEAD}{head}{draft.text}", encoding="utf-8")
    _, problems = read_record(path)
    return tuple(map(str, problems))


def _texts(service: Service) -> tuple[str, ...]:
    return (service.name, service.audience, service.summary, service.note or "", service.cost or "")


def _conflicts(services: Iterable[Service]) -> Iterable[str]:
    """One number, two records: one of them is wrong, or they are one service."""
    holders = defaultdict(set)
    for service in services:
        for channel in service.channels:
            if channel.number:
                holders[channel.number].add(service.file)
    for number, files in sorted(holders.items()):
        if len(files) > 1:
            yield f"{number} is in {', '.join(sorted(files))}"


def _doubts(services: Iterable[Service], today: date) -> Iterable[str]:
    for service in services:
        source = service.provenance
        if source.checked_on > today:
            yield f"{service.file}: checked on {source.checked_on.isoformat()}, a day still to come"
        if source.confidence in (Confidence.NUMBER, Confidence.SECOND):
            yield f"{service.file}: confidence is '{source.confidence}'"
        if all(not c.schedule.always and c.schedule.week is None for c in service.public):
            yield f"{service.file}: hours are not known"
