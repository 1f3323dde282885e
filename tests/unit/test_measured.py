"""Figures reach their pages by themselves, with what they mean and whether a target was met."""

from pathlib import Path

import pytest

from tests.bench.__main__ import CLIENTS, Figures, met, table
from tests.load.__main__ import PAGE, report
from tests.load.visitors import Seen
from tests.measured import DOCS, names, put


def figures(much: float) -> Figures:
    each = dict.fromkeys(CLIENTS, much)
    return Figures(
        training=much, ready=much, median=each, p95=each, rate=dict.fromkeys(CLIENTS, 100 / much), memory=much,
        silent=0, early=much, late=much * 2, turn=500,
    )  # fmt: skip


def test_a_run_replaces_its_own_figures_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n<!-- one -->\nold\n<!-- end -->\n\n<!-- two -->\nkept\n<!-- end -->\nfoot\n")
    assert names(page) == ["one", "two"]
    put(page, "one", "| new |\n", command="make one", load_before=0.5)
    text = page.read_text()
    assert "old" not in text and "`make one`" in text and "load average 0.5" in text
    assert text.startswith("# Page\n\n<!-- one -->\n") and text.endswith(
        "| new |\n<!-- end -->\n\n<!-- two -->\nkept\n<!-- end -->\nfoot\n"
    )
    with pytest.raises(ValueError, match="three"):
        put(page, "three", "", command="", load_before=0)


def test_every_run_has_its_place() -> None:
    assert names(DOCS / "bench.md") == ["bench", "screening"]
    assert names(PAGE) == ["visitors", "saturated", "one-process", "two-processes", "growth"]


def test_the_table_says_which_targets_are_met() -> None:
    text = table(figures(1.0), figures(8.0), 0.5)
    assert "| answers a second, 8 at once | 100.0 | 12.5 | 8.00 | ≥ 5 | met |" in text
    assert "| training, s | 1.0 | 8.0 | 0.12 | ≤ 0.1 | not met |" in text
    assert "| this service: ms at turn 5, at turn 500 | 1.0 | 2.0 | 2.00 | ≤ 1.2 | not met |" in text
    assert "a whole turn over it | 0.5 | | 2.0 |" in text
    assert (met(5.0, "≥ 5"), met(4.9, "≥ 5"), met(1.0, "")) == ("met", "not met", "")


def test_a_run_under_load_says_what_was_not_met() -> None:
    seen = Seen(errors={"/chat 500": 1})
    seen.times["danger"] = [10.0] * 50 + [900.0] * 50
    text = report(seen, 10.0, {"gateway": 100.0}, {"gateway": 150.0}, {"gateway": 1.0})
    assert (
        "Errors none: not met. Danger within 150 ms in 99 of 100: not met. Memory flat, within a tenth: not met."
        in text
    )
