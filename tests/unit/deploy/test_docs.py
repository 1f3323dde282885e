"""The papers: every link leads somewhere, every page says for whom it is, every alert has its runbook."""

import re
from pathlib import Path

import pytest

from bot.settings import ROOT

DOCS = ROOT / "deploy" / "docs"
OURS = sorted(
    [
        *(DOCS / "runbooks").glob("*.md"),
        *(
            DOCS / f"{name}.md"
            for name in (
                "README", "accessibility", "asvs", "cluster", "data-protection", "go-live", "incidents", "one-server",
                "privacy-notice", "quality", "retention", "security", "sizing", "upgrade",
            )
        ),
    ]
)  # fmt: skip
ALERTS = {
    "GatewayDown", "RasaDegraded", "ActionsDegraded", "RedisDown", "HandoffQueueLong", "HandoffUnclaimed",
    "EmergencyLatency", "ErrorRate", "CertificateExpiry", "DiskFull", "CatalogueOverdue",
}  # fmt: skip
STATES = {"met", "partly", "not met", "not applicable", "planned"}


def name(path: Path) -> str:
    return str(path.relative_to(DOCS))


def rows(text: str) -> list[list[str]]:
    """Cells of every table row but heads and rules."""
    found = [
        [c.strip() for c in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    return [row for row in found if not set("".join(row)) <= {"-", " "}]


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=name)
def test_every_link_leads_to_a_file(path: Path) -> None:
    """A page that names a file of the repository names one that is there."""
    for target in re.findall(r"\]\(([^)\s#]+)[^)]*\)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).resolve().is_file(), target


@pytest.mark.parametrize("path", OURS, ids=name)
def test_a_page_says_for_whom_it_is(path: Path) -> None:
    """The first line under the title."""
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert lines[2].startswith("For "), lines[2]


@pytest.mark.parametrize("path", OURS, ids=name)
def test_files_named_in_passing_are_there(path: Path) -> None:
    """Paths between backticks too."""
    for target in re.findall(r"`((?:bot|data|deploy|tests|actions)/[\w./-]+)`", path.read_text("utf-8")):
        assert (ROOT / target).exists(), target


def test_every_alert_has_a_runbook() -> None:
    """A page for each, with what to look at and what to do, and the list names them all."""
    pages = {path.stem for path in (DOCS / "runbooks").glob("*.md")} - {"README"}
    assert pages == ALERTS
    listed = (DOCS / "runbooks" / "README.md").read_text()
    for alert in ALERTS:
        assert f"[{alert}]({alert}.md)" in listed
        text = (DOCS / "runbooks" / f"{alert}.md").read_text()
        assert "What visitors notice:" in text and "## Look" in text and "## Do" in text


def test_the_quality_page_answers_every_section_and_principle() -> None:
    """Four sections and ten principles, each with something to look at or the word planned."""
    text = (DOCS / "quality.md").read_text()
    for section in (
        "Leadership and governance",
        "Access and engagement",
        "Service delivery",
        "Outcomes and evaluation",
    ):
        part = text.split(f"### {section}\n")[1].split("\n#")[0]
        answers = rows(part)[1:]
        assert len(answers) >= 4
        assert all("](" in row[2] or "planned" in row[1] for row in answers), section
    principles = [row[0] for row in rows(text.split("## The ten Respect principles")[1])[1:]]
    assert principles == [
        "Do no harm", "Gender matters", "Safety first", "Sustainable change", "Fulfilling lives", "The system counts",
        "Services for all", "Respectful communities", "Competent staff", "Measurably effective",
    ]  # fmt: skip


def test_the_checklist_answers_every_chapter_and_counts_itself_right() -> None:
    """Fourteen chapters; each row has a state and a reason; what is met names where to see it."""
    text = (DOCS / "asvs.md").read_text()
    assert re.findall(r"^## V(\d+) ", text, re.M) == [str(n) for n in range(1, 15)]
    answers = [row for row in rows(text) if row[0] != "section"]
    for row in answers:
        assert len(row) == 4 and row[2] in STATES and row[3], row
    said = re.search(r"Of (\d+) rows: (.+?)\. ", text)
    assert said
    assert int(said[1]) == len(answers)
    for part in said[2].split(", "):
        count, _, state = part.partition(" ")
        assert int(count) == sum(row[2] == state for row in answers), state
