"""The wording of the way to a person, from `data/handoff/wording.yml`."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import msgspec
import yaml

from bot.errors import ContentError
from bot.vocabulary import HandoffMode, Kind, Nation, Role

TITLES = (
    "ask", "go_on", "here", "later", "number", "skip", "pass_on", "change", "never_mind", "leave_out", "put_back",
    "say_it", "back", "stop", "keep_waiting", "leave_it", "take_back", "look", "move_yes", "move_no",
    "helped_yes", "helped_no", *Role,
)  # fmt: skip
# What each message may fill in.
SAYS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("who", "nobody", "numbers", "empty", "which", "say_it", "struck", "never_mind", "failed", "not_kept", "kept",
         "in_queue", "with_person", "still_waiting", "stopped", "someone_has_it", "back_in_queue", "closed", "ended",
         "thanks", "nothing_new"),
        frozenset(),
    ),
    **dict.fromkeys(("how_open", "how_shut", "nobody_now"), frozenset({"helpline"})),
    "review": frozenset({"helpline", "lines", "days"}),
    "one": frozenset({"label", "text"}),
    "one_out": frozenset({"label"}),
    **dict.fromkeys(
        ("passed_here", "passed_alone", "passed_later", "left_for_later"), frozenset({"helpline", "reference"})
    ),
    **dict.fromkeys(("joined", "moved", "may_move"), frozenset({"helpline", "name"})),
    **dict.fromkeys(("moves", "stays"), frozenset({"name"})),
}  # fmt: skip
LABELS = ("who", "told", "noticed", "topics", "nation", "children")


class Pick(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ready answer: what its button says, and what is passed on."""

    title: str
    text: str


class Only(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a question is asked."""

    mode: HandoffMode | None = None
    answer: str | None = None
    among: tuple[str, ...] = ()


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question on the way, and the label of the line its answer becomes."""

    key: str
    label: str
    text: str
    free: bool = False
    choices: tuple[Pick, ...] = ()
    only: Only = Only()


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it stands."""

    owner: str
    sensitivity: str
    source: str
    checked: str
    review_due: str
    titles: dict[str, str]
    says: dict[str, str]
    labels: dict[str, str]
    who: dict[Role, str]
    nations: dict[Nation, str]
    children: dict[str, str]
    noticed: dict[Kind, str]
    asks: tuple[Ask, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and check the file. Raises ContentError with all problems."""
        try:
            wording = msgspec.convert(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader), cls)
        except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
            raise ContentError([f"{path.name}: {' '.join(str(error).split())}"]) from error
        if problems := [f"{path.name}: {problem}" for problem in wording._problems()]:
            raise ContentError(problems)
        return wording

    def ask(self, key: str) -> Ask | None:
        """The question of that key."""
        return next((ask for ask in self.asks if ask.key == key), None)

    def _problems(self) -> list[str]:
        found: list[str] = []
        parts: dict[str, tuple[Iterable[str], Mapping[Any, str]]] = {
            "titles": (TITLES, self.titles),
            "says": (SAYS, self.says),
            "labels": (LABELS, self.labels),
            "who": (Role, self.who),
            "nations": (Nation, self.nations),
            "children": (("with", "without"), self.children),
            "noticed": (Kind, self.noticed),
        }
        for name, (wanted, given) in parts.items():
            found += [f"{name} needs {key}" for key in wanted if not given.get(key)]
            found += [f"{name} has no use for {key}" for key in given if key not in tuple(wanted)]
        for key, fills in SAYS.items():
            try:
                self.says.get(key, "").format(**dict.fromkeys(fills, "x"))
            except (KeyError, IndexError, ValueError):
                found.append(f"says {key} may fill in only: {', '.join(sorted(fills)) or 'nothing'}")
        keys = [ask.key for ask in self.asks]
        found += [f"two questions are called {key}" for key in sorted({k for k in keys if keys.count(k) > 1})]
        for number, ask in enumerate(self.asks):
            if not ask.free and not ask.choices:
                found.append(f"the question {ask.key} takes no answer")
            if ask.only.answer and ask.only.answer not in keys[:number]:
                found.append(f"the question {ask.key} waits for {ask.only.answer}, which is not asked before it")
        return found
