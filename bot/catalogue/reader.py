"""YAML read with its line numbers: every scalar a text, every problem collected with file, line and field.

Plain YAML would turn 0800 1111 into a number and 24/7 into a guess; editors should not have to know.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from bot.catalogue.records import Problem

E = TypeVar("E", bound=StrEnum)
Y = TypeVar("Y")

_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class Unreadable(Exception):
    """A value can't be read; the message is the problem's plain words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a file, where it stands, and the list that problems go to."""

    file: str
    field: str
    node: yaml.Node
    problems: list[Problem]

    def problem(self, text: str) -> None:
        """Note that this value is wrong."""
        line = self.node.start_mark.line + 1
        self.problems.append(Problem(file=self.file, line=line, field=self.field, text=text))

    def inside(self, node: yaml.Node, name: str) -> "Entry":
        """An entry further in, named by its path."""
        path = f"{self.field}.{name}" if self.field else name
        return Entry(self.file, path, node, self.problems)

    def text(self) -> str | None:
        """The scalar as written, spaces folded; None when empty or not a scalar, with a problem noted."""
        if isinstance(self.node, yaml.ScalarNode) and self.node.value.strip():
            return " ".join(self.node.value.split())
        self.problem("needs a value" if isinstance(self.node, yaml.ScalarNode) else "needs one value, not a list")
        return None

    def is_word(self, word: str) -> bool:
        """True when the value is that one word."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.value.strip() == word

    def items(self) -> Iterator["Entry"]:
        """The entries of a list; a single value counts as a list of one."""
        if isinstance(self.node, yaml.SequenceNode):
            for place, node in enumerate(self.node.value, 1):
                yield self.inside(node, str(place))
        else:
            yield self

    def fields(self) -> "Fields":
        """The entries of a mapping by name; a name written twice is a problem."""
        found: dict[str, Entry] = {}
        if not isinstance(self.node, yaml.MappingNode):
            self.problem("needs fields, each as 'name: value'")
            return Fields(self, found)
        for key, node in self.node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name in found:
                self.inside(key, name).problem("is written twice")
            found[name] = self.inside(node, name)
        return Fields(self, found)

    def read(self, parse: Callable[[str], Y]) -> Y | None:
        """The scalar through `parse`, whose `Unreadable` becomes a problem."""
        text = self.text()
        if text is None:
            return None
        try:
            return parse(text)
        except Unreadable as error:
            self.problem(str(error))
            return None


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping being read field by field; what nobody asked for is reported by `rest`."""

    entry: Entry
    by_name: dict[str, Entry]

    def take(self, name: str) -> Entry | None:
        """The entry of that name, if the file has one and it is not left empty."""
        entry = self.by_name.pop(name, None)
        if entry is None or (isinstance(entry.node, yaml.ScalarNode) and not entry.node.value.strip()):
            return None
        return entry

    def need(self, name: str) -> Entry | None:
        """The entry of that name; its absence is a problem."""
        entry = self.take(name)
        if entry is None:
            self.entry.inside(self.entry.node, name).problem("is missing")
        return entry

    def rest(self) -> None:
        """Note every field that has no meaning here: most often a slip of the pen."""
        for name in list(self.by_name):
            self.by_name.pop(name).problem("is not a field of this file")


def day(text: str) -> date:
    """A day as 2026-11-25."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise Unreadable(f"'{text}' is not a day; write it as 2026-11-25")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"'{text}' is no day of the calendar") from None


def whole(text: str) -> int:
    """A whole number that is not negative."""
    if not re.fullmatch(r"\d{1,6}", text):
        raise Unreadable(f"'{text}' is not a whole number")
    return int(text)


def yes_no(text: str) -> bool:
    """yes or no."""
    if text.lower() not in _YES_NO:
        raise Unreadable(f"'{text}' should be yes or no")
    return _YES_NO[text.lower()]


def one_of(kind: type[E]) -> Callable[[str], E]:
    """A word of a closed vocabulary."""

    def parse(text: str) -> E:
        try:
            return kind(text)
        except ValueError:
            words = ", ".join(kind)
            raise Unreadable(f"'{text}' is not known here; use one of: {words}") from None

    return parse


def web_address(text: str) -> str:
    """A link that starts with https://."""
    if not re.fullmatch(r"https://[\w-]+(\.[\w-]+)+(/[^\s<>\"]*)?", text):
        raise Unreadable(f"'{text}' is not a web address starting with https://")
    return text


def email_address(text: str) -> str:
    """An e-mail address."""
    if not re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", text):
        raise Unreadable(f"'{text}' is not an e-mail address")
    return text


def open_file(path: Path, problems: list[Problem]) -> Entry | None:
    """The file's top entry, or None with the problem noted (unreadable, empty, not YAML)."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        text, line = "is not plain UTF-8 text", 1
    except OSError:
        text, line = "can't be opened", 1
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        text, line = f"is not YAML: {error.problem or error.context}", mark.line + 1 if mark else 1
    except (yaml.YAMLError, RecursionError):
        text, line = "is not YAML", 1
    else:
        if node is not None:
            return Entry(path.name, "", node, problems)
        text, line = "is empty", 1
    problems.append(Problem(file=path.name, line=line, field="file", text=text))
    return None
