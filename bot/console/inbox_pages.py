"""The inbox of what was not understood: filed under a topic, kept as a test, passed on to the safeguarding lead, or erased."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from bot.console.access import needs
from bot.console.forms import fields, several
from bot.console.keys import log, me
from bot.console.learning import Drafting, Learning, learning, today, topic_titles
from bot.console.missing import Missing
from bot.console.rendering import page
from bot.editor.dialogues import PATH as TESTS
from bot.editor.dialogues import Turn, add_dialogue, sayings
from bot.editor.filing import examples_path, file_example
from bot.editor.grouping import group
from bot.editor.inbox import KEPT_DAYS, Missed, Pile
from bot.errors import ContentError
from bot.vocabulary import Permission, Topic, topics

SUGGESTED = 3
DONE = {
    "learn": "Added to your changes as new examples. The messages are erased here.",
    "test": "Kept as a test in your changes. The message is erased here.",
    "out": "Added to your changes as something this service is not for. The messages are erased here.",
    "lead": "Passed on to the safeguarding lead.",
    "drop": "Erased.",
}
NOT_OURS = "Not for this service"
NOT_YET = "Nothing can be filed from here yet: drafts are not set up. Messages can be passed on or erased."
NO_TOPIC = "Choose the topic that these words are about."
GONE = Missing(
    title="These messages are no longer here",
    text="Someone else filed them, or their time was over. What you typed was not filed.",
    onward=("/content/inbox", "What is still to be filed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Messages that are alike. names: in the inbox. texts: each once. guesses: title and confidence, 0 to 1."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    guesses: tuple[tuple[str, str, float], ...]
    typed: str = ""
    topic: str = ""
    problems: tuple[str, ...] = ()


def grouped(messages: Mapping[str, Missed], titles: Mapping[str, str]) -> list[Group]:
    """Groups of near-duplicates, the largest first, with the topics they may be about."""
    return [_group([(name, messages[name]) for name in names], titles) for names in group(messages)]


def _group(found: Sequence[tuple[str, Missed]], titles: Mapping[str, str]) -> Group:
    texts = tuple(dict.fromkeys(one.text for _, one in found))
    sums: Counter[str] = Counter()
    for _, one in found:
        for topic, confidence in one.guesses:  # a vocabulary that changed meanwhile leaves guesses that are no topic
            sums[topic] += confidence  # type: ignore[assignment]  # a Counter sums what it is given
    guesses = tuple(
        (topic, titles[topic], total / len(found)) for topic, total in sums.most_common() if topic in titles
    )
    return Group(
        names=tuple(name for name, _ in found),
        texts=texts,
        guesses=guesses[:SUGGESTED],
        typed="\n".join(texts),
        topic=guesses[0][0] if guesses else "",
    )


async def _page(request: web.Request, *, failed: Group | None = None, done: str = "") -> web.Response:
    parts = learning(request)
    titles = topic_titles(parts.responses)
    named = {**titles, Topic.OUT_OF_SCOPE.value: NOT_OURS}
    messages = await asyncio.to_thread(parts.inbox.read, Pile.EDITORS, today=today(request.app))
    groups = grouped(messages, named)
    if failed is not None:
        groups = [failed if set(one.names) & set(failed.names) else one for one in groups]
    return page(
        request,
        "inbox.html",
        status=422 if failed else 200,
        groups=groups,
        count=len(messages),
        titles=titles,
        on=parts.on,
        days=KEPT_DAYS,
        done=DONE.get(done, ""),
        not_yet="" if parts.drafting else NOT_YET,
    )


@needs(Permission.EDIT_CONTENT)
async def inbox_page(request: web.Request) -> web.StreamResponse:
    """GET /content/inbox"""
    log(request, "inbox seen")
    return await _page(request, done=request.query.get("done", ""))


@needs(Permission.EDIT_CONTENT)
async def file(request: web.Request) -> web.StreamResponse:
    """POST /content/inbox: what to do with one group. What was typed stays when it can't be done."""
    typed, topic, act = await fields(request, "typed", "topic", "act")
    parts, day, who = learning(request), today(request.app), me(request).account.name
    messages = await asyncio.to_thread(parts.inbox.read, Pile.EDITORS, today=day)
    names = [name for name in await several(request, "name") if name in messages]
    if act not in DONE:
        raise web.HTTPBadRequest
    if not names:
        raise replace(GONE, typed=(typed,))
    try:
        await asyncio.to_thread(_do, parts, act, who, [line for line in typed.splitlines() if line.strip()], topic)
    except ContentError as error:
        found = _group([(name, messages[name]) for name in names], topic_titles(parts.responses))
        lines = tuple(error.problems)
        failed = Group(
            names=found.names, texts=found.texts, guesses=found.guesses, typed=typed, topic=topic, problems=lines
        )
        return await _page(request, failed=failed)
    for name in used({name: messages[name] for name in names}, typed) if act == "test" else names:
        if act == "lead":
            await asyncio.to_thread(parts.inbox.move, name, Pile.SAFETY, today=day)
        else:
            await asyncio.to_thread(parts.inbox.drop, name)
    log(request, f"inbox {act}", subject=topic if act in ("learn", "test") else "", detail=str(len(names)))
    raise web.HTTPSeeOther(f"/content/inbox?done={act}")


def _do(parts: Learning, act: str, who: str, lines: Sequence[str], topic: str) -> None:
    """Put what is filed into the editor's draft. Raises ContentError."""
    if act in ("lead", "drop"):
        return
    if parts.drafting is None:
        raise ContentError([NOT_YET])
    if act == "out":
        texts = learned(parts.drafting, who, lines, Topic.OUT_OF_SCOPE)
    elif topic not in topics():
        raise ContentError([NO_TOPIC])
    elif act == "learn":
        texts = learned(parts.drafting, who, lines, Topic(topic))
    else:
        texts = tested(parts.drafting, who, lines, Topic(topic))
    parts.drafting.keep(who, texts)


def used(messages: Mapping[str, Missed], typed: str) -> list[str]:
    """The messages that a test was made of: those with its very words, else those of the first of the group."""
    line = next((line.strip() for line in typed.splitlines() if line.strip()), "")
    texts = {one.text for one in messages.values()}
    text = line if line in texts else next(iter(messages.values())).text
    return [name for name, one in messages.items() if one.text == text]


def learned(drafting: Drafting, who: str, lines: Iterable[str], topic: Topic) -> dict[str, str]:
    """The examples file of a topic with the lines added. Raises ContentError."""
    tests = sayings(drafting.text(who, TESTS))
    path = examples_path(topic)
    text = drafting.text(who, path)
    problems = [
        f"“{line}” is kept as a test. Learned from as well, it would prove nothing."
        for line in lines
        if " ".join(line.split()) in tests
    ]
    if problems:
        raise ContentError(problems)
    added = text
    try:
        for line in lines:
            added = file_example(topic, line, added)
    except ValueError as error:
        raise ContentError(["One of the lines has no words in it."]) from error
    if not added:
        raise ContentError(["There are no words to learn from."])
    return {path: added}


def tested(drafting: Drafting, who: str, lines: Sequence[str], topic: Topic) -> dict[str, str]:
    """The dialogues that must keep going as they go, with one more: the first line. Raises ContentError."""
    if not lines:
        raise ContentError(["There are no words to test with."])
    learned_from = drafting.text(who, examples_path(topic)).splitlines()
    if f"    - {' '.join(lines[0].split())}" in learned_from:
        raise ContentError([f"“{lines[0]}” is learned from already. As a test as well, it would prove nothing."])
    return {TESTS: add_dialogue(lines[0], [Turn(say=lines[0], topic=topic)], drafting.text(who, TESTS))}


def add_routes(app: web.Application) -> None:
    app.router.add_get("/content/inbox", inbox_page)
    app.router.add_post("/content/inbox", file)
