"""Tags that draw the pieces and write dates, times, money and file sizes as motcua writes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from motcua.base import clock
from motcua.ui import assets, rules, words

register = template.Library()
_A_MOMENT = timedelta(seconds=90)  # between two readings of the clock

PIECES = (
    "clock_chip",
    "state_chip",
    "step_rail",
    "evidence_line",
    "known_card",
    "file_tile",
    "decision_bar",
    "money_row",
    "unit_picker",
    "person_line",
    "ranked_bar",
    "sparkline",
    "empty_state",
    "problem_notice",
)


@register.simple_tag
def piece(name: str, it: object) -> SafeString:
    """Draw the piece `name` with the value `it`. Raises `ValueError` for a name that is not a piece."""
    if name not in PIECES:
        raise ValueError(f"no piece is called {name!r}")
    return render_to_string(f"ui/pieces/{name}.html", {"it": it})


@register.simple_tag
def asset(path: str) -> str:
    """The address of a style sheet, script or font. Raises `LookupError` for a file that is not there."""
    assets.asset(path)
    return reverse("ui:asset", args=[assets.edition(), path])


@register.simple_tag
def pretended_time() -> datetime | None:
    """The moment that the demo pretends it is, `None` when the clock is the world's."""
    now = clock.now()
    return now if abs(now - datetime.now(clock.VN)) > _A_MOMENT else None


@register.filter
def dong(amount: int) -> str:
    """Money in đồng: `120.000 đ`."""
    return rules.money(amount)


@register.filter
def day(value: date | None) -> str:
    """A day: `14/03/2025`; nothing for nothing."""
    return "" if value is None else rules.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """A moment: `16:30, 14/03/2025`; nothing for nothing."""
    return "" if value is None else rules.moment(value)


@register.filter
def hour(value: datetime | None) -> str:
    """A time of the day: `16:30`; nothing for nothing."""
    return "" if value is None else rules.clock_time(value)


@register.filter
def iso(value: date) -> str:
    """The machine-readable form for `<time datetime>`."""
    return rules.iso(value)


@register.filter
def span(value: timedelta) -> str:
    """A span in words: `2 ngày`."""
    return words.span_words(value)


@register.filter
def size(value: int) -> str:
    """A file's size: `180 KB`."""
    return rules.file_size(value)


@register.filter
def masked(value: str) -> str:
    """A personal number with its middle hidden."""
    return rules.masked(value)


@register.filter
def number(value: float, places: int = 0) -> str:
    """A number as Vietnamese writes it: `1.234,5`."""
    return rules.number(value, places)
