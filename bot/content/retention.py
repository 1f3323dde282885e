"""The retention schedule as a page: the service's own settings in, `deploy/docs/retention.md` out."""

from dataclasses import dataclass, fields

from bot.settings import PREFIX, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One kind of data. `setting` is the field of Settings that bounds it, in `unit` seconds; `until` is said where none does."""

    what: str
    where: str
    until: str
    setting: str | None = None
    unit: int = 1


SCHEDULE = (
    Kept(what="A visit: role, nation, danger shown, latest answers", where="memory, or Redis without a disk",
         until="the visitor ends or leaves, or nothing is written and no person awaited for", setting="idle_seconds"),
    Kept(what="A visit, however lively", where="memory, or Redis without a disk", until="at the latest after",
         setting="session_seconds"),
    Kept(what="The conversation as the dialogue remembers it, after redaction", where="memory, or Redis without a disk",
         until="the visit ends, or nothing is written for", setting="idle_seconds"),
    Kept(what="The visitor's address (IP)", where="nowhere on disk; the proxy's access log is off", until="the connection ends"),
    Kept(what="What a visitor wrote", where="no log, error report, metric or address (URL)", until="never kept there"),
    Kept(what="What a visitor agreed to pass to a helpline", where="the handoff store, encrypted",
         until="withdrawn by the visitor, or at the latest after", setting="handoff_days", unit=86400),
    Kept(what="Safeguarding records of a helpline", where="the console's store, encrypted", until="at the latest after",
         setting="handoff_days", unit=86400),
    Kept(what="Staff accounts", where="the console's store", until="an administrator removes the account"),
    Kept(what="Audit log of staff: who viewed or changed what, no text", where="the console's store",
         until="the charity decides; the software does not erase it"),
    Kept(what="Counts of traffic, topics and cues: numbers only", where="monitoring", until="the charity's monitoring decides"),
    Kept(what="Counts of topics: answered, helped, left after, by week; no visit, nothing finer",
         where="`insight.sqlite` or Redis, read by editors from 5 on", until="after 53 weeks"),
    Kept(what="Counts of what was asked for and no service fitted: topic, role, nation; no visit, no time",
         where="`needs.sqlite` or Redis, read by editors from 5 on",
         until="the charity erases the file; in Redis 400 days after the last was counted"),
    Kept(what="Messages that were not understood or whose answer was not it, redacted; only with FINGERPOST_INBOX, which is off",
         where="`inbox.sqlite`, encrypted, without visit or time", until="an editor files or erases it, or after 14 days"),
    Kept(what="Examples and tests that editors wrote from such messages", where="the content repository",
         until="an editor removes it"),
    Kept(what="Technical logs: event names and numbers", where="the server", until="rotated by size: 3 files of 10 MB a part"),
    Kept(what="Wording, services, labelled examples: written by editors", where="the content repository",
         until="an editor removes it"),
)  # fmt: skip


def page(settings: Settings) -> str:
    """The schedule for a deployment with these settings. Raises ValueError when a row names a setting that isn't one."""
    lines = [
        "# Retention schedule",
        "",
        "For the data protection lead. Made from the settings by `python -m bot content retention`; a test keeps it current.",
        "The figures are the defaults. Longer than these the first two can't be set: the service refuses to start.",
        "",
        "| what | where | until | setting |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join([*lines, *(_row(kept, settings) for kept in SCHEDULE), "", *_END, ""])


def _row(kept: Kept, settings: Settings) -> str:
    known = {field.name for field in fields(settings)}
    if kept.setting is None:
        return f"| {kept.what} | {kept.where} | {kept.until} | none |"
    name = f"`{PREFIX}{kept.setting.upper()}`"
    if kept.setting in known:
        return f"| {kept.what} | {kept.where} | {kept.until} {_span(getattr(settings, kept.setting) * kept.unit)} | {name} |"
    raise ValueError(f"{kept.setting} is no setting")


def _span(seconds: int) -> str:
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0 and seconds > size:
            return f"{seconds // size} {name}s"
    return "24 hours" if seconds == 86400 else f"{seconds} seconds"


_END = (
    "What is erased is erased in the running service at once. Backups hold none of the rows above that have an end:",
    "see `../compose/backup.py`. A copy of the server's memory or disk made by somebody else (a hosting company's",
    "snapshot) is outside what software can promise: switch snapshots off, and say so in the contract.",
)
