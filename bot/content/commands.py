"""`python -m bot content …`: what editors do at a terminal."""

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from bot.bootstrap import load_catalogue, make_needs
from bot.content import retention
from bot.content.check import helpline_problems, problems
from bot.content.examples import load_topics
from bot.content.hazards import page
from bot.content.library import preview, report
from bot.content.responses import LANGUAGE, load
from bot.content.services import check, export, import_feed, read_texts
from bot.edition import edition
from bot.editor.commands import VERBS as EDITOR_VERBS
from bot.editor.commands import add_verbs, items_under, wholes
from bot.editor.commands import run as run_editor
from bot.errors import ContentError
from bot.settings import ROOT, Settings
from bot.vocabulary import Language, Nation, Role


def run(arguments: list[str]) -> None:
    """Run one verb; exit code 1 when something must be mended."""
    parser = argparse.ArgumentParser(prog="python -m bot content")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    verbs.add_parser(
        "check",
        aliases=["validate"],
        help="every problem in responses, topics, labelled messages, services and helplines",
    )
    services = verbs.add_parser("services", help="the service catalogue").add_subparsers(
        dest="what", required=True, metavar="what"
    )
    services.add_parser("check", help="what is due, overdue, conflicting, unsourced")
    taken = services.add_parser("import", help="another directory's Open Referral UK feed, as drafts for review")
    taken.add_argument("source", help="a file or an https address")
    taken.add_argument("--into", type=Path, default=Path("drafts"), help="a new folder for the drafts")
    given = services.add_parser("export", help="the whole catalogue as Open Referral")
    given.add_argument("file", type=Path, help="ends in .json or .csv")
    services.add_parser("needs", help="what was asked for and not found: role, nation, topic; small numbers together")
    verbs.add_parser("report", help="what is overdue, unread by a speaker of its language, without source or examples")
    seen = verbs.add_parser("preview", help="how a response reads to somebody in the chat")
    seen.add_argument("name", help="a topic, or part of one: housing, evidence_more")
    seen.add_argument("--role", type=Role, choices=list(Role))
    seen.add_argument("--nation", type=Nation, choices=list(Nation))
    seen.add_argument("--language", type=Language, choices=list(Language))
    verbs.add_parser("hazards", help="write the page of the hazard log")
    verbs.add_parser("retention", help="write the retention schedule")
    add_verbs(verbs)
    chosen = parser.parse_args(arguments)
    if chosen.verb in EDITOR_VERBS:
        run_editor(chosen)
        return
    if chosen.verb == "retention":
        (ROOT / "deploy" / "docs" / "retention.md").write_text(retention.page(Settings()), "utf-8")
        return
    if chosen.verb == "hazards":
        log = ROOT / "deploy" / "docs" / "safety" / "hazards.yml"
        log.with_name("hazards.md").write_text(page(log), "utf-8")
        return
    if chosen.verb in ("report", "preview"):
        _library(chosen)
        return
    if chosen.verb == "services" and chosen.what != "check":
        _services(chosen)
        return
    services_report = check(edition().services, today=date.today(), texts=read_texts(edition().root))
    if chosen.verb == "services":
        print("\n".join(services_report.lines()))
        sys.exit(0 if services_report.ok else 1)
    helplines = Settings.from_env().helplines_folder
    found = problems(edition().root) + helpline_problems(helplines, edition().services, today=date.today())
    if not services_report.ok:
        found += list(services_report.lines())
    print("\n".join(found) if found else "content is whole")
    sys.exit(1 if found else 0)


def _library(chosen: argparse.Namespace) -> None:
    responses = load(edition().responses)
    if chosen.verb == "report":
        found = list(items_under(edition().root))
        unread = [(item.name, item.review) for item in found if item.review]
        examples = load_topics(edition().topics)
        print("\n".join(report(responses, examples, unread=unread, wholes=wholes(found), today=date.today())))
        return
    facts = {name: value for name in ("role", "nation", LANGUAGE) if (value := getattr(chosen, name))}
    seen = preview(responses, f"utter_{chosen.name}", facts)
    if seen is None:
        raise ContentError([f"there is no response called {chosen.name}"])
    print("\n".join(seen))


def _services(chosen: argparse.Namespace) -> None:
    if chosen.what == "import":
        print(
            "\n".join(
                import_feed(chosen.source, catalogue=load_catalogue(), into=chosen.into, today=date.today()).lines()
            )
        )
    elif chosen.what == "export":
        count = export(load_catalogue(), at=datetime.now(UTC), to=chosen.file)
        print(f"{count} services written to {chosen.file}")
    else:
        rows = make_needs(Settings.from_env()).read().rows()
        for row in rows:
            gap = row.gap
            what = (
                f"{gap.topic}, {gap.role or 'any role'}, {gap.nation or 'any nation'}"
                if gap
                else "all that is rare, together"
            )
            print(f"{row.count:6}  {what}")
        if not rows:
            print("nothing yet that is frequent enough to show")
