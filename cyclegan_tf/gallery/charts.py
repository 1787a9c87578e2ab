"""Curves of a run as SVG, whose colours and readout come from the page."""

import html
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

#: The place of the curves in the picture; page.js has the same numbers.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 360, 190, 44, 350, 10, 166
_MOST_POINTS = 240  # of a curve: more can't be told apart at this width

Lines = Sequence[Mapping[str, Any]]


def chart(
    title: str, lines: Lines, names: Sequence[str], last_step: int, dots: bool = False
) -> str:
    """Draws curves over the updates.

    Args:
        title: What is written above them.
        lines: Lines of a log.
        names: Values to draw; those that no line has are left out.
        last_step: Update at the right end of the axis.
        dots: Whether to mark every value, where there are few.

    Returns:
        A `<figure>`; nothing where no line has any of the values.
    """
    names = [name for name in names if any(_is_number(line.get(name)) for line in lines)]
    if not names or not last_step:
        return ""
    points = _thinned([line for line in lines if any(name in line for name in names)], names)
    values = [point[name] for point in points for name in names if point[name] is not None]
    ticks = _ticks(min(0, *values), max(0, *values))  # from 0: less would exaggerate
    low, high = ticks[0], ticks[-1]

    def x(step: float) -> float:
        return LEFT + (RIGHT - LEFT) * step / last_step

    def y(value: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low)

    parts = []
    for tick in ticks:
        at = f"{y(tick):.1f}"
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{at}" y2="{at}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{at}" dy="4" class="left">{_short(tick)}</text>')
    for step in _ticks(0, last_step)[:-1] + [last_step]:
        if step == last_step or x(step) < RIGHT - 60:
            end = ' class="end"' if step == last_step else ' class="middle"'
            parts.append(f'<text x="{x(step):.1f}" y="{BOTTOM + 16}"{end}>{_short(step)}</text>')
    for i, name in enumerate(names):
        drawn = [(x(p["step"]), y(p[name])) for p in points if p[name] is not None]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in drawn)
        parts.append(f'<polyline class="c{i}" points="{path}"/>')
        if dots or len(drawn) == 1:
            parts += [f'<circle class="c{i}" cx="{a:.1f}" cy="{b:.1f}" r="3"/>' for a, b in drawn]
    parts.append(f'<line class="now" x1="0" x2="0" y1="{TOP}" y2="{BOTTOM}"/>')
    legend = "".join(
        f'<li class="c{i}">{html.escape(name)} <output></output></li>'
        for i, name in enumerate(names)
    )
    readout = {"steps": [point["step"] for point in points]}
    readout["series"] = [[_rounded(point[name]) for point in points] for name in names]
    shown = html.escape(title)
    return (
        f"<figure class='chart' data-last='{last_step}' "
        f"data-points='{html.escape(json.dumps(readout))}'><figcaption>{shown}</figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{shown}">{"".join(parts)}'
        f"</svg><ul>{legend}</ul></figure>"
    )


def _thinned(lines: Lines, names: Sequence[str]) -> list[dict[str, Any]]:
    """Means of neighbours, where there are more lines than can be drawn."""
    size = math.ceil(len(lines) / _MOST_POINTS)
    groups = [lines[i : i + size] for i in range(0, len(lines), size)]
    return [
        {"step": group[-1]["step"], **{name: _mean(group, name) for name in names}}
        for group in groups
    ]


def _mean(lines: Lines, name: str) -> float | None:
    values = [line[name] for line in lines if _is_number(line.get(name))]
    return sum(values) / len(values) if values else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers at equal distances, from below `low` to above `high`."""
    spread = high - low or abs(high) or 1.0
    unit = 10.0 ** math.floor(math.log10(spread / 3))
    step = next(unit * factor for factor in (1, 2, 5, 10) if spread / (unit * factor) <= 4)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [i * step for i in range(first, max(last, first + 1) + 1)]


def _short(value: float) -> str:
    """A number in few characters.

    >>> _short(150000), _short(0.30000000000000004), _short(0.0002)
    ('150k', '0.3', '2e-4')
    """
    if abs(value) >= 10000:
        return f"{value / 1000:g}k"
    text = f"{value:.4g}"
    if len(text) < 6 and "e" not in text:
        return text
    return f"{value:.1e}".replace(".0e", "e").replace("e-0", "e-")


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
