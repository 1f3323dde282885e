"""The hazard log names tests that exist, and its page is up to date."""

import ast
from typing import Any

import pytest
import yaml

from bot.content.hazards import page
from bot.settings import ROOT

LOG = ROOT / "deploy" / "docs" / "safety" / "hazards.yml"
HAZARDS: list[dict[str, Any]] = yaml.safe_load(LOG.read_text())["hazards"]


def test_there_are_enough_and_each_is_complete() -> None:
    """At least forty hazards, each with who, how, cause, controls, proof, risk and owner."""
    assert len(HAZARDS) >= 40
    assert len({h["id"] for h in HAZARDS}) == len(HAZARDS)
    for hazard in HAZARDS:
        assert all(hazard[key] for key in ("hazard", "harmed", "how", "cause", "controls", "tests", "owner")), hazard
        assert hazard["residual_risk"] in ("low", "medium", "high")


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda h: h["id"])
def test_every_control_is_proved_by_a_test_that_runs(hazard: dict[str, Any]) -> None:
    """The file is there, holds the test, and does not skip it."""
    for name in hazard["tests"]:
        path, _, function = name.partition("::")
        tree = ast.parse((ROOT / path).read_text())
        found = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
        tests = [found[function]] if function else [n for key, n in found.items() if key.startswith("test_")]
        assert tests, name
        for test in tests:
            marks = " ".join(ast.unparse(mark) for mark in test.decorator_list)
            assert "skip" not in marks, name
            assert "xfail" not in marks, name


def test_the_page_is_made_from_the_log() -> None:
    """What people read is what the log says."""
    assert (LOG.with_name("hazards.md")).read_text() == page(LOG)
