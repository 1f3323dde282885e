"""The hazard log as a page: `deploy/docs/safety/hazards.yml` in, `hazards.md` out."""

from pathlib import Path
from typing import Any

import yaml


def page(log: Path) -> str:
    """The page of a hazard log."""
    hazards: list[dict[str, Any]] = yaml.safe_load(log.read_text("utf-8"))["hazards"]
    out = [
        "# Hazard log",
        "",
        f"{len(hazards)} hazards. Made from `hazards.yml`; none of it is signed off yet (`../sign-off.md`).",
        "",
    ]
    for h in hazards:
        out += [
            f"## {h['id']} {h['hazard']}",
            "",
            f"- harmed: {h['harmed']}; how: {h['how']}",
            f"- cause: {h['cause']}",
            f"- controls: {'; '.join(h['controls'])}",
            f"- proved by: {', '.join(f'`{test}`' for test in h['tests'])}",
            f"- residual risk: {h['residual_risk']}; owner: {h['owner']}",
            "",
        ]
    return "\n".join(out)
