"""The wording of the care block, as `data/safety/care.yml` holds it, in English and where it is said in other languages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import msgspec
import yaml

from bot.errors import ContentError
from bot.vocabulary import BESIDE_ENGLISH, Kind, Language

WRITER, BY_WRITER, OTHER, SELF, CHILD = "writer", "by_writer", "other", "self", "child"
AUDIENCES = (WRITER, BY_WRITER, OTHER, SELF)
LEVELS = ("emergency", "urgent")
Place = tuple[str, ...]
"""Where lines stand: `("emergency", "writer")`, `("kinds", "weapon", "other")`, `("frame", "urgent")`."""


class CareWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Lines in one language. review: who still has to read them; empty when a speaker has."""

    review: str = ""
    emergency: dict[str, tuple[str, ...]] = {}
    urgent: dict[str, tuple[str, ...]] = {}
    frame: dict[str, tuple[str, ...]] = {}
    kinds: dict[str, dict[str, tuple[str, ...]]] = {}

    def at(self, place: Place) -> tuple[str, ...]:
        """The lines at a place; none when it has none."""
        found: Any = getattr(self, place[0])
        for step in place[1:]:
            found = found.get(step, {})
        return tuple(found)

    def places(self) -> Iterator[Place]:
        """Every place that has lines."""
        for part in (*LEVELS, "frame"):
            yield from ((part, name) for name, lines in getattr(self, part).items() if lines)
        yield from (("kinds", kind, name) for kind, said in self.kinds.items() for name, lines in said.items() if lines)


class CareContent(CareWords, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`care.yml` as it stands: the English lines, and by code what is said in other languages."""

    owner: str
    sensitivity: str
    source: str
    checked: str
    review_due: str
    languages: dict[str, CareWords] = {}

    def lines(self, place: Place, language: Language) -> Iterator[tuple[str, Language]]:
        """What is said at a place, each line with its language: the one asked for, else English."""
        own = self.languages.get(language)
        said = own.at(place) if own else ()
        for line in said or self.at(place):
            yield line, language if said else Language.ENGLISH

    @classmethod
    def read(cls, text: str) -> Self:
        """Of the text of the file, unchecked. Raises YAMLError or ValidationError."""
        return msgspec.convert(yaml.load(text, Loader=yaml.BaseLoader), cls)  # noqa: S506  # makes strings only

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and check the file. Raises ContentError with all problems."""
        try:
            content = cls.read(path.read_text("utf-8"))
        except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
            raise ContentError([f"{path.name}: {error}"]) from error
        if problems := [f"{path.name}: {problem}" for problem in content.problems()]:
            raise ContentError(problems)
        return content

    def problems(self) -> Iterator[str]:
        """What is missing in English, and what in another language has no place there or lacks 999."""
        for level in LEVELS:
            yield from (f"{level} has no lines for {one}" for one in AUDIENCES if not self.at((level, one)))
            if not self.at(("frame", level)):
                yield f"frame has no lines for {level}"
        yield from (f"no lines for {kind}" for kind in Kind if not self.kinds.get(kind))
        yield from _without_999(self, AUDIENCES)
        for code, words in self.languages.items():
            if code not in BESIDE_ENGLISH:
                yield f"there is no language called {code!r} for wordings: {known_languages()}"
                continue
            name = Language(code).label
            yield from (
                f"{name} has lines for {' '.join(place)}, which English has not"
                for place in words.places()
                if not self.at(place)
            )
            yield from (f"{name}: {problem}" for problem in _without_999(words, words.emergency))


def known_languages() -> str:
    """The languages a wording can be in beside English, as an error names them."""
    return ", ".join(f"{one} ({one.label})" for one in BESIDE_ENGLISH)


def _without_999(words: CareWords, audiences: Any) -> Iterator[str]:
    yield from (
        f"emergency must name 999 for {one}" for one in audiences if "999" not in " ".join(words.at(("emergency", one)))
    )
