"""What is worked and what is off: dated facts about days, weekly hours, and one agency's calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

from motcua.base.data import Certainty, Source, Validity
from motcua.base.errors import DomainError

WEEKDAYS_VI = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def day_vi(day: date) -> str:
    """A day as a receipt writes it: "Thứ Hai 03/02/2025"."""
    return f"{WEEKDAYS_VI[day.weekday()]} {day:%d/%m/%Y}"


class DayKind(StrEnum):
    """What a dated fact makes of a day, against what its weekday says."""

    HOLIDAY = "holiday"
    SWAPPED_OFF = "swapped_off"  # a weekday off, worked on another day
    SWAPPED_WORKING = "swapped_working"  # a day of the weekend that is worked instead
    CLOSED = "closed"  # one agency shut, for example by a storm
    ORDINARY = "ordinary"  # withdraws an earlier fact: the day is what its weekday says


@dataclass(frozen=True, kw_only=True)
class CalendarDay:
    """One dated fact about a day, for every agency (`agency_key` None) or for one.

    A `SWAPPED_WORKING` day names the weekday whose hours it works in `hours_of`.
    """

    day: date
    kind: DayKind
    name: str
    source: Source
    known_from: datetime
    agency_key: str | None = None
    hours_of: date | None = None

    def __post_init__(self) -> None:
        if (self.kind is DayKind.SWAPPED_WORKING) != (self.hours_of is not None):
            raise ValueError(f"{self.day}: a day worked instead of another, and only that, names the other")


@dataclass(frozen=True, kw_only=True)
class CalendarYear:
    """That the days off of a year are known: announced, or only projected from the general rule."""

    year: int
    projected: bool
    source: Source
    known_from: datetime


@dataclass(frozen=True)
class Span:
    """Working time within one day, from `start` up to `end`."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"working time ends ({self.end}) before it starts ({self.start})")


@dataclass(frozen=True)
class DayHours:
    """The hours of one weekday. `counts` says whether it is a working day for limits.

    A desk that opens on Saturday morning has spans that do not count: it takes papers in, and the time of
    the office that decides does not run (the State's working week is Monday to Friday).
    """

    spans: tuple[Span, ...] = ()
    counts: bool = False

    def __post_init__(self) -> None:
        if self.counts and not self.spans:
            raise ValueError("a working day needs hours")
        for earlier, later in pairwise(self.spans):
            if later.start < earlier.end:
                raise ValueError("working hours of a day overlap")


@dataclass(frozen=True)
class Season:
    """A part of every year, from (month, day) to (month, day), both included; may pass over New Year."""

    start: tuple[int, int]
    end: tuple[int, int]

    def contains(self, day: date) -> bool:
        """Is `day` in the season?"""
        here = (day.month, day.day)
        if self.start <= self.end:
            return self.start <= here <= self.end
        return here >= self.start or here <= self.end


@dataclass(frozen=True, kw_only=True)
class WorkWeek:
    """The weekly hours, Monday first, of every agency (`agency_key` None) or of one, for a time or season."""

    validity: Validity
    days: tuple[DayHours, ...]
    source: Source
    known_from: datetime
    agency_key: str | None = None
    season: Season | None = None

    def __post_init__(self) -> None:
        if len(self.days) != 7:
            raise ValueError("a week has seven days")
        if not any(day.counts for day in self.days):
            raise ValueError("a week without a working day would never end a limit")


class CalendarUnknown(DomainError):
    """The days off of the year {year} are not known to the system, so the due time cannot be counted."""

    message_vi: ClassVar[str] = (
        "Chưa có lịch ngày nghỉ, ngày làm việc năm {year} trong hệ thống nên chưa tính được hạn. "
        "Quản trị viên cần công bố lịch năm này."
    )


class HoursUnknown(DomainError):
    """No working hours of {agency} are known on {day}."""

    message_vi: ClassVar[str] = "Chưa có giờ làm việc của cơ quan {agency} cho ngày {day}."


@dataclass(frozen=True)
class DayView:
    """What a calendar says of one day."""

    day: date
    working: bool
    spans: tuple[Span, ...]
    fact: CalendarDay | None
    projected: bool

    @cached_property
    def label_vi(self) -> str:
        """Why the day is worked or not, with how sure that is."""
        if self.fact is None or self.fact.kind is DayKind.ORDINARY:
            label = "ngày làm việc" if self.working else "nghỉ hằng tuần"
        elif self.fact.hours_of is not None:
            label = f"ngày làm việc bù cho {day_vi(self.fact.hours_of)}"
        elif self.fact.kind is DayKind.SWAPPED_OFF:
            label = f"nghỉ hoán đổi: {self.fact.name}"
        elif self.fact.kind is DayKind.CLOSED:
            label = f"cơ quan đóng cửa: {self.fact.name}"
        else:
            label = f"nghỉ lễ: {self.fact.name}"
        if self.fact is not None and self.fact.source.certainty is Certainty.SECOND_HAND:
            label += " (theo nguồn gián tiếp, chưa đọc văn bản gốc)"
        elif self.fact is not None and self.fact.source.certainty is Certainty.MEMORY:
            label += " (chưa kiểm chứng)"
        if self.fact is not None and self.projected:
            label += " (lịch dự kiến, chưa có thông báo chính thức)"
        return label


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """One agency's working time as it was known at `known_at`.

    `known_from` is the moment of the newest fact in it: two calendars of one agency with equal facts are equal
    in all but `known_at`. Raises `CalendarUnknown` for a day in a year it does not know, never guesses.
    """

    agency_key: str
    known_at: datetime = field(compare=False)
    known_from: datetime
    days: tuple[CalendarDay, ...]
    years: tuple[CalendarYear, ...]
    weeks: tuple[WorkWeek, ...]
    _facts: dict[date, CalendarDay] = field(init=False, repr=False, compare=False)
    _years: dict[int, CalendarYear] = field(init=False, repr=False, compare=False)
    _views: dict[date, DayView] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_facts", {fact.day: fact for fact in self.days})
        object.__setattr__(self, "_years", {year.year: year for year in self.years})
        object.__setattr__(self, "_views", {})
        if len(self._facts) != len(self.days) or len(self._years) != len(self.years):
            raise ValueError("a calendar holds one fact per day and per year")

    def day(self, day: date) -> DayView:
        """What `day` is; raises `CalendarUnknown`, `HoursUnknown`."""
        view = self._views.get(day)
        if view is None:
            view = self._views[day] = self._look(day)
        return view

    def is_working(self, day: date) -> bool:
        """Does `day` count as a working day?"""
        return self.day(day).working

    def projected(self, year: int) -> bool:
        """Are the days off of `year` only projected?"""
        known = self._years.get(year)
        if known is None:
            raise CalendarUnknown(year=year)
        return known.projected

    def _look(self, day: date) -> DayView:
        projected = self.projected(day.year)
        week = self._week(day)
        fact = self._facts.get(day)
        hours = week.days[day.weekday()]
        if fact is None or fact.kind is DayKind.ORDINARY:
            return DayView(day, hours.counts, hours.spans, fact, projected)
        if fact.hours_of is not None:
            # A day worked in exchange works the hours of the day it replaces, not those of some Monday.
            return DayView(day, True, week.days[fact.hours_of.weekday()].spans, fact, projected)
        return DayView(day, False, (), fact, projected)

    def _week(self, day: date) -> WorkWeek:
        fitting = [w for w in self.weeks if w.validity.contains(day)]
        fitting = [w for w in fitting if w.agency_key == self.agency_key] or fitting
        seasonal = [w for w in fitting if w.season is not None and w.season.contains(day)]
        choice = seasonal or [w for w in fitting if w.season is None]
        if not choice:
            raise HoursUnknown(agency=self.agency_key, day=f"{day:%d/%m/%Y}")
        return max(choice, key=lambda w: (w.known_from, w.validity.start))
