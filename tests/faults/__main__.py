"""`make faults`: every fault in turn on the real service; writes the table of `deploy/docs/faults.md`."""

import os
import sys
from datetime import UTC, datetime

from bot.settings import ROOT
from tests.faults.place import Place
from tests.faults.run import DANGER_SECONDS, FAULTS, ORDINARY_SECONDS, RECOVERY_SECONDS, Fault, Outcome, try_fault

PAGE = ROOT / "deploy" / "docs" / "faults.md"


def page(rows: list[tuple[Fault, Outcome | None, float]]) -> str:
    """The outcomes as a page; None where something didn't hold. The number is how busy the machine was."""
    held = sum(seen is not None for _, seen, _ in rows)
    lines = [
        "# Faults",
        "",
        "What a visitor meets when a part of the service breaks. Made by `make faults`, which starts the real processes, breaks one,",
        "writes to the service meanwhile, puts it right, and writes this page. For each fault it checks:",
        "",
        f"- a message that shows danger gets 999 and the lines within {DANGER_SECONDS:.0f} s;",
        f"- an ordinary message gets an answer, or an error with help in it, within {ORDINARY_SECONDS:.0f} s;",
        "- the page and the way out load; `/readyz` names the broken part;",
        f"- a new visitor is answered in full within {RECOVERY_SECONDS:.0f} s of the fault's end, and the chat",
        "  from before goes on, unless its data is lost;",
        "- a yes to passing it on gets a reference or plain words and lines; pressed again when all is well, the handoff exists once;",
        "- no word of a visitor stands in any log, in Redis, in its files, or in the metrics.",
        "",
        "`pause` freezes the process; `slow`, `refuse` and `garbage` break the connections to it; `full` leaves Redis no room,",
        "`log full` leaves a part no room for what it prints, `clock` moves its time of day while it runs. Redis does not start with",
        "a clock of its own: what a jump would do to it is `data lost`.",
        "With a gateway down nothing can answer: its danger message is the first one after it is back. The way out needs no server.",
        "",
        f"On {datetime.now(UTC):%-d %B %Y}, {held} of {len(rows)} held, on {os.cpu_count()} cores. Load is how much wanted",
        "to run, averaged over a minute: above the number of cores everything waits, and a part takes longer to start again.",
        "",
        "| part | fault | danger answered in s | ordinary message | in s | yes to passing it on | well again after s | load |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for fault, seen, load in rows:
        if seen is None:
            lines.append(f"| {fault.part} | {fault.how} | | **did not hold** | | | | {load:.1f} |")
            continue
        times = f"{seen.danger:.2f} | {seen.got} | {seen.ordinary:.2f} | {seen.passing} | {seen.recovery:.1f}"
        lines.append(f"| {fault.part} | {fault.how} | {times} | {load:.1f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Try all; exit code 1 when something didn't hold."""
    rows: list[tuple[Fault, Outcome | None, float]] = []
    failed = []
    with Place() as place:
        for fault in FAULTS:
            try:
                seen = try_fault(place, fault)
                rows.append((fault, seen, os.getloadavg()[0]))
                print(f"{fault.part} {fault.how}: {seen}", flush=True)
            except AssertionError as error:
                rows.append((fault, None, os.getloadavg()[0]))
                failed.append(f"{fault.part} {fault.how}")
                print(f"{fault.part} {fault.how}: {error}", file=sys.stderr, flush=True)
                place.wait_ready(60)
    PAGE.write_text(page(rows))
    if failed:
        sys.exit(f"did not hold: {', '.join(failed)}")


if __name__ == "__main__":
    main()
