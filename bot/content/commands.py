"""`python -m bot content …`: what editors do at a terminal."""

import argparse
import sys
from datetime import date

from bot.content import retention
from bot.content.check import problems
from bot.content.hazards import page
from bot.content.services import check, read_texts
from bot.settings import ROOT, SERVICES, Settings


def run(arguments: list[str]) -> None:
    """Run one verb; exit code 1 when something must be mended."""
    parser = argparse.ArgumentParser(prog="python -m bot content")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    verbs.add_parser("check", help="every problem in responses, topics, labelled messages and services")
    services = verbs.add_parser("services", help="the service catalogue")
    services.add_argument("what", choices=("check",))
    verbs.add_parser("hazards", help="write the page of the hazard log")
    verbs.add_parser("retention", help="write the retention schedule")
    chosen = parser.parse_args(arguments)
    if chosen.verb == "retention":
        (ROOT / "deploy" / "docs" / "retention.md").write_text(retention.page(Settings()), "utf-8")
        return
    if chosen.verb == "hazards":
        log = ROOT / "deploy" / "docs" / "safety" / "hazards.yml"
        log.with_name("hazards.md").write_text(page(log), "utf-8")
        return
    report = check(SERVICES, today=date.today(), texts=read_texts(ROOT))
    if chosen.verb == "services":
        print("\n".join(report.lines()))
        sys.exit(0 if report.ok else 1)
    found = problems(ROOT)
    if not report.ok:
        found += list(report.lines())
    print("\n".join(found) if found else "content is whole")
    sys.exit(1 if found else 0)
