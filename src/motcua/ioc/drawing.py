"""Charts as SVG, drawn by the server: marks are links, colours follow the page, no script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe

_INK, _WATER, _LINE = "#17211f", "#0b5a83", "#d9d6cc"
# Vega puts its own address before a link that has none; ours lead into this house.
_ELSEWHERE = "https://vega.github.io/vega-datasets/"
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
    return _svg("map", json.dumps([asdict(d) for d in dots], ensure_ascii=False), title)


def bars(rows: Sequence[Bar], *, title: str) -> SafeString:
    """Bars of what was reached, on the length of what could be."""
    return _svg("bars", json.dumps([asdict(r) for r in rows], ensure_ascii=False), title)


def line(points: Sequence[Point], *, title: str) -> SafeString:
    """A series over periods."""
    return _svg("line", json.dumps([asdict(p) for p in points], ensure_ascii=False), title)


@lru_cache(maxsize=256)
def _svg(kind: str, rows: str, title: str) -> SafeString:
    """The drawing of these rows; the same rows are drawn once."""
    import altair as alt  # 0.4 s and 60 MB in each process that never draws
    import vl_convert

    data = alt.Data(values=json.loads(rows))  # type: ignore[no-untyped-call]
    chart: Any = {"map": _map, "bars": _bars, "line": _line}[kind](alt, data)
    chart = chart.configure(
        background="transparent",
        font="Be Vietnam Pro, sans-serif",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=_INK, titleColor=_INK, gridColor=_LINE, domainColor=_LINE, labelFontSize=13
        ),
        text=alt.MarkConfig(color=_INK, fontSize=13),
    )
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    svg = svg.replace(_ELSEWHERE, "").replace(_INK, "currentColor")
    head = f'<svg role="img" aria-label="{_quoted(title)}" '
    return mark_safe(head + svg.removeprefix("<svg "))


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _map(alt: Any, data: Any) -> Any:
    colours = alt.Color(
        "band:N", legend=None, scale=alt.Scale(domain=list(BANDS), range=list(BANDS.values()))
    )
    chart = alt.Chart(data, width=520, height=520)
    return (
        chart.mark_circle(size=150, opacity=0.95, stroke=_INK, strokeWidth=0.6)
        .encode(
            longitude="lon:Q",
            latitude="lat:Q",
            color=colours,
            href="href:N",
            description="words:N",
            tooltip="words:N",
        )
        .project("mercator")
    )


def _bars(alt: Any, data: Any) -> Any:
    place = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False))
    base = alt.Chart(data, width=360, height=alt.Step(34))
    groove = base.mark_bar(color=_LINE, height=12).encode(
        y=place, x=alt.X("full:Q", title=None, axis=alt.Axis(tickCount=5))
    )
    reach = base.mark_bar(color=_WATER, height=12).encode(y=place, x="value:Q", href="href:N")
    return groove + reach


def _line(alt: Any, data: Any) -> Any:
    base = alt.Chart(data, width=420, height=160)
    when = alt.X("when:O", title=None, sort=None, axis=alt.Axis(labelAngle=0))
    value = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4))
    drawn = base.mark_line(color=_WATER).encode(x=when, y=value)
    return drawn + base.mark_circle(color=_WATER, size=50, opacity=1).encode(x=when, y=value)
