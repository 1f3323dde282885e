"""The verbs of `python -m bot content` that change content: what the pages do, at a terminal and from files."""

import argparse
import getpass
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from bot.editor.differences import approval, differences, overlaid
from bot.editor.history import TREES
from bot.editor.items import Item, Sensitivity, Sort, Tree
from bot.editor.library import Library
from bot.editor.new import new_service, new_topic
from bot.editor.publishing import Publisher, Trial
from bot.errors import ContentError
from bot.settings import Settings

VERBS = frozenset({"checkout", "publish", "rollback", "history", "upgrade", "new-topic", "new-service"})
BASE = ".version"  # in a checked out folder: the version it began from


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add them to the parser of `content`."""
    out = verbs.add_parser("checkout", help="write the published content into a new folder, to edit its files by hand")
    out.add_argument("folder", type=Path)
    publish = verbs.add_parser("publish", help="try out the files of a checked out folder, and publish them")
    publish.add_argument("folder", type=Path)
    publish.add_argument("--try", dest="only_try", action="store_true", help="only try out")
    back = verbs.add_parser("rollback", help="make an earlier version the newest again")
    back.add_argument("commit", help="of `content history`")
    verbs.add_parser("history", help="every published version: when, who, why")
    upgrade = verbs.add_parser("upgrade", help="merge the content that came with a new version of the code")
    for verb in (publish, back, upgrade):
        verb.add_argument("--reason", default="", help="a few words for the history")
        verb.add_argument("--approved-by", default="", help="who agreed: needed for facts and for safety")
    topic = verbs.add_parser("new-topic", help="add a topic to a checked out folder")
    topic.add_argument("folder", type=Path)
    topic.add_argument("--title", required=True, help="what a button to it says")
    topic.add_argument("--text", required=True, help="its first answer, at most 90 words")
    topic.add_argument("--examples", type=Path, required=True, help="a file with an example message a line")
    service = verbs.add_parser("new-service", help="add a service to a checked out folder")
    service.add_argument("folder", type=Path)
    for name in ("name", "for", "about", "url"):
        service.add_argument(f"--{name}", required=True)
    for name in ("phone", "website", "nation", "role", "topic"):
        service.add_argument(f"--{name}", default="")


def run(chosen: argparse.Namespace) -> None:
    """Run one verb. Raises ContentError."""
    if chosen.verb in ("new-topic", "new-service"):
        _new(chosen)
        return
    publisher = Publisher.open(Settings.from_env())
    match chosen.verb:
        case "checkout":
            _check_out(publisher, chosen.folder)
        case "history":
            for one in publisher.history():
                agreed = f", agreed by {one.approved_by}" if one.approved_by else ""
                print(f"{one.commit[:12]}  {one.at:%Y-%m-%d %H:%M}  {one.reason} ({one.author}{agreed})")
        case "rollback":
            commit = next((one.commit for one in publisher.history() if one.commit.startswith(chosen.commit)), None)
            if commit is None:
                raise ContentError(["There is no such version: see `python -m bot content history`."])
            publisher.roll_back(commit, author=getpass.getuser(), reason=chosen.reason or "Gone back", say=_say)
            print("done")
        case "upgrade":
            _upgrade(publisher, chosen)
        case _:
            _publish_folder(publisher, chosen)


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


def _check_out(publisher: Publisher, folder: Path) -> None:
    if folder.exists():
        raise ContentError([f"{folder}: is there already; name a new folder"])
    for path, text in publisher.tree().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    (folder / BASE).write_text(publisher.current().commit)
    print(f"the published content is in {folder}; change its files, then: python -m bot content publish {folder}")


def read_folder(folder: Path) -> Tree:
    """The content files under a folder. Raises ContentError when there are none, or one is no text."""
    found: dict[str, str] = {}
    for path in (path for tree in TREES for path in sorted((folder / tree).rglob("*")) if path.is_file()):
        try:
            found[path.relative_to(folder).as_posix()] = path.read_text("utf-8")
        except UnicodeDecodeError as error:
            raise ContentError([f"{path.relative_to(folder)}: is no text in UTF-8"]) from error
    if not found:
        raise ContentError([f"{folder}: holds no content; begin with `python -m bot content checkout`"])
    return found


def items_under(folder: Path) -> Iterable[Item]:
    """Every item of the content under a folder. Raises ContentError."""
    return Library(read_folder(folder)).items.values()


def wholes(items: Iterable[Item]) -> set[tuple[str, date, str]]:
    """What is looked at as a whole: each file, kind or topic by name, the day it is due, and who looks after it."""
    alone, many = (Sort.RESPONSE, Sort.SERVICE), (Sort.EXAMPLES, Sort.NOTE)
    return {
        (one.title if one.sort in many else one.path, one.review_due, one.owner)
        for one in items
        if one.review_due and not one.within and one.sort not in alone
    }


def _publish_folder(publisher: Publisher, chosen: argparse.Namespace) -> None:
    after, kept = read_folder(chosen.folder), chosen.folder / BASE
    base = kept.read_text().strip() if kept.exists() else publisher.current().commit
    before = publisher.tree(base)
    changed = {path: after.get(path) for path in {*before, *after} if before.get(path) != after.get(path)}
    texts, conflicts = publisher.merge(changed, base=base)
    if conflicts:
        raise ContentError([f"{path}: others have published other words for the same" for path in conflicts])
    if _publish(publisher, texts, chosen, only_try=chosen.only_try):
        kept.write_text(publisher.current().commit)


def _upgrade(publisher: Publisher, chosen: argparse.Namespace) -> None:
    if not publisher.new_shipped():
        print("the content is that of this version already")
        return
    texts, kept = publisher.merge_shipped()
    for path in kept:
        print(f"  {path}: the editors' words stay; look at what came with the code")
    chosen.reason = chosen.reason or "Content of a new version"
    if not texts or _publish(publisher, texts, chosen, only_try=False, own=True):
        publisher.shipped_taken_in()


def _publish(
    publisher: Publisher, texts: Mapping[str, str | None], chosen: argparse.Namespace, *, only_try: bool, own: bool = False
) -> bool:  # fmt: skip
    """Whether it was published. `own`: it came with the code, where it was agreed to."""
    if not texts:
        print("nothing differs from what is published")
        return False
    weight = approval(differences(Library(publisher.tree()), Library(overlaid(publisher.tree(), texts))))
    if weight is not Sensitivity.ORDINARY and not (only_try or own or chosen.approved_by):
        who = "the safeguarding lead" if weight is Sensitivity.SAFETY_CRITICAL else "a second editor"
        raise ContentError([f"{who.capitalize()} must agree: name them with --approved-by"])
    if not only_try and not chosen.reason:
        raise ContentError(["Say in a few words why, with --reason: it stands in the history"])
    trial = publisher.try_out(texts, _say)
    _tell(trial)
    if only_try or trial.stopped:
        publisher.drop(trial)
        if trial.stopped:
            raise ContentError(["This can't be published as it is. What visitors see is as it was."])
        return False
    publisher.publish(
        trial, author=getpass.getuser(), reason=chosen.reason, approved_by=chosen.approved_by or None, say=_say
    )
    print("published")
    return True


def _tell(trial: Trial) -> None:
    for finding in trial.findings:
        print(f"{finding.weight}: {finding.text}")
        for example in finding.examples:
            print(f"    {example}")


def _new(chosen: argparse.Namespace) -> None:
    tree, today = read_folder(chosen.folder), date.today()
    values = {name: value for name, value in vars(chosen).items() if isinstance(value, str)}
    if chosen.verb == "new-topic":
        try:
            values["examples"] = chosen.examples.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ContentError([f"{chosen.examples}: can't be read as text"]) from error
        change = new_topic(tree, values, today=today)
    else:
        change = new_service(tree, values, by=getpass.getuser(), today=today)
    for path, text in change.items():
        (chosen.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (chosen.folder / path).write_text(text, "utf-8")
        print(f"written: {path}")
