"""What an editor sees of the content: items with plain fields, each of which knows its place in a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.editor.yaml_edit import Place
from bot.vocabulary import Language

Tree = Mapping[str, str]
"""The text of every content file by its path."""


class Sort(StrEnum):
    """What kind of content an item is."""

    RESPONSE = "response"
    EXAMPLES = "examples"
    SERVICE = "service"
    CARE = "care"
    SAFETY_EXAMPLE = "safety_example"
    HANDOFF = "handoff"
    REPLY = "reply"
    PAGE_TEXT = "page_text"
    NOTE = "note"


class Sensitivity(StrEnum):
    """How much hangs on an item, the least first: who must agree before a change is published."""

    ORDINARY = "ordinary"
    FACTUAL = "factual"
    SAFETY_CRITICAL = "safety_critical"


class Shape(StrEnum):
    """How a field is filled in: a line, a text of several, one choice, a day, or a list with an entry a line."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    DAY = "day"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in. place: where in the file; empty when the kind of content puts it there itself.

    path: the file, when it is another than the item's.
    """

    name: str
    label: str
    value: str
    shape: Shape = Shape.LINE
    place: Place = ()
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing an editor changes as a whole.

    reader: whom this wording is for; empty for everyone. language: the code of what it is in, where that is not English.
    review: who still has to read it; empty when nobody has. within: the item that it is looked at with, by whose note;
    empty when it says all that by itself.
    """

    id: str
    sort: Sort
    title: str
    path: str
    fields: tuple[Field, ...]
    reader: str = ""
    topic: str = ""
    nation: str = ""
    role: str = ""
    language: str = ""
    review: str = ""
    owner: str = ""
    source: str = ""
    checked: date | None = None
    review_due: date | None = None
    within: str = ""
    sensitivity: Sensitivity = Sensitivity.ORDINARY

    @property
    def name(self) -> str:
        """The title, and for whom."""
        return f"{self.title}, {self.reader}" if self.reader else self.title

    @property
    def paths(self) -> frozenset[str]:
        """The files it stands in."""
        return frozenset({self.path, *(field.path for field in self.fields if field.path)})

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields, by their names."""
        return {field.name: field.value for field in self.fields}

    @property
    def words(self) -> str:
        """All there is to find it by."""
        return " ".join((self.title, self.reader, self.topic, *self.values.values())).replace("_", " ").casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an editor should know of what they typed. stops: it can't be published like this."""

    text: str
    stops: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An answer as the chat would show it: a text, and the titles of the buttons under it, on a page in a language."""

    text: str
    buttons: tuple[str, ...] = ()
    language: str = Language.ENGLISH
