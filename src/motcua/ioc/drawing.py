"""Charts as SVG, drawn by the server: marks are links, colours follow the page, no script."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe

_INK, _WATER, _LINE = "#17211f", "#0b5a83", "#d9d6cc"
BANDS: dict[str, str] = {
    "excellent": "#1b7340",
    "good": "#5a9e6f",
    "fair": "#c9a227",
    "average": "#c86f1e",
    "weak": "#b1231b",
    "none": "#9aa6a2",
}


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One unit on the map."""

    name: str
    lon: float
    lat: float
    band: str
    words: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: what was reached out of what could be."""

    name: str
    value: float
    full: float
    href: str


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value of a series."""

    when: str
    value: float


def unit_map(dots: Sequence[Dot], *, title: str) -> SafeString:
    """The communes by their points, coloured by class; the table beside says the same."""
    places = json.dumps([{"lon": d.lon, "lat": d.lat, "mark": _mark(i)} for i, d in enumerate(dots)])
    svg = _MARK.sub(lambda found: _dot(found, dots), _frame("map", places))
    return _titled(svg, title)


def bars(rows: Sequence[Bar], *, title: str) -> SafeString:
    """Bars of what was reached, on the length of what could be; nothing reaches beyond the longest of these."""
    grooves = [{"name": r.name, "full": r.full, "mark": _mark(i)} for i, r in enumerate(rows)]
    most = max((r.full for r in rows), default=0.0)
    svg = _MARK.sub(
        lambda found: _reach(found, rows, most), _frame("bars", json.dumps(grooves, ensure_ascii=False))
    )
    return _titled(svg, title)


def line(points: Sequence[Point], *, title: str) -> SafeString:
    """A series over periods, on a scale of whole tens around it."""
    low = math.floor(min((p.value for p in points), default=0.0) / 10) * 10
    high = max(math.ceil(max((p.value for p in points), default=0.0) / 10) * 10, low + 10)
    wide = max((len(p.when) for p in points), default=1)
    frame = json.dumps({"low": low, "high": high, "when": [_when(i, wide) for i in range(len(points))]})
    svg = _frame("line", frame)
    heights = [_HEIGHT * (high - p.value) / (high - low) for p in points]
    for i, point in enumerate(points):
        svg = svg.replace(f">{_when(i, wide)}</text>", f">{_quoted(point.when)}</text>", 1)
    svg = _MARK.sub(lambda found: _spot(found, points, heights), svg)
    turns = iter(heights)
    svg = _PATH.sub(
        lambda found: _TURN.sub(lambda turn: f"{turn[1]}{next(turns):.3f}", found[0]), svg, count=1
    )
    return _titled(svg, title)


# A frame is drawn once by Altair with a name in place of each mark's words; the marks of a page are then put into it.
_HEIGHT = 160
_MARK = re.compile(r'<path aria-label="mark-(\d+)"([^>]*)/>')
_PATH = re.compile(r'(?<= d=")M[^"A]*(?=" stroke="#0b5a83")')
_TURN = re.compile(r"([ML][\d.]+,)[\d.]+")


def _mark(number: int) -> str:
    return f"mark-{number}"


def _when(number: int, wide: int) -> str:
    return f"w{number}".ljust(wide, "_")


def _link(href: str, drawn: str) -> str:
    return f'<a xlink:href="{_quoted(href)}">{drawn}</a>' if href else drawn


def _dot(found: re.Match[str], dots: Sequence[Dot]) -> str:
    dot = dots[int(found[1])]
    rest = found[2].replace(f'fill="{_WATER}"', f'fill="{BANDS.get(dot.band, BANDS["none"])}"')
    return _link(dot.href, f'<path aria-label="{_quoted(dot.words)}"{rest}/>')


def _reach(found: re.Match[str], rows: Sequence[Bar], most: float) -> str:
    row = rows[int(found[1])]
    length = min(max(row.value, 0.0), most) / row.full if row.full else 0.0
    rest = _WIDTH.sub(lambda d: f"{d[1]}{float(d[2]) * length:.2f}v12h-{float(d[2]) * length:.2f}Z", found[2])
    words = f"{row.name}: {row.value:g} / {row.full:g}"
    return _link(row.href, f'<path aria-label="{_quoted(words)}"{rest}/>')


_WIDTH = re.compile(r"(M0,[\d.]+h)([\d.]+)v12h-[\d.]+Z")


def _spot(found: re.Match[str], points: Sequence[Point], heights: Sequence[float]) -> str:
    number = int(found[1])
    rest = re.sub(r"(translate\([\d.]+,)[\d.]+", lambda d: f"{d[1]}{heights[number]:.3f}", found[2], count=1)
    words = f"{points[number].when}: {points[number].value:g}"
    return f'<path aria-label="{_quoted(words)}"{rest}/>'


def _titled(svg: str, title: str) -> SafeString:
    return mark_safe(f'<svg role="img" aria-label="{_quoted(title)}" ' + svg.removeprefix("<svg "))


@lru_cache(maxsize=128)
def _frame(kind: str, what: str) -> str:
    """The drawing of a frame; the same frame is drawn once."""
    import altair as alt  # 0.4 s and 60 MB in each process that never draws
    import vl_convert

    chart: Any = {"map": _map, "bars": _bars, "line": _line}[kind](alt, json.loads(what))
    chart = chart.configure(
        background="transparent",
        font="Be Vietnam Pro, sans-serif",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=_INK, titleColor=_INK, gridColor=_LINE, domainColor=_LINE, labelFontSize=13
        ),
        text=alt.MarkConfig(color=_INK, fontSize=13),
    )
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    return svg.replace(_INK, "currentColor")


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _map(alt: Any, places: Any) -> Any:
    data = alt.Data(values=places)
    return (
        alt.Chart(data, width=520, height=520)
        .mark_circle(size=150, opacity=0.95, stroke=_INK, strokeWidth=0.6, color=_WATER)
        .encode(longitude="lon:Q", latitude="lat:Q", description="mark:N")
        .project("mercator")
    )


def _bars(alt: Any, grooves: Any) -> Any:
    place = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False))
    base = alt.Chart(alt.Data(values=grooves), width=360, height=alt.Step(34))
    full = alt.X("full:Q", title=None, axis=alt.Axis(tickCount=5))
    groove = base.mark_bar(color=_LINE, height=12, aria=False).encode(y=place, x=full)
    reach = base.mark_bar(color=_WATER, height=12).encode(y=place, x=full, description="mark:N")
    return groove + reach


def _line(alt: Any, frame: Any) -> Any:
    points = [{"when": w, "value": frame["low"], "mark": _mark(i)} for i, w in enumerate(frame["when"])]
    base = alt.Chart(alt.Data(values=points), width=420, height=_HEIGHT)
    when = alt.X("when:O", title=None, sort=None, axis=alt.Axis(labelAngle=0, aria=False))
    scale = alt.Scale(domain=[frame["low"], frame["high"]], nice=False)
    value = alt.Y("value:Q", title=None, scale=scale, axis=alt.Axis(tickCount=4))
    drawn = base.mark_line(color=_WATER, aria=False).encode(x=when, y=value)
    spots = base.mark_circle(color=_WATER, size=50, opacity=1)
    return drawn + spots.encode(x=when, y=value, description="mark:N")
