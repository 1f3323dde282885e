"""Helplines that take handoffs, from `data/helplines/*.yml`, and which of them may get whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from bot.catalogue.clock import is_open
from bot.catalogue.load import Catalogue
from bot.catalogue.matching import Need, match
from bot.catalogue.reader import Entry, Fields, one_of, yes_no
from bot.catalogue.records import UK, Problem, Schedule
from bot.catalogue.timetable import schedule
from bot.errors import ContentError
from bot.handoff.records import HelplineId
from bot.vocabulary import Kind, Nation, Role

E = TypeVar("E", bound=StrEnum)

_SIDES = frozenset({Role.VICTIM, Role.OWN_BEHAVIOUR})
_ALL = 1000  # more services than any catalogue matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpline:
    """One helpline. services: ids of the catalogue's services that its workers answer for.

    hours: when it takes talks, on top of somebody being on duty; None when whoever is on duty decides.
    """

    id: HelplineId
    name: str
    services: tuple[str, ...]
    roles: frozenset[Role]
    nations: frozenset[Nation]
    hours: Schedule | None = None
    children: bool = False

    def open(self, at: datetime) -> bool:
        """Whether its hours let it take a talk at an aware instant."""
        return self.hours is None or is_open(self.hours, at) is not False


@dataclass(frozen=True, slots=True, kw_only=True)
class Helplines:
    """All helplines of a deployment. problems: what closes one, or takes a service from it, and stops no other."""

    all: tuple[Helpline, ...] = ()
    problems: tuple[Problem, ...] = ()

    def get(self, id: HelplineId) -> Helpline | None:
        """The helpline of that id."""
        return next((one for one in self.all if one.id == id), None)

    def may_pass(self, source: HelplineId, to: HelplineId, *, role: Role | None, kinds: Collection[Kind]) -> bool:
        """Whether a talk may be passed on from one helpline to another: who receives it must serve the visitor.

        Without a known role the visitor is on the side that the first helpline takes. One that is not known may
        neither give nor get.
        """
        here, there = self.get(source), self.get(to)
        if here is None or there is None:
            return False
        if here.id == there.id:
            return True
        if Kind.CHILD_USER in kinds and not there.children:
            return False
        if role is not None:
            return role in there.roles
        side = here.roles & _SIDES
        return bool(here.roles & there.roles) and there.roles & _SIDES == side

    def route(
        self,
        catalogue: Catalogue,
        *,
        role: Role,
        nation: Nation | None,
        kinds: Collection[Kind],
        at: datetime,
        language: str | None = None,
    ) -> Sequence[Helpline]:
        """Who may get a visitor, the best first. The rules of role, nation and age can't be overruled by rank.

        Whoever is worried about how they behave never goes to a helpline for those who are harmed, nor the other way
        round: a helpline takes one side or the other, and both it and its service must take the role.
        """
        allowed = [one for one in self.all if _takes(one, role, nation, kinds)]
        need = Need(role=role, nation=nation, kinds=frozenset(kinds), language=language)
        ranked = [found.service.id for found in match(catalogue, need, at, _ALL)]
        rank = {id: place for place, id in enumerate(ranked)}
        fit = [one for one in allowed if any(_fits(catalogue, id, role) for id in one.services)]
        return sorted(fit, key=lambda one: (min(rank.get(id, _ALL) for id in one.services), one.id))


def _takes(helpline: Helpline, role: Role, nation: Nation | None, kinds: Collection[Kind]) -> bool:
    return (
        role in helpline.roles
        and (nation is None or nation in helpline.nations)
        and (helpline.children or Kind.CHILD_USER not in kinds)
    )


def _fits(catalogue: Catalogue, service: str, role: Role) -> bool:
    found = catalogue.by_id.get(service)
    return found is not None and role in found.roles


def load_helplines(folder: Path, catalogue: Catalogue) -> Helplines:
    """All files of a folder; none when there is no folder. Raises ContentError with all problems of the files.

    A service whose record is left out is no mistake of a file: nobody is sent to the helpline by it until the record
    is mended, and who talks with the helpline already goes on.
    """
    problems: list[Problem] = []
    lost: list[Problem] = []
    paths = [path for path in sorted(folder.glob("*.yml")) if path.stem != "replies"]
    found = [_helpline(path, catalogue, problems, lost) for path in paths]
    if problems:
        raise ContentError([str(problem) for problem in problems])
    return Helplines(all=tuple(one for one in found if one is not None), problems=tuple(lost))


def _helpline(path: Path, catalogue: Catalogue, problems: list[Problem], lost: list[Problem]) -> Helpline | None:
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        problems.append(Problem(file=path.name, line=1, field="file", text=type(error).__name__))
        return None
    if node is None:
        problems.append(Problem(file=path.name, line=1, field="file", text="is empty"))
        return None
    fields = Entry(path.name, "", node, problems).fields()
    name = fields.need("name")
    services = _texts(fields.need("services"))
    roles = _words(fields, "roles", Role)
    nations = _words(fields, "nations", Nation) or frozenset(UK)
    hours = fields.take("hours")
    children = fields.take("under 18s")
    helpline = Helpline(
        id=HelplineId(path.stem),
        name=(name.text() if name else None) or path.stem,
        services=services,
        roles=roles,
        nations=nations,
        hours=schedule(hours) if hours else None,
        children=bool(children.read(yes_no)) if children else False,
    )
    fields.rest()
    _check(helpline, fields.entry, catalogue, lost)
    return helpline


def _check(helpline: Helpline, file: Entry, catalogue: Catalogue, lost: list[Problem]) -> None:
    roles, services = file.inside(file.node, "roles"), file.inside(file.node, "services")
    if not helpline.roles:
        roles.problem("names nobody the helpline takes")
    if helpline.roles >= _SIDES:
        roles.problem("has both victim and own_behaviour: these are two helplines, each with its own workers and file")
    for id in helpline.services:
        if id in catalogue.left_out:
            replace(services, problems=lost).problem(f"'{id}' is left out of the catalogue until its record is mended")
        elif id not in catalogue.by_id:
            services.problem(f"'{id}' is not in the catalogue, and the helpline {helpline.name} sends by it")
    whole = catalogue.by_id.keys() >= {*helpline.services}
    for role in sorted(helpline.roles):
        if whole and not any(_fits(catalogue, id, role) for id in helpline.services):
            roles.problem(f"none of its services takes {role}")


def _texts(entry: Entry | None) -> tuple[str, ...]:
    return tuple(text for item in entry.items() if (text := item.text())) if entry else ()


def _words(fields: Fields, name: str, kind: type[E]) -> frozenset[E]:
    entry = fields.take(name)
    if entry is None:
        return frozenset()
    return frozenset(word for item in entry.items() if (word := item.read(one_of(kind))) is not None)
