"""What the pieces of the screens show: small frozen values, drawn by one template each.

A screen builds these values from the domain's own and hands them to the piece; no template looks into a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


class Tone(StrEnum):
    """The four colours that mean something about time, and the neutral one; always beside a word and a mark."""

    ON_TIME = "ontime"
    DUE = "due"
    LATE = "late"
    PAUSED = "paused"
    PLAIN = "plain"


MARKS: dict[Tone, str] = {Tone.ON_TIME: "✓", Tone.DUE: "◷", Tone.LATE: "!", Tone.PAUSED: "Ⅱ", Tone.PLAIN: "○"}


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A short state in words with its mark: `✓ Còn 2 ngày`. `detail` is the full story (title and reader)."""

    tone: Tone
    words: str
    detail: str = ""

    @property
    def mark(self) -> str:
        """The sign that says the same as the colour, for whoever does not see colours."""
        return MARKS[self.tone]


class StepState(StrEnum):
    """Where a step of the internal process stands."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the rail: who had it, where, from when to when, time used of the time given."""

    name: str
    state: StepState
    who: str = ""
    unit: str = ""
    entered: datetime | None = None
    left: datetime | None = None
    used: timedelta | None = None
    given: timedelta | None = None

    @property
    def over(self) -> bool:
        """Did the step take more than it was given?"""
        return self.used is not None and self.given is not None and self.used > self.given


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Whether something counts for an indicator, and why: nobody types an indicator."""

    what: str
    counted: bool
    why: str
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class KnownFact:
    """A value that the state already has: shown, not asked for; `report_url` is the way to say it is wrong."""

    label: str
    value: str
    source: str
    as_of: date | None = None
    report_url: str = ""


@dataclass(frozen=True, kw_only=True)
class FileTile:
    """A file: its page picture when there is one, its kind, who signed it, whether that was checked."""

    name: str
    kind: str
    url: str = ""
    picture_url: str = ""
    size: int | None = None
    pages: int | None = None
    signer: str = ""
    verified: bool | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One button of the decision bar. `key` is the keyboard key shown on it; an `href` makes it a link."""

    label: str
    name: str = "action"
    value: str = ""
    key: str = ""
    href: str = ""
    primary: bool = False
    dangerous: bool = False
    disabled_why: str = ""


@dataclass(frozen=True, kw_only=True)
class MoneyRow:
    """An amount in đồng (integer), what it is for and why it is that much."""

    what: str
    amount: int
    why: str = ""
    total: bool = False


@dataclass(frozen=True, kw_only=True)
class UnitOption:
    """A territory to choose, with the years in which the name was valid."""

    key: str
    name: str
    parent: str = ""
    vintage: str = ""
    selected: bool = False


@dataclass(frozen=True, kw_only=True)
class UnitPicker:
    """What the picker was asked (`typed`) and what it found: one, several to choose from, or none."""

    name: str
    label: str
    typed: str = ""
    options: tuple[UnitOption, ...] = ()
    search_url: str = ""
    error: str = ""
    required: bool = True
    help: str = ""

    @property
    def chosen(self) -> UnitOption | None:
        """The option that is selected, if one is."""
        return next((option for option in self.options if option.selected), None)

    @property
    def dom_id(self) -> str:
        """The id of the box, made from the field's name."""
        return "f-" + self.name.replace(".", "-")


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """A person on one line: the number masked; `unmask_url` asks for the reason and writes it down."""

    name: str
    number: str = ""
    born: str = ""
    place: str = ""
    unmask_url: str = ""


@dataclass(frozen=True, kw_only=True)
class RankedBar:
    """A figure against its target on one line; `value`, `target` and `full` are in the same unit."""

    label: str
    value: float
    full: float
    target: float | None = None
    unit: str = ""
    href: str = ""
    rank: int | None = None

    @property
    def width(self) -> float:
        """Share of the full length in percent, 0 to 100."""
        return _share(self.value, self.full)

    @property
    def target_at(self) -> float | None:
        """Where the target stands on the same length, in percent."""
        return None if self.target is None else _share(self.target, self.full)

    @property
    def reached(self) -> bool | None:
        """Is the target reached? `None` without a target."""
        return None if self.target is None else self.value >= self.target


def _share(part: float, whole: float) -> float:
    return 0.0 if whole <= 0 else round(max(0.0, min(100.0, 100 * part / whole)), 2)


@dataclass(frozen=True, kw_only=True)
class Sparkline:
    """How a figure moved, with its last value written out. Fewer than two values draw no line."""

    label: str
    values: Sequence[float]
    last: str
    since: str = ""
    width: int = 120
    height: int = 28

    @property
    def points(self) -> str:
        """The points of an SVG polyline inside `width` × `height`, two pixels from the edges."""
        if len(self.values) < 2:
            return ""
        low, high = min(self.values), max(self.values)
        spread = (high - low) or 1.0
        step = (self.width - 4) / (len(self.values) - 1)
        rise = self.height - 4
        return " ".join(
            f"{2 + i * step:.1f},{2 + rise * (1 - (v - low) / spread):.1f}" for i, v in enumerate(self.values)
        )

    @property
    def end(self) -> tuple[str, str]:
        """Where the line ends: the coordinates of its last point, as SVG text."""
        x, _, y = self.points.split(" ")[-1].partition(",") if self.points else ("0", "", "0")
        return x, y


@dataclass(frozen=True, kw_only=True)
class Action:
    """A way on: its words and its address."""

    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class EmptyState:
    """Nothing here: say so, and what to do."""

    title: str
    text: str = ""
    action: Action | None = None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What happened, what is safe, what to do next, and the number to quote."""

    what: str
    safe: str = ""
    todo: str = ""
    reference: str = ""
    actions: tuple[Action, ...] = field(default=())
    tone: Tone = Tone.LATE
