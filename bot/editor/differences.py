"""What a change set changes, told item by item and word by word; and who must agree to it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from bot.edition import ADDED, listed
from bot.editor.dialogues import PATH as DIALOGUES
from bot.editor.filing import TOPICS
from bot.editor.items import Field, Item, Sensitivity, Sort, Tree
from bot.editor.library import Library
from bot.editor.new import RULES, rules_of

Run = tuple[Literal["same", "out", "in"], str]
"""Words that stayed, were taken out or put in."""

_WORD = re.compile(r"\s+|\S+")
_ORDER = tuple(Sensitivity)
# Files that are no items, by the folder: what hangs on them.
_BEYOND = {"data/safety/": Sensitivity.SAFETY_CRITICAL, "data/handoff/": Sensitivity.SAFETY_CRITICAL,
           "data/services/": Sensitivity.FACTUAL}  # fmt: skip

_NAMES = {ADDED: "Topics that editors added", RULES: "How topics that editors added are answered",
          DIALOGUES: "Conversations kept as tests"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One field of an item, or one file, as it was and as it would be. item: empty for a file that is no item."""

    path: str
    name: str
    label: str
    runs: tuple[Run, ...]
    item: str = ""
    sensitivity: Sensitivity = Sensitivity.ORDINARY


def overlaid(tree: Tree, texts: Mapping[str, str | None]) -> dict[str, str]:
    """A tree with files changed; None takes one away."""
    after = {**tree, **{path: text for path, text in texts.items() if text is not None}}
    return {path: text for path, text in after.items() if texts.get(path, text) is not None}


def differences(before: Library, after: Library) -> list[Changed]:
    """Every field that differs, in the order of the items; then every file that differs and holds no item."""
    paths = {p for p in {*before.tree, *after.tree} if before.tree.get(p) != after.tree.get(p)}
    was, now, titles = _told_apart(before), _told_apart(after), dict([*before.destinations, *after.destinations])
    changed = [
        one
        for key, item in {**was, **now}.items()
        if not item.paths.isdisjoint(paths)
        for one in _fields(was.get(key), now.get(key), titles)
    ]
    told = {one.path for one in changed}
    if after.tree.get(RULES) == rules_of(listed(after.tree.get(ADDED, ""))):
        told.add(RULES)  # it says what the list of topics says
    return changed + [_file(path, before, after) for path in sorted(paths - told)]


def _told_apart(library: Library) -> dict[tuple[str, str], Item]:
    """The items by what tells them apart in two states: a wording by its readers, for one taken away moves others up."""
    found: dict[tuple[str, str], Item] = {}
    for id, item in library.items.items():
        key = (id.rpartition(".")[0], item.reader) if item.sort is Sort.RESPONSE else (id, "")
        found[key if key not in found else (id, item.reader)] = item
    return found


def grouped(changes: Iterable[Changed]) -> dict[str, list[Changed]]:
    """The changes of each item or file together, by its name."""
    found: dict[str, list[Changed]] = {}
    for change in changes:
        found.setdefault(change.name, []).append(change)
    return found


def approval(changes: list[Changed]) -> Sensitivity:
    """How much hangs on a change set: the most that hangs on any part of it."""
    return max((one.sensitivity for one in changes), key=_ORDER.index, default=Sensitivity.ORDINARY)


def _fields(old: Item | None, new: Item | None, titles: Mapping[str, str]) -> Iterator[Changed]:
    item = new or old
    if item is None:
        return
    moved = old is not None and new is not None and len(old.fields) != len(new.fields)
    was, now = ({_told_as(field, one, moved=moved): field for field in one.fields} if one else {} for one in (old, new))
    weight = max((one.sensitivity for one in (old, new) if one), key=_ORDER.index)
    for name, field in {**was, **now}.items():
        label = field.label
        old_value, new_value = (fields[name].value if name in fields else "" for fields in (was, now))
        if old_value == new_value:
            continue
        if name.startswith("leads_") and titles.get(old_value) != titles.get(new_value):
            old_value, new_value = titles.get(old_value, old_value), titles.get(new_value, new_value)
        yield Changed(
            path=field.path or item.path, name=item.name, label=label, item=item.id, sensitivity=weight,
            runs=tuple(runs(old_value, new_value)),
        )  # fmt: skip


def _told_as(field: Field, item: Item, *, moved: bool) -> str:
    """What a field is told apart by: a way to reach a service by where it leads, when one that came or went `moved` others."""
    if not moved or not field.name.startswith(("way_", "hours_")):
        return field.name
    kind, _, number = field.name.partition("_")
    return f"{kind} {field.label} {item.values[f'way_{number}']}"


def named(path: str, *libraries: Library) -> str:
    """What a file holds, in words; its path where there are none."""
    titles = dict.fromkeys(item.title for library in libraries for item in library.items.values() if item.path == path)
    return _NAMES.get(path) or "; ".join([*titles][:3]) or ("Example messages" if path.startswith(TOPICS) else path)


def _file(path: str, before: Library, after: Library) -> Changed:
    weights = [w for folder, w in _BEYOND.items() if path.startswith(folder)]
    weights += [item.sensitivity for one in (before, after) for item in one.items.values() if item.path == path]
    return Changed(
        path=path, name=named(path, before, after), label="Lines of the file",
        sensitivity=max(weights, key=_ORDER.index, default=Sensitivity.ORDINARY),
        runs=tuple(_line_runs(before.tree.get(path, ""), after.tree.get(path, ""))),
    )  # fmt: skip


def runs(old: str, new: str) -> Iterator[Run]:
    """The words of two texts, told apart."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    yield from _told(a, b, "")


def _line_runs(old: str, new: str) -> Iterator[Run]:
    yield from (run for run in _told(old.splitlines(), new.splitlines(), "\n") if run[0] != "same")


def _told(a: list[str], b: list[str], joint: str) -> Iterator[Run]:
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", joint.join(a[a1:a2])
            continue
        if a1 < a2:
            yield "out", joint.join(a[a1:a2])
        if b1 < b2:
            yield "in", joint.join(b[b1:b2])
