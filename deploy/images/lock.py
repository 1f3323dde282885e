"""Writes the part of requirements.lock that an image installs: `lock.py requirements.lock [leave-out.txt]`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path


def entries(lock: str) -> Iterator[tuple[str, str]]:
    """Every package of a lock file: its name in the form that leave-out lists use, and its lines with the hashes."""
    name, lines = "", list[str]()
    for line in lock.splitlines():
        if line and not line.startswith((" ", "\t", "#")):
            if name:
                yield name, "\n".join(lines)
            name, lines = canonical(re.split(r"[\[=<>; ]", line)[0]), []
        if name:
            lines.append(line)
    if name:
        yield name, "\n".join(lines)


def canonical(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def left_out(listed: str) -> set[str]:
    """The names in a leave-out list."""
    return {canonical(line) for line in listed.splitlines() if line and not line.startswith("#")}


def part(lock: str, out: set[str]) -> str:
    """The lock without the packages of `out`. Raises ValueError when one of them isn't in it."""
    found = dict(entries(lock))
    if unknown := sorted(out - found.keys()):
        raise ValueError(f"not in the lock: {', '.join(unknown)}")
    return "\n".join(lines for name, lines in found.items() if name not in out) + "\n"


if __name__ == "__main__":
    out = left_out(Path(sys.argv[2]).read_text("utf-8")) if len(sys.argv) > 2 else set()
    sys.stdout.write(part(Path(sys.argv[1]).read_text("utf-8"), out))
