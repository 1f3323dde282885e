"""Puts what a run measured on a page, between two marks, with when and on what it ran: no figure is copied by hand."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import ROOT

DOCS = ROOT / "deploy" / "docs"
_BLOCK = "<!-- {name} -->\n"
_END = "<!-- end -->"


def names(page: Path) -> list[str]:
    """The marks that a page has."""
    return [name for name in re.findall(r"<!-- ([\w-]+) -->", page.read_text("utf-8")) if name != "end"]


def put(page: Path, name: str, figures: str, *, command: str, load_before: float) -> None:
    """Replace what stands between the marks of `name`. Raises ValueError when the page has none."""
    head, mark, rest = page.read_text("utf-8").partition(_BLOCK.format(name=name))
    _, end, tail = rest.partition(_END)
    if not (mark and end):
        raise ValueError(f"{page.name} has no place for {name}")
    told = (
        f"`{command}`, {datetime.now(UTC):%-d %B %Y}, {os.cpu_count()} cores, "
        f"load average {load_before:.1f} before and {os.getloadavg()[0]:.1f} after."
    )
    page.write_text(f"{head}{mark}{told}\n\n{figures.strip()}\n{end}{tail}", "utf-8")
