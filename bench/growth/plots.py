"""A line plot as an SVG of its own: both axes by powers of ten, or the vertical one from zero."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 400, 70, 210, 44, 50
_COLORS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#17becf")

Lines = Mapping[str, Sequence[tuple[float, float]]]


def plot(title: str, across: str, up: str, lines: Lines, *, powers: bool = False) -> str:
    """`lines`: (x, y) by name; x by powers of ten, 0 at the left edge. `powers`: y by powers of ten, too."""
    points = [point for line in lines.values() for point in line]
    columns = sorted({x for x, _ in points})
    low, high = _x(columns[0]), _x(columns[-1])
    top = max(y for _, y in points)
    bottom = min(y for _, y in points) if powers else 0.0

    def at(x: float, y: float) -> tuple[float, float]:
        share = math.log(y / bottom) / math.log(top / bottom) if powers and top > bottom else y / (1.1 * top)
        right = (_x(x) - low) / max(high - low, 1e-9) * (WIDTH - LEFT - RIGHT)
        return LEFT + right, HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 10}">{escape(across)}</text>',
        f'<text x="{LEFT}" y="{TOP - 4}" fill="#666">{escape(up)}</text>',
    ]
    for x in columns:
        left, _ = at(x, top)
        out.append(f'<line x1="{left:.1f}" x2="{left:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#eee"/>')
        out.append(f'<text x="{left:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x:,.0f}</text>')
    for y in _marks(bottom, top, powers):
        _, down = at(columns[0], y)
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{down:.1f}" y2="{down:.1f}" stroke="#eee"/>')
        out.append(f'<text x="{LEFT - 6}" y="{down + 4:.1f}" text-anchor="end">{y:,.4g}</text>')
    last: list[float] = []
    for index, (name, line) in enumerate(lines.items()):
        color = _COLORS[index % len(_COLORS)]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in (at(*point) for point in line))
        out.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        _, down = at(*line[-1])
        while any(abs(down - other) < 13 for other in last):
            down -= 3
        last.append(down)
        out.append(f'<text x="{WIDTH - RIGHT + 8}" y="{down + 4:.1f}" fill="{color}">{escape(name)}</text>')
    return "\n".join([*out, "</svg>", ""])


def _x(value: float) -> float:
    return math.log10(max(value, 1))


def _marks(bottom: float, top: float, powers: bool) -> list[float]:
    if powers:
        return [10.0**n for n in range(math.ceil(math.log10(bottom)), math.floor(math.log10(top)) + 1)]
    step = 10 ** math.floor(math.log10(top))
    step = step if top / step >= 3 else step / 4
    return [step * n for n in range(int(top / step) + 1)]
