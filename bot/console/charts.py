"""Charts as SVG drawn on the server: no script, no styles of their own, and a table always beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

_WIDTH, _HEIGHT, _FOOT, _LEFT = 640, 180, 22, 34
_ROW = 26
_ACROSS, _NAMES, _AFTER = 360, 128, 52  # of lying bars: they stand three in a row
_SMALL = 3.0  # the height of a count that is held back: there is something, not how much


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`value` None: held back. `told` is what it reads on hovering."""

    label: str
    value: float | None
    told: str


def columns(made: Sequence[Bar], *, title: str) -> Markup:
    """Upright columns, one a day, with the first, middle and last day named."""
    most = _nice(max((bar.value or 0 for bar in made), default=0))
    step = (_WIDTH - _LEFT) / max(len(made), 1)
    plot = _HEIGHT - _FOOT - 8
    parts = [
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">',
    ]
    for share in (0.0, 0.5, 1.0):
        y = 8 + plot * (1 - share)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="axis" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{most * share:g}</text>')
    for number, bar in enumerate(made):
        height = _SMALL if bar.value is None else plot * bar.value / most
        x, y = _LEFT + step * number + step * 0.15, 8 + plot - height
        kind = "column held" if bar.value is None else "column"
        parts.append(
            f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{step * 0.7:.1f}" height="{height:.1f}" rx="2">'
            f"<title>{escape(bar.label)}: {escape(bar.told)}</title></rect>"
        )
    for number, anchor in {0: "start", len(made) // 2: "middle", len(made) - 1: "end"}.items():
        if made:
            x = {"start": _LEFT, "end": _WIDTH}.get(anchor, _LEFT + step * (number + 0.5))
            parts.append(
                f'<text class="axis" x="{x:.1f}" y="{_HEIGHT - 5}" text-anchor="{anchor}">{escape(made[number].label)}</text>'
            )
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704  # labels are escaped above


def bars(made: Sequence[Bar], *, title: str, names: int = _NAMES) -> Markup:
    """Lying bars with their names before them, longest first. `names`: the room for those, of 360."""
    most = max((bar.value or 0 for bar in made), default=0) or 1
    height = _ROW * len(made) + 4
    parts = [f'<svg class="chart" viewBox="0 0 {_ACROSS} {height}" role="img" aria-label="{escape(title)}">']
    for number, bar in enumerate(made):
        y = 2 + _ROW * number
        width = _SMALL if bar.value is None else (_ACROSS - names - _AFTER) * bar.value / most
        kind = "column held" if bar.value is None else "column"
        parts.append(
            f'<text class="axis name" x="{names - 8}" y="{y + 17}" text-anchor="end">{escape(bar.label)}</text>'
        )
        parts.append(f'<rect class="{kind}" x="{names}" y="{y + 4}" width="{width:.1f}" height="{_ROW - 8}" rx="2"/>')
        parts.append(f'<text class="axis" x="{names + 6 + width:.1f}" y="{y + 17}">{escape(bar.told)}</text>')
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704  # labels are escaped above


def _nice(most: float) -> float:
    """A round number at or above the highest value, and even, so that its half is round too."""
    for step in (2, 4, 6, 10, 20, 30, 40, 60, 100, 200, 300, 400, 600, 1000, 2000, 4000, 10000):
        if most <= step:
            return float(step)
    return most
