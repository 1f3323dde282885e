"""Changes one value or entry in a YAML file and leaves every other character as it was: comments, order, wrapping."""

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from bot.errors import ContentError

Place = tuple[str | int, ...]
WIDTH = 110
_LONG = 80  # from which a line of words is folded over several
_BLOCK = frozenset({"|", ">"})


def load(text: str) -> Any:
    """The document. Raises ContentError that says where it can't be read."""
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ContentError([" ".join(str(error).split())]) from error


def value_at(document: Any, place: Place) -> Any:
    """The value at a place; None when there is none."""
    for step in place:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def put(text: str, place: Place, value: Any) -> str:
    """The text with `value` at `place`: a string, a list, or a mapping of any of them.

    A key that is missing in a mapping is added to it; so are the mappings, below the top. Raises ContentError when the file
    can't be read or the place is not there.
    """
    wanted = load(text)
    if value_at(wanted, place) == value:
        return text
    *way, last = place
    holder = value_at(wanted, tuple(way))
    if holder is None and len(way) > 1:
        return put(text, tuple(way), {last: value})
    if not isinstance(holder, dict | list):
        raise ContentError([f"there is no place called {' / '.join(map(str, place))}"])
    holder[last] = value  # type: ignore[index]  # a key of a mapping, or a number of a list
    return _checked(_changed(text, place, value), wanted)


def append(text: str, place: Place, entry: Mapping[str, Any]) -> str:
    """The text with one more entry at the end of the list at a place. Raises ContentError like `put`."""
    wanted = load(text)
    _listed_at(wanted, place).append(entry)
    node = _node(_composed(text), place)
    end = _line_end(text, _end(text, node))
    lines = yaml.safe_dump([dict(entry)], allow_unicode=True, sort_keys=False, width=10_000)
    added = textwrap.indent(lines, " " * node.start_mark.column)
    return _checked(f"{text[:end]}\n{added}{text[end:].removeprefix(chr(10))}", wanted)


def drop(text: str, place: Place) -> str:
    """The text without the entry of a list or mapping. Raises ContentError like `put`, and when it is the only one."""
    *way, last = place
    wanted = load(text)
    entries = value_at(wanted, tuple(way))
    found = _child(_node(_composed(text), way), last) if value_at(wanted, place) is not None else None
    if found is None:
        raise ContentError([f"there is no place called {' / '.join(map(str, place))}"])
    if len(entries) == 1:
        raise ContentError(["the last one must stay"])
    del entries[last]
    key, node = found
    start, end = (key or node).start_mark.index, _line_end(text, _end(text, node))
    return _checked(text[: text.rfind("\n", 0, start) + 1] + text[end + 1 :], wanted)


def _listed_at(document: Any, place: Place) -> list[Any]:
    found = value_at(document, place)
    if not isinstance(found, list) or not found:
        raise ContentError([f"there is no list called {' / '.join(map(str, place))}"])
    return found


def _line_end(text: str, at: int) -> int:
    """Where the line ends; a remark may stand behind the value."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _checked(changed: str, wanted: Any) -> str:
    if load(changed) != wanted:
        raise ContentError(["this can't be written into the file as it is; please tell the engineer"])
    return changed


def _composed(text: str) -> Any:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)  # the C loader's marks are off after characters beyond Latin
    except yaml.YAMLError as error:  # it is stricter than the C loader: `{a: why?, b: c}` is nothing to it
        raise ContentError([" ".join(str(error).split())]) from error


def _changed(text: str, place: Place, value: Any) -> str:
    holder = _node(_composed(text), place[:-1])
    found = _child(holder, place[-1])
    if found is None:
        return _added(text, holder, str(place[-1]), value)
    key, node = found
    start, end = node.start_mark.index, _end(text, node)
    indent = (key or node).start_mark.column if not isinstance(holder, yaml.SequenceNode) else holder.start_mark.column
    remarked = bool(text[end:].partition("\n")[0].strip())  # a block would swallow what stands behind it
    written = _written(value, indent=indent, flow=bool(holder.flow_style) or remarked)
    if isinstance(value, list | dict) and key is not None:
        start = key.end_mark.index + 1  # after the colon: a list may begin on the next line
        written = written if written.startswith("\n") else f" {written}"
    return text[:start] + written + text[end:]


def _node(node: yaml.Node, place: Iterable[str | int]) -> Any:
    for step in place:
        _, node = _child(node, step) or (None, node)  # `put` has walked this way through the values
    return node


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode):
        return None, node.value[int(step)]
    for key, value in node.value:
        if key.value == str(step):
            return key, value
    return None


def _end(text: str, node: yaml.Node) -> int:
    """Where the characters of a node end; a block's mark stands after the empty lines behind it.

    Any other space than YAML's own is a character of the text.
    """
    last = node
    while isinstance(last, yaml.CollectionNode) and last.value and not last.flow_style:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    end: int = last.end_mark.index
    if getattr(last, "style", None) in _BLOCK:
        end = last.start_mark.index + len(text[last.start_mark.index : end].rstrip(" \n"))
    return end


def _added(text: str, holder: Any, name: str, value: Any) -> str:
    key, last = holder.value[-1]
    end = _end(text, last)
    if holder.flow_style:
        return f"{text[:end]}, {name}: {_written(value, indent=0, flow=True)}{text[end:]}"
    column = key.start_mark.column
    written = _written(value, indent=column, flow=False)
    end = _line_end(text, end)
    gap = "" if written.startswith("\n") else " "
    return f"{text[:end]}\n{' ' * column}{name}:{gap}{written}{text[end:]}"


def _written(value: Any, *, indent: int, flow: bool) -> str:
    if isinstance(value, list):
        return _listed(value, indent=indent, flow=flow)
    if isinstance(value, dict):
        return "\n" + " " * (indent + 2) + _entry(value, indent)
    return _scalar(str(value), indent=indent, flow=flow)


def _listed(values: Sequence[Any], *, indent: int, flow: bool) -> str:
    if flow or not values:
        return "[" + ", ".join(json.dumps(one, ensure_ascii=False) for one in values) + "]"
    lead = "\n" + " " * indent
    return "".join(f"{lead}- {_entry(one, indent)}" for one in values)


def _entry(one: Any, indent: int) -> str:
    if not isinstance(one, dict):
        return _scalar(str(one), indent=indent, flow=False)
    lead, inner = "\n" + " " * (indent + 2), indent + 2
    lines = ((name, _written(value, indent=inner, flow=isinstance(value, list))) for name, value in one.items())
    return lead.join(f"{name}:{written if written.startswith(chr(10)) else f' {written}'}" for name, written in lines)


def _scalar(text: str, *, indent: int, flow: bool) -> str:
    """A string in the plainest style that reads back as it is."""
    lead = " " * (indent + 2)
    candidates = []
    if not flow and "\n" in text:
        lines = "\n".join(f"{lead}{line}" if line else "" for line in text.split("\n"))
        candidates.append(f"|-\n{lines}")
    elif not flow and len(text) > _LONG and "  " not in text:
        wrapped = textwrap.wrap(text, WIDTH - len(lead), break_long_words=False, break_on_hyphens=False)
        candidates.append(">-\n" + "\n".join(f"{lead}{line}" for line in wrapped))
    elif not flow:
        candidates.append(text)
    if "\n" not in text:
        candidates.append("'" + text.replace("'", "''") + "'")
    candidates.append(json.dumps(text, ensure_ascii=False))
    return next(one for one in (*candidates, json.dumps(text)) if _reads_back(one, text, lead))


def _reads_back(written: str, text: str, lead: str) -> bool:
    try:
        return bool(yaml.safe_load(f"{lead[2:]}k: {written}\n") == {"k": text})
    except yaml.YAMLError:
        return False
