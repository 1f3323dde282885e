"""`make faults`: every fault in turn on the real service; writes the table of `deploy/docs/faults.md`."""

import sys

from bot.settings import ROOT
from tests.faults.place import Place
from tests.faults.run import DANGER_SECONDS, FAULTS, ORDINARY_SECONDS, RECOVERY_SECONDS, Fault, Outcome, try_fault

PAGE = ROOT / "deploy" / "docs" / "faults.md"


def page(rows: list[tuple[Fault, Outcome]]) -> str:
    """The outcomes as a page."""
    lines = [
        "# Faults",
        "",
        "What a visitor meets when a part of the service breaks. Made by `make faults`, which starts the real processes, breaks one,",
        "writes to the service meanwhile, puts it right, and writes this page when everything held. For each fault it checks:",
        "",
        f"- a message that shows danger gets 999 and the lines within {DANGER_SECONDS:.0f} s;",
        f"- an ordinary message gets an answer, or an error with help in it, within {ORDINARY_SECONDS:.0f} s;",
        "- the page and the way out load; `/readyz` names the broken part;",
        f"- a new visitor is answered in full within {RECOVERY_SECONDS:.0f} s of the fault's end, and the chat",
        "  from before goes on, unless its data is lost;",
        "- no word of a visitor stands in any log, in Redis, in its files, or in the metrics.",
        "",
        "`pause` freezes the process; `slow`, `refuse` and `garbage` break the connections to it; `full` leaves Redis no room.",
        "With a gateway down nothing can answer: its danger message is the first one after it is back. The way out needs no server.",
        "",
        "| part | fault | danger answered in s | ordinary message | in s | well again after s |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for fault, seen in rows:
        lines.append(
            f"| {fault.part} | {fault.how} | {seen.danger:.2f} | {seen.got} | {seen.ordinary:.2f} | {seen.recovery:.1f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Try all; exit code 1 when something didn't hold."""
    rows: list[tuple[Fault, Outcome]] = []
    failed = []
    with Place() as place:
        for fault in FAULTS:
            try:
                rows.append((fault, try_fault(place, fault)))
                print(f"{fault.part} {fault.how}: {rows[-1][1]}", flush=True)
            except AssertionError as error:
                failed.append(f"{fault.part} {fault.how}")
                print(f"{fault.part} {fault.how}: {error}", file=sys.stderr, flush=True)
                place.wait_ready(60)
    if failed:
        sys.exit(f"did not hold: {', '.join(failed)}")
    PAGE.write_text(page(rows))


if __name__ == "__main__":
    main()
