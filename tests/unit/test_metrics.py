"""Metrics: numbers under names from closed lists, described where engineers look, and nothing a visitor wrote."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

from bot import metrics
from bot.gateway.live import _queue_told
from bot.settings import ROOT
from bot.vocabulary import HandoffMode, Level
from tests.handoffs import ANN, Clock, handoff, helplines, sqlite_queue

MONITORING = ROOT / "deploy" / "monitoring"
LABELS = {"route", "status", "level", "kind", "part", "limit", "state"}
OURS: dict[str, MetricWrapperBase] = {n: m for n, m in vars(metrics).items() if isinstance(m, MetricWrapperBase)}


def series() -> set[str]:
    """Every name that the service's numbers have when they are asked for."""
    ends = {Counter: ("_total",), Gauge: ("",), Histogram: ("_bucket", "_sum", "_count")}
    return {metric._name + end for metric in OURS.values() for end in ends[type(metric)]}


def expressions() -> dict[str, str]:
    """Every expression of the alerts and the dashboard, by where it stands."""
    groups = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    found = {rule["alert"]: rule["expr"] for group in groups for rule in group["rules"]}
    for panel in json.loads((MONITORING / "grafana-dashboard.json").read_text())["panels"]:
        found |= {f"{panel['title']} {target['refId']}": target["expr"] for target in panel["targets"]}
    return found


@pytest.mark.parametrize("name", sorted(OURS))
def test_labels_come_from_closed_lists(name: str) -> None:
    """No label could hold a text, an id or an address."""
    assert set(OURS[name]._labelnames) <= LABELS


@pytest.mark.parametrize(("place", "expression"), sorted(expressions().items()))
def test_alerts_and_dashboard_ask_for_numbers_there_are(place: str, expression: str) -> None:
    """A renamed number would leave an alert that never fires."""
    asked = set(re.findall(r"fingerpost_[a-z_]+", expression))
    assert asked <= series(), place
    assert expression.count("(") == expression.count(")") and expression.count("{") == expression.count("}")


def test_every_number_is_described() -> None:
    """The page for engineers names every one."""
    page = (ROOT / "deploy" / "docs" / "metrics.md").read_text()
    for name, metric in OURS.items():
        assert f"`{metric._name}`" in page, name


def test_every_runbook_is_of_an_alert() -> None:
    """A page for something that nobody would hear of is no help."""
    alerts = {name for name in expressions() if " " not in name}
    assert alerts == {path.stem for path in (ROOT / "deploy" / "docs" / "runbooks").glob("*.md")} - {"README"}


def test_every_alert_has_a_runbook_of_its_name() -> None:
    """Whoever is woken finds what to do."""
    for group in yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            assert rule["annotations"]["runbook"].endswith(f"/{rule['alert']}.md")
            assert rule["labels"]["severity"] in ("page", "ticket")


async def test_who_waits_for_a_person_is_in_the_numbers(tmp_path: Path) -> None:
    """How many and how long, by danger; who left it for later doesn't wait, and who was taken no longer does."""
    clock = Clock()
    store = sqlite_queue(tmp_path / "handoffs.sqlite", clock)
    first = await store.add(handoff(severity=Level.EMERGENCY))
    await store.add(handoff(mode=HandoffMode.LATER))
    clock.pass_(seconds=90)
    desk = SimpleNamespace(store=store, helplines=helplines())
    await _queue_told(desk)  # type: ignore[arg-type]  # the two parts that it asks
    assert told("fingerpost_handoffs_waiting") == 1
    assert told("fingerpost_handoff_wait_seconds", level="emergency") == 90
    assert told("fingerpost_handoff_wait_seconds", level="urgent") == 0
    await store.claim(first.id, ANN, "Ann")
    await _queue_told(desk)  # type: ignore[arg-type]
    assert told("fingerpost_handoffs_waiting") == told("fingerpost_handoff_wait_seconds", level="emergency") == 0
    await store.aclose()


def told(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)
