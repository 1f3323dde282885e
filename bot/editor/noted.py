"""Who looks after content that is looked at as a whole: shown with all that it holds for, and changed in plain fields."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.content.noted import KINDS, NOTES, overridden, own_notes
from bot.editor.items import Field, Item, Sensitivity, Shape, Sort, Tree
from bot.editor.yaml_edit import Place, load
from bot.errors import ContentError

EXAMPLES, SAFETY_EXAMPLES = KINDS
_TITLES = {EXAMPLES: "All example messages", SAFETY_EXAMPLES: "All messages labelled for danger"}
_OF_A_FILE = "This and the three below hold for the whole file: it is looked at as one."
_OF_ALL = "This and the three below hold for all of them: they are looked at as one."
_OF_A_TOPIC = "This and the three below are of this topic, looked at on its own. What is empty is as for all topics."


def day(value: Any) -> date | None:
    """A day as it is written; None for what is none."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def noted(document: Mapping[str, Any]) -> dict[str, Any]:
    """What an item says of the whole that it is looked at with."""
    return {
        "owner": str(document.get("owner", "")),
        "source": str(document.get("source", "")),
        "checked": day(document.get("checked")),
        "review_due": day(document.get("review_due")),
    }


def fields(
    document: Mapping[str, Any], within: Place = (), *, help: str = _OF_A_FILE, required: bool = True, path: str = ""
) -> Iterator[Field]:
    """Who looks after it, what it rests on, when it was looked at and will be."""
    for name, label, shape in (
        ("owner", "Looked after by", Shape.LINE), ("source", "Source", Shape.LINE),
        ("checked", "Last checked", Shape.DAY), ("review_due", "To be checked again by", Shape.DAY),
    ):  # fmt: skip
        yield Field(name=name, label=label, value=str(document.get(name, "")), shape=shape, place=(*within, name),
                    required=required, help=help if name == "owner" else "", path=path)  # fmt: skip


def note_items(path: str, text: str) -> Iterator[Item]:
    """The note of each kind of content that is many small files."""
    document = load(text)
    for kind, title in _TITLES.items():
        weight = Sensitivity.SAFETY_CRITICAL if kind == SAFETY_EXAMPLES else Sensitivity.ORDINARY
        yield Item(id=f"note.{kind}", sort=Sort.NOTE, title=title, path=path, sensitivity=weight,
                   **noted(document[kind]), fields=tuple(fields(document[kind], (kind,), help=_OF_ALL)))  # fmt: skip


def notes_of(tree: Tree) -> Mapping[str, Any]:
    """The notes of a tree by kind of content; none where the file is missing, or can't be read as its items say."""
    try:
        return load(tree.get(NOTES, "")) or {}
    except ContentError:
        return {}


def of_safety_examples(notes: Mapping[str, Any]) -> dict[str, Any]:
    """What a message labelled for danger says of all of them."""
    return _held_by(SAFETY_EXAMPLES, notes.get(SAFETY_EXAMPLES) or {}, {})


def of_examples(notes: Mapping[str, Any], topic: str) -> tuple[dict[str, Any], tuple[Field, ...]]:
    """What the example messages of a topic say of themselves or of all, and the fields to say it of this topic alone."""
    note = notes.get(EXAMPLES) or {}
    own = own_notes(note).get(topic) or {}
    place: Place = (EXAMPLES, "topics", topic)
    changed = tuple(fields(own, place, help=_OF_A_TOPIC, required=False, path=NOTES)) if note else ()
    return _held_by(EXAMPLES, note, own), changed


def _held_by(kind: str, note: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    return noted(overridden(note, own)) | {"within": f"note.{kind}" if note and not own.get("review_due") else ""}
