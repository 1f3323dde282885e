"""What an editor looks after: every response with its owner, source and date, and how it reads to somebody in the chat."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.content.examples import TopicExample
from bot.content.responses import Responses, pick
from bot.vocabulary import topics

FEW_EXAMPLES = 40  # below which a topic is understood badly


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One response. readers: whom it has words of its own for, the default left out."""

    name: str
    owner: str
    sensitivity: str
    source: str | None
    checked: date
    review_due: date
    readers: tuple[str, ...]


def items(responses: Responses) -> list[Item]:
    """Every response with what is noted about it, the one due first in front."""
    found = [_item(name, variations) for name, variations in responses.items() if _noted(variations)]
    return sorted(found, key=lambda item: (item.review_due, item.name))


def _noted(variations: Sequence[Mapping[str, Any]]) -> bool:
    return "review_due" in (variations[0].get("metadata") or {})


def _item(name: str, variations: Sequence[Mapping[str, Any]]) -> Item:
    about = variations[0]["metadata"]
    return Item(
        name=name,
        owner=str(about.get("owner", "")),
        sensitivity=str(about.get("sensitivity", "")),
        source=about.get("source"),
        checked=date.fromisoformat(str(about["checked"])),
        review_due=date.fromisoformat(str(about["review_due"])),
        readers=tuple(_reader(v) for v in variations[1:]),
    )


def _reader(variation: Mapping[str, Any]) -> str:
    return ", ".join(str(c["value"]) for c in variation.get("condition") or []) or "another wording"


def report(
    responses: Responses, examples: Iterable[TopicExample], *, unread: Iterable[tuple[str, str]] = (),
    wholes: Iterable[tuple[str, date, str]] = (), today: date,
) -> list[str]:  # fmt: skip
    """What is overdue, what comes next, what has no source though it states facts, and topics with few examples.

    unread: what a speaker of its language still has to read, by name, with the mark it carries. wholes: what is
    looked at as a whole, by name or path: the day it is due, who looks after it.
    """
    all_items = items(responses)
    overdue = [item for item in all_items if item.review_due < today]
    lines = [f"{len(all_items)} responses, {len(overdue)} overdue for review"]
    lines += [f"  overdue since {item.review_due}: {item.name} ({item.owner})" for item in overdue]
    if not overdue and all_items:
        first = all_items[0].review_due
        count = sum(item.review_due == first for item in all_items)
        lines.append(f"  next: {count} on {first}, the first of them {all_items[0].name}")
    late = sorted((due, name, owner) for name, due, owner in wholes if due < today)
    lines += [f"  overdue since {due}: {name} ({owner})" for due, name, owner in late]
    lines += [
        f"  states facts without a source: {item.name}"
        for item in all_items
        if item.sensitivity == "factual" and not item.source
    ]
    marks: dict[str, list[str]] = {}
    for name, mark in unread:
        marks.setdefault(mark, []).append(name)
    for mark, names in sorted(marks.items()):
        lines += [f"{mark}: {len(names)} texts", *(f"  {name}" for name in names)]
    counts = Counter(example.topic for example in examples)
    few = sorted((counts[topic], topic) for topic in topics() if counts[topic] < FEW_EXAMPLES)
    lines.append(f"{counts.total()} examples of {len(counts)} topics, {len(few)} topics with fewer than {FEW_EXAMPLES}")
    lines += [f"  {count} examples: {topic}" for count, topic in few]
    return lines


def preview(responses: Responses, name: str, facts: Mapping[str, Any]) -> list[str] | None:
    """How a response reads to somebody in the chat: its text, then its buttons; None when there is no such response."""
    variation = pick(responses, name, facts)
    if variation is None:
        return None
    text = " ".join(str(variation.get("text", "")).split())
    return [text, *(f"  [{button['title']}]" for button in variation.get("buttons") or [])]
