"""A folder of records into a catalogue. Bad records are reported and left out; emergency lines may not be."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.catalogue.freshness import Freshness, freshness
from bot.catalogue.numbers import numbers_in
from bot.catalogue.policy import read_policy
from bot.catalogue.record import read_record
from bot.catalogue.records import Catalogue, Policy, Problem, Service
from bot.errors import ContentError

__all__ = ["Catalogue", "Found", "examine", "load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All there is to say about a folder: what is good, what is wrong, and what forbids to start."""

    services: tuple[Service, ...]
    policy: Policy | None
    problems: tuple[Problem, ...]
    vital: tuple[Problem, ...]


def load(folder: Path, *, today: date, strict: bool = True) -> Catalogue:
    """Read `folder`: records at its top, `rules/` beside them.

    Raises `ContentError` with all problems at once; with `strict=False` only when the rules can't be read or
    an emergency line is missing, malformed or overdue beyond its grace, and keeps the rest in `problems`.
    """
    found = examine(folder, today=today)
    if found.policy is None or found.vital or (strict and found.problems):
        raise ContentError([str(problem) for problem in (*found.problems, *found.vital)])
    return Catalogue(services=found.services, policy=found.policy, problems=found.problems)


def examine(folder: Path, *, today: date) -> Found:
    """Read `folder` and never raise for what is in it; one bad record takes no other with it."""
    problems: list[Problem] = []
    policy = read_policy(folder / "rules", problems)
    services: list[Service] = []
    for path in sorted(folder.glob("*.*")):
        if path.suffix.lower() not in (".yml", ".yaml"):
            continue
        if path.suffix != ".yml":
            problems.append(Problem(file=path.name, line=1, field="file name", text="must end in .yml to be read"))
            continue
        service, wrong = read_record(path)
        problems += wrong
        if service:
            services.append(service)
    if policy is None:
        return Found(services=tuple(services), policy=None, problems=tuple(problems), vital=())
    refused = _refused(services, policy)
    bad = {problem.file for problem in refused}
    good = sorted((s for s in services if s.file not in bad), key=lambda service: service.name.casefold())
    vital = _vital(good, policy, today)
    return Found(services=tuple(good), policy=policy, problems=(*problems, *refused), vital=tuple(vital))


def _refused(services: list[Service], policy: Policy) -> list[Problem]:
    """What one record alone can't show: names and numbers not to be listed, and two records of one name."""
    problems = []
    names = defaultdict(list)
    for service in services:
        names[service.name.casefold()].append(service)
        if any(name in service.name.casefold() for name in policy.withdrawn_names):
            problems.append(_about(service, "name", f"'{service.name}' is on the list of services not to give out"))
        texts = (service.audience, service.summary, service.note or "", service.cost or "")
        given = {channel.number for channel in service.channels if channel.number}
        for number in sorted((given | {n for text in texts for n in numbers_in(text)}) & policy.withdrawn_numbers):
            problems.append(_about(service, "channels", f"{number} is on the list of numbers not to give out"))
    for same in names.values():
        for service in same[1:]:
            problems.append(_about(service, "name", f"is the same as in {same[0].file}"))
    return problems


def _vital(services: list[Service], policy: Policy, today: date) -> list[Problem]:
    """Why the service may not start: what is wrong with the lines it can't do without."""
    found = {service.id: service for service in services}
    problems = []
    for line in policy.emergency_lines:
        service = found.get(line)
        if service is None:
            text = "this emergency line is missing or its record can't be read"
            problems.append(Problem(file=f"{line}.yml", line=1, field="file", text=text))
        elif not service.emergency_line:
            problems.append(_about(service, "emergency line", "must be 'yes': the policy names it as one"))
        elif freshness(service, policy, today) is Freshness.EXPIRED:
            due = service.provenance.review_due.isoformat()
            problems.append(_about(service, "source.review due", f"was {due}; this emergency line must be checked"))
    return problems


def _about(service: Service, field: str, text: str) -> Problem:
    return Problem(file=service.file, line=1, field=field, text=text)
