"""Where deploy files lie, and what tests of several of them share."""

import argparse
import importlib.util
import re
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from bot import commands
from bot.settings import PREFIX, ROOT, Settings

DEPLOY = ROOT / "deploy"
# Named in deploy files and read by a part that is being built.
OTHER_NAMES = {"VERSION"}  # of the image, for compose


def documents(path: Path) -> list[dict[str, Any]]:
    """Every document of a YAML file."""
    return [document for document in yaml.safe_load_all(path.read_text("utf-8")) if document]


def load(path: Path) -> ModuleType:
    """A script of deploy/ as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def settings_named(text: str) -> set[str]:
    """Names of settings in a text, without the prefix."""
    return set(re.findall(rf"\b{PREFIX}([A-Z_]+)\b", text))


def known_settings() -> set[str]:
    """Every setting there is or will be."""
    return {field.name.upper() for field in fields(Settings)} | OTHER_NAMES


def parts(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The parts that `python -m bot serve` starts."""
    found: set[str] = set()
    plain = argparse.ArgumentParser.add_argument

    def watched(self: argparse.ArgumentParser, *names: Any, **options: Any) -> argparse.Action:
        if names == ("part",):
            found.update(options["choices"])
        return plain(self, *names, **options)

    monkeypatch.setattr(argparse.ArgumentParser, "add_argument", watched)
    with pytest.raises(SystemExit):
        commands.main(["--help"])
    return found
