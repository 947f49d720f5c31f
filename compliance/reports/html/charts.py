"""Charts as inline SVG: bars against limits, and a limit filled up over time. Colours come from the stylesheet.

A bar is as wide as the page lets it be: its parts are told in percent, so that text beside it keeps its size.
Rounding is for the eye; what decides is the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from typing import Literal

from compliance.reports.html.markup import attributes, join_pieces, text

MOST_TIMES = Fraction(2)
"""A bar that passes its limit is drawn up to so many times the limit, and then cut."""
NEAR = Fraction(9, 10)
Tone = Literal["bar", "near", "over"]
TONES: tuple[tuple[Tone, str], ...] = (
    ("bar", "within the limit"),
    ("near", "nine tenths of the limit or more"),
    ("over", "past the limit"),
)


@dataclass(frozen=True)
class Bar:
    """A value of a holder; `high` is the most that it may be, `None` where nothing bounds it. `said` tells it in text.

    Without a `limit` bars of one chart are drawn to one scale, with one each is drawn as a share of its own limit.
    """

    label: str
    value: Fraction
    high: Fraction | None
    said: str
    limit: Fraction | None = None
    beneath: bool = False
    """Whether the limit is the least that is asked, not the most that is allowed."""
    note: str = ""


@dataclass(frozen=True)
class BarChart:
    """Bars with what they are about; `left_out` bars are not drawn, of those `unknown` nothing is known to draw."""

    title: str
    about: str
    bars: Sequence[Bar]
    left_out: int = 0
    unknown: str = ""

    @property
    def limited(self) -> bool:
        return any(bar.limit is not None for bar in self.bars)

    @property
    def unsure(self) -> bool:
        return any(bar.high is None or bar.high > bar.value for bar in self.bars)

    @property
    def tones(self) -> list[tuple[Tone, str]]:
        """The colours that occur, with what each says."""
        found = {tone(bar) for bar in self.bars if bar.limit is not None and bar.value}
        return [(one, told) for one, told in TONES if one in found]

    @property
    def scale(self) -> Fraction:
        """The value at the right end: of bars with limits in times the limit."""
        if not self.limited:
            return max((max(bar.value, bar.high or bar.value) for bar in self.bars), default=Fraction(1)) or Fraction(1)
        most = max((_times(bar, bar.value if bar.high is None else bar.high) for bar in self.bars), default=Fraction(1))
        return min(MOST_TIMES, max(most, Fraction(1))) * Fraction(21, 20)

    def is_cut(self, bar: Bar) -> bool:
        """Whether a bar reaches beyond the right end."""
        return self.limited and _times(bar, bar.value) > self.scale


@dataclass(frozen=True)
class FillChart:
    """How a total came about by day, the latest last, against its limit. `said` tells it in text."""

    title: str
    about: str
    points: Sequence[tuple[str, Fraction, Fraction | None]]
    """Days as `2026-11-20`, the total from that day on, and the most that it may be (`None`: nothing bounds it)."""
    first: str
    last: str
    limit: Fraction
    limit_said: str
    said: str
    rows: Sequence[tuple[str, str]] = ()
    """Day and total as text, for the table beside the picture."""

    @property
    def may(self) -> list[tuple[str, Fraction]]:
        """The most that the total may be by day, up to where nothing bounds it; empty where the total is known."""
        if all(value == high for _, value, high in self.points):
            return []
        bounded = takewhile(lambda point: point[2] is not None, self.points)
        return [(day, high) for day, _, high in bounded if high is not None]


def tone(bar: Bar) -> Tone:
    """Whether a value is over its limit, near it, or neither."""
    if bar.limit is None:
        return "bar"
    if bar.beneath:
        return "over" if bar.value < bar.limit else "bar"
    if bar.value > bar.limit:
        return "over"
    return "near" if bar.limit and bar.value >= bar.limit * NEAR else "bar"


def bar_svg(chart: BarChart, bar: Bar) -> str:
    """One bar: its track, its value, hatched what it may be beyond, and its limit. The text stands beside it."""
    value = _share(chart, bar, bar.value)
    high = Fraction(1) if bar.high is None else _share(chart, bar, bar.high)
    parts = [_rect("s-track", Fraction(0), Fraction(1))]
    if high > value:
        parts.append(_hatch_strokes(value, high))
    if value:
        parts.append(_rect(f"s-{tone(bar)}", Fraction(0), value))
    if bar.limit is not None:
        at = _percent(1 / chart.scale if bar.limit else Fraction(0))
        parts.append(f"<line {attributes({'class': 's-limit', 'x1': at, 'x2': at, 'y1': 0, 'y2': 18})}/>")
    return join_pieces(['<svg aria-hidden="true" focusable="false">', *parts, "</svg>"])


def key_svg(kind: str) -> str:
    """A sample of what a chart draws, for its key: `limit`, `over`, `near`, `bar` or `hatch`."""
    inner = {
        "limit": '<line class="s-limit" x1="11" x2="11" y1="0" y2="12"/>',
        "hatch": _hatch_strokes(Fraction(0), Fraction(1), 12),
    }.get(kind) or f'<rect class="s-{kind}" width="22" height="12" rx="2"/>'
    return join_pieces(['<svg aria-hidden="true" focusable="false">', inner, "</svg>"])


def fill_svg(chart: FillChart) -> str:
    """The total over time as steps, the limit as a dashed line."""
    from datetime import date

    first, last = date.fromisoformat(chart.first).toordinal(), date.fromisoformat(chart.last).toordinal()
    span = max(1, last - first)
    most = [high if high is not None else value for _, value, high in chart.points]
    top = max([chart.limit, *most]) * Fraction(11, 10) or 1

    def x(day: str) -> str:
        return f"{float(Fraction(date.fromisoformat(day).toordinal() - first, span) * 1000):.1f}"

    def y(value: Fraction) -> str:
        return f"{float((1 - value / top) * 200):.1f}"

    def steps(points: Sequence[tuple[str, Fraction]]) -> str:
        path, before = f"M0 {y(Fraction(0))}", Fraction(0)
        for day, value in points:
            path += f"L{x(day)} {y(before)}L{x(day)} {y(value)}"
            before = value
        return f"{path}L1000 {y(before)}"

    path = steps([(day, value) for day, value, _ in chart.points])
    cap = y(chart.limit)
    inner = [
        f'<svg x="0" y="8" width="100%" height="196" viewBox="0 0 1000 200" {_STRETCHED}>',
        *(f'<line class="s-grid" x1="0" x2="1000" y1="{at}" y2="{at}" {_STEADY}/>' for at in (0, 50, 100, 150, 200)),
        *([f'<path class="s-may" d="{steps(chart.may)}" {_STEADY}/>'] if chart.may else []),
        f'<path class="s-area" d="{path}L1000 200L0 200Z"/>',
        f'<path class="s-line" d="{path}" {_STEADY}/>',
        f'<line class="s-cap" x1="0" x2="1000" y1="{cap}" y2="{cap}" {_STEADY}/>',
        "</svg>",
    ]
    height = float(cap) * 196 / 200 + 8
    return join_pieces(
        [
            f'<svg role="img" aria-label="{text(chart.said)}">',
            *inner,
            f'<text x="4" y="{height - 5:.1f}">{text(chart.limit_said)}</text>',
            f'<text x="0" y="224">{text(chart.first)}</text>',
            f'<text x="100%" y="224" text-anchor="end">{text(chart.last)}</text>',
            "</svg>",
        ]
    )


_STRETCHED = 'preserveAspectRatio="none" aria-hidden="true"'
_STEADY = 'vector-effect="non-scaling-stroke"'


def _times(bar: Bar, value: Fraction) -> Fraction:
    """A value in times its limit; any value over a limit of nothing is beyond all."""
    if not bar.limit:
        return value and MOST_TIMES * 2
    return value / bar.limit


def _share(chart: BarChart, bar: Bar, value: Fraction) -> Fraction:
    """How far to the right a value stands, from 0 to 1."""
    return min(Fraction(1), (_times(bar, value) if bar.limit is not None else value) / chart.scale)


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.2f}%"


def _rect(kind: str, start: Fraction, end: Fraction) -> str:
    told = {"class": kind, "x": _percent(start), "y": 3, "width": _percent(end - start), "height": 12, "rx": 2}
    return f"<rect {attributes(told)}/>"


def _hatch_strokes(start: Fraction, end: Fraction, height: int = 15) -> str:
    """Strokes at a slant, one a percent of the width, as many as fit between the two ends."""
    step = Fraction(1, 60) if height == 15 else Fraction(1, 4)
    lines, at = [], start
    while at < end:
        told = {"class": "s-hatch", "x1": _percent(at), "x2": _percent(min(end, at + step / 2)), "y1": height, "y2": 3}
        lines.append(f"<line {attributes(told)}/>")
        at += step
    return join_pieces(lines)
