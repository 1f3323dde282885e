"""Imports point one way: a pure core, thin adapters around it."""

import ast
from pathlib import Path

import pytest

from bot.settings import ROOT

# What each package of ours may import of ours. Everything may import these.
EVERYWHERE = {
    "bot.vocabulary", "bot.errors", "bot.settings", "bot.edition", "bot.private_file", "bot.counts_file", "bot.sealing", "bot.rest",
}  # fmt: skip
SERVERS = {"bot.bootstrap", "bot.listen", "bot.web"}  # what the processes of the service share
MAY: dict[str, set[str]] = {
    "bot.language": set(),
    "bot.triage": {"bot.language", "bot.safety.labels", "bot.catalogue.postcodes"},
    "bot.safety": {"bot.language", "bot.triage"},
    "bot.catalogue": set(),
    "bot.stores": {"bot.catalogue", "bot.editor.insight"},
    "bot.content": {
        "bot.bootstrap",
        "bot.editor.commands",
        "bot.catalogue",
        "bot.handoff",
        "bot.safety",
        "bot.language",
        "bot.triage",
    },
    "bot.editor": {"bot.content", "bot.catalogue", "bot.handoff", "bot.training"},
    "bot.training": {
        "bot.content",
        "bot.language",
        "bot.safety",
        "bot.triage",
        "bot.components",
        "bot.observability",
        "bot.understand",
    },
    "bot.components": {*SERVERS, "bot.stores", "bot.content", "bot.language", "bot.safety", "bot.triage"},
    "bot.gateway": {
        *SERVERS,
        "bot.metrics",
        "bot.stores",
        "bot.catalogue",
        "bot.content",
        "bot.editor",
        "bot.handoff",
        "bot.language",
        "bot.safety",
        "bot.triage",
        "bot.widget",
    },
    "bot.widget": set(),
    "bot.staff": set(),
    "bot.console": {*SERVERS, "bot.catalogue", "bot.content", "bot.editor", "bot.handoff", "bot.staff", "bot.widget"},
    "bot.handoff": {"bot.catalogue"},
    "actions": {*SERVERS, "bot.catalogue", "bot.content", "bot.safety", "bot.triage"},
}
# Frameworks that the pure core knows nothing of.
FRAMEWORKS = {"rasa", "rasa_sdk", "aiohttp", "redis", "sanic", "sentry_sdk"}
PURE = (
    "bot.editor",
    "bot.language",
    "bot.triage",
    "bot.safety",
    "bot.catalogue",
    "bot.content",
    "bot.vocabulary",
    "bot.widget",
    "bot.staff",
    "bot.handoff",
)
ADAPTERS = {"bot/handoff/redis_shelf.py"}  # the one file of the core that meets a server


def modules(package: str) -> list[Path]:
    folder = ROOT / package.replace(".", "/")
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found = set()
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            base = f"{package}.{module}".rstrip(".") if node.level else module
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("package", sorted(MAY))
def test_a_package_imports_only_what_it_may(package: str) -> None:
    """No package reaches into one that stands above it or beside it."""
    allowed = MAY[package] | EVERYWHERE | {package}
    for path in modules(package):
        for name in imported(path):
            if name.split(".")[0] not in ("bot", "actions") or name == "bot":
                continue
            known = any(name == one or name.startswith(f"{one}.") for one in allowed)
            assert known, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("package", PURE)
def test_the_core_knows_no_framework(package: str) -> None:
    """What keeps a visitor safe can be read, tested and run without a web or a bot framework."""
    for path in modules(package):
        if str(path.relative_to(ROOT)) in ADAPTERS:
            continue
        roots = {name.split(".")[0] for name in imported(path)}
        assert not roots & FRAMEWORKS, f"{path.relative_to(ROOT)} imports {roots & FRAMEWORKS}"


def test_no_wording_in_the_code_of_gateway_and_actions() -> None:
    """What a visitor reads lives in content files; the only words here are the errors of the API."""
    for path in (*modules("actions"), *modules("bot.gateway"), *modules("bot.components")):
        tree = ast.parse(path.read_text())
        texts = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            sentence = isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.count(" ") >= 5
            if not sentence or id(node) in texts:
                continue
            assert isinstance(node, ast.Constant)
            errors = ("app.py", "hosting.py", "care.py", "oruk.py", "lean.py", "rules.py")
            ours = path.name in errors or "default-src" in str(node.value)
            assert ours, f"{path.relative_to(ROOT)}:{node.lineno} says {str(node.value)[:60]!r}"
