"""New things from plain fields: a topic with its first answer and examples, a service."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from bot.edition import ADDED, listed
from bot.editor.filing import examples_path, file_example
from bot.editor.items import Tree
from bot.editor.quoting import quoted
from bot.editor.sorts import RESPONSES, SERVICES
from bot.editor.yaml_edit import put
from bot.errors import ContentError
from bot.vocabulary import Nation, Role, help_topics, topics

RULES = "data/rules/added.yml"
FEWEST_EXAMPLES = 10  # below which a topic is only guessed at
GOOD_FOR = timedelta(days=91)
_TAKEN = frozenset(
    {"door", "inform", "skip", "more", "safe_now", "unsafe_now", "cannot_talk", "cue_emergency", "handoff"}
)


def rules_of(names: Iterable[str]) -> str:
    """The rules by which topics that editors added are answered."""
    rules = (f"- rule: {name}\n  steps:\n  - intent: {name}\n  - action: action_answer\n" for name in names)
    return 'version: "3.1"\n\n# A topic that editors added is answered as all others.\nrules:\n' + "".join(rules)


def slug(title: str, joint: str) -> str:
    """The name of a title in small letters: `Older people` is `older_people`."""
    return joint.join(re.findall(r"[a-z0-9]+", title.casefold()))[:40].strip(joint)


def new_topic(tree: Tree, values: Mapping[str, str], *, today: date) -> dict[str, str]:
    """The files of a new topic. values: title, text, examples (one a line). Raises ContentError in plain words."""
    title, text = " ".join(values.get("title", "").split()), values.get("text", "").replace("\r\n", "\n").strip()
    name = slug(title, "_")
    lines = list(dict.fromkeys(line.strip() for line in values.get("examples", "").splitlines() if line.strip()))
    problems = []
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", name):
        problems.append("Title: give it a name of at least three letters")
    elif name in topics() or name in _TAKEN or f"{RESPONSES}{name}.yml" in tree:
        problems.append(f"Title: there is a topic called {name.replace('_', ' ')} already")
    if not text:
        problems.append("First answer: this can't be left empty")
    if len(lines) < FEWEST_EXAMPLES:
        problems.append(f"Example messages: at least {FEWEST_EXAMPLES} different ones; there are {len(lines)}")
    if problems:
        raise ContentError(problems)
    response = (
        f'version: "3.1"\n\nresponses:\n  utter_{name}:\n  - text: x\n    buttons:\n    - title: Talk to a person\n'
        f"      payload: /person\n    metadata:\n      owner: content\n      title: x\n      sensitivity: ordinary\n"
        f"      checked: '{today.isoformat()}'\n      review_due: '{(today + GOOD_FOR).isoformat()}'\n"
    )
    response = put(response, ("responses", f"utter_{name}", 0, "text"), text)
    response = put(response, ("responses", f"utter_{name}", 0, "metadata", "title"), title)
    examples = ""
    for line in lines:
        examples = file_example(name, line, examples)
    intents = tree.get(ADDED) or 'version: "3.1"\n\n# Topics that editors added.\nintents:\n'
    added = f"{intents}- {name}\n"
    return {
        ADDED: added,
        RULES: rules_of(listed(added)),
        f"{RESPONSES}{name}.yml": response,
        examples_path(name): examples,
    }


def new_service(tree: Tree, values: Mapping[str, str], *, by: str, today: date) -> dict[str, str]:
    """The record of a new service. values: name, for, about, phone, website, nation, role, topic, url.

    What is wrong with a number or an address is said when it is checked. Raises ContentError for what is missing, and
    for what is none of the choices.
    """
    given = {name: " ".join(values.get(name, "").split()) for name in
             ("name", "for", "about", "phone", "website", "nation", "role", "topic", "url")}  # fmt: skip
    labels = {"name": "Name", "for": "Whom it is for", "about": "What it is", "url": "Checked at"}
    problems = [f"{label}: this can't be left empty" for name, label in labels.items() if not given[name]]
    if not given["phone"] and not given["website"]:
        problems.append("A phone number or a website: without one nobody can reach it")
    path = f"{SERVICES}{slug(given['name'], '-')}.yml"
    if path in tree:
        problems.append("Name: there is a service of this name already")
    choices: dict[str, Collection[str]] = {"nation": list(Nation), "role": list(Role), "topic": help_topics()}
    problems += [
        f"{name.capitalize()}: there is no {name} called {given[name]}"
        for name, known in choices.items()
        if given[name] and given[name] not in known
    ]
    if problems:
        raise ContentError(problems)
    said = {name: quoted(value) for name, value in given.items()}
    lines = [
        f"name: {said['name']}",
        f"about: {said['about']}",
        f"for: {said['for']}",
        f"use: {'specialist' if given['topic'] else 'general'}",
        f"nations: [{given['nation']}]" if given["nation"] else "nations: uk",
        f"roles: [{given['role']}]" if given["role"] else "roles: all",
        *([f"topics: [{given['topic']}]"] if given["topic"] else []),
        *([f"website: {said['website']}"] if given["website"] else []),
        "channels:",
        *([f"  - phone: {said['phone']}", "    hours: unknown"] if given["phone"] else []),
        *(["  - webchat: website", "    hours: unknown"] if not given["phone"] else []),
        "source:",
        f"  url: {said['url']}",
        "  note: Entered by an editor.",
        "  confidence: second",
        f"  checked on: {today.isoformat()}",
        f"  checked by: {quoted(by)}",
        f"  review due: {(today + GOOD_FOR).isoformat()}",
    ]
    return {path: "\n".join(lines) + "\n"}
