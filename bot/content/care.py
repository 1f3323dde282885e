"""The wording of the care block, as `data/safety/care.yml` holds it."""

from pathlib import Path
from typing import Self

import msgspec
import yaml

from bot.errors import ContentError
from bot.vocabulary import Kind

WRITER, BY_WRITER, OTHER, SELF, CHILD = "writer", "by_writer", "other", "self", "child"
AUDIENCES = (WRITER, BY_WRITER, OTHER, SELF)


class _Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    emergency: tuple[str, ...]
    urgent: tuple[str, ...]


class CareContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`care.yml` as it stands."""

    owner: str
    sensitivity: str
    source: str
    checked: str
    review_due: str
    emergency: dict[str, tuple[str, ...]]
    urgent: dict[str, tuple[str, ...]]
    frame: _Frame
    kinds: dict[str, dict[str, tuple[str, ...]]]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and check the file. Raises ContentError with all problems."""
        try:
            raw = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # makes strings only
            content = msgspec.convert(raw, cls)
        except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
            raise ContentError([f"{path.name}: {error}"]) from error
        problems = [
            f"{path.name}: {part} has no lines for {audience}"
            for part, lines in (("emergency", content.emergency), ("urgent", content.urgent))
            for audience in AUDIENCES
            if not lines.get(audience)
        ]
        problems += [f"{path.name}: no lines for {kind}" for kind in Kind if not content.kinds.get(kind)]
        problems += [
            f"{path.name}: emergency must name 999 for {a}"
            for a in AUDIENCES
            if "999" not in " ".join(content.emergency.get(a, ()))
        ]
        if problems:
            raise ContentError(problems)
        return content
