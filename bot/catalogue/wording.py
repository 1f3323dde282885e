"""The catalogue's words for visitors, read from `data/services/wording/`: no sentence is in Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bot.edition import Edition, edition
from bot.errors import ContentError


class HoursWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Templates for opening hours; `{time}`, `{day}` and `{date}` stand for what is computed."""

    always: str
    open: str
    open_until: str
    opens_today: str
    opens_tomorrow: str
    opens_on_day: str
    opens_on_date: str
    closed: str
    unknown: str
    noon: str
    midnight: str
    morning: str
    afternoon: str
    days: tuple[str, str, str, str, str, str, str]
    months: tuple[str, str, str, str, str, str, str, str, str, str, str, str]

    def clock(self, at: datetime) -> str:
        """A local time as people say it: 8 pm, 8:30 pm, 12 noon, midnight."""
        if at.minute == 0 and at.hour in (0, 12):
            return self.noon if at.hour else self.midnight
        template = self.morning if at.hour < 12 else self.afternoon
        minutes = f":{at.minute:02}" if at.minute else ""
        return template.format(time=f"{at.hour % 12 or 12}{minutes}")


class WhyWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line for each reason a service was picked."""

    emergency: str
    children: str
    channel: Mapping[str, str]
    cue: Mapping[str, str]
    nation: str
    topic: Mapping[str, str]
    role: Mapping[str, str]
    men: str
    women: str
    language: str
    access: str
    listening: str
    general: str


class CardWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Small texts of a card."""

    cost: Mapping[str, str]
    nations: Mapping[str, str]
    only_in: str
    joined: str
    text: str
    number_in: str
    access: Mapping[str, str]
    languages: Mapping[str, str]


class TaxonomyWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vocabulary as other directories read it; a word not named here is its code, spelt out."""

    name: str
    description: str
    words: Mapping[str, str] = {}

    def word(self, code: str) -> str:
        """What a code is called."""
        return self.words.get(code) or code.replace("_", " ").capitalize()


class Taxonomies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them, with the version of their meaning."""

    version: str
    role: TaxonomyWords
    topic: TaxonomyWords
    cue: TaxonomyWords
    gender: TaxonomyWords
    use: TaxonomyWords
    channel: TaxonomyWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """All of it."""

    hours: HoursWords
    why: WhyWords
    card: CardWords
    taxonomies: Taxonomies


def read_wording(folder: Path) -> Wording:
    """Read the folder's four files; raises `ContentError` naming every file that is wrong."""
    problems: list[str] = []
    hours = _read(folder / "hours.yml", HoursWords, problems)
    why = _read(folder / "why.yml", WhyWords, problems)
    card = _read(folder / "card.yml", CardWords, problems)
    taxonomies = _read(folder / "taxonomies.yml", Taxonomies, problems)
    if problems:
        raise ContentError(problems)
    return Wording(hours=hours, why=why, card=card, taxonomies=taxonomies)


def default_wording() -> Wording:
    """The wording of the edition that is served, read once."""
    return _read_once(edition())


@lru_cache(maxsize=2)
def _read_once(served: Edition) -> Wording:
    return read_wording(served.services / "wording")


def _read(path: Path, kind: type[Any], problems: list[str]) -> Any:
    try:
        return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), kind)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError) as error:
        problems.append(f"{path.name}: {error}")
        return None
