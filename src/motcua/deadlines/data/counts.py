"""What a count gives: the due time, the days with their reasons, the state of a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from motcua.deadlines.data.calendars import day_vi
from motcua.deadlines.data.limits import TimeLimit


class DayReason(StrEnum):
    """Why a day was counted or not."""

    LATE = "late"  # received after the cut-off
    OFF_RECEIPT = "off_receipt"  # received on a day off
    FIRST = "first"
    COUNTED = "counted"
    HOURS = "hours"
    SAME_DAY = "same_day"
    OFF = "off"
    PAUSED = "paused"
    ROLLED = "rolled"  # the limit ends on a day off: carried to the next working day
    END = "end"  # the working day to which it was carried
    EXTENDED = "extended"


_REASON_VI = {
    DayReason.LATE: "không tính: nhận sau {cutoff}, bàn giao vào ngày làm việc tiếp theo{cite}",
    DayReason.OFF_RECEIPT: "không tính: nhận vào ngày nghỉ ({label}), bàn giao vào ngày làm việc tiếp theo{cite}",
    DayReason.FIRST: "không tính: ngày đầu tiên của thời hạn{cite}",
    DayReason.COUNTED: "tính, {label}: ngày thứ {number}/{total}",
    DayReason.HOURS: "tính {span}{label}: lũy kế {running}/{whole}",
    DayReason.SAME_DAY: "tính, {label}: giải quyết trong ngày{cite}",
    DayReason.OFF: "không tính: {label}",
    DayReason.PAUSED: "không tính: tạm dừng ({label})",
    DayReason.ROLLED: "hết số ngày nhưng là {label}: chuyển sang ngày làm việc tiếp theo{cite}",
    DayReason.END: "{label}: kết thúc thời hạn{cite}",
    DayReason.EXTENDED: "thời gian gia hạn: {label}{cite}",
}


def minutes_vi(minutes: int) -> str:
    """A span of working time in words: "2 giờ 30 phút"."""
    hours, rest = divmod(minutes, 60)
    if not rest:
        return f"{hours} giờ"
    return f"{hours} giờ {rest:02d} phút" if hours else f"{rest} phút"


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """One day of a count. `number`: days counted so far, or working minutes so far for hours.

    `total` is the limit in the same measure; `minutes` what this day gave of working time.
    """

    day: date
    reason: DayReason
    counted: bool
    number: int
    total: int
    minutes: int = 0
    label: str = ""
    cite: str = ""
    cutoff: str = ""

    @property
    def why_vi(self) -> str:
        """The sentence for this day: "Thứ Hai 03/02/2025: tính, ngày làm việc: ngày thứ 1/5."."""
        text = _REASON_VI[self.reason].format(
            cutoff=self.cutoff,
            label=self.label,
            number=self.number,
            total=self.total,
            span=minutes_vi(self.minutes),
            running=minutes_vi(self.number),
            whole=minutes_vi(self.total),
            cite=f" ({self.cite})" if self.cite else "",
        )
        return f"{day_vi(self.day)}: {text}."


@dataclass(frozen=True, kw_only=True)
class Due:
    """When a limit ends and how that was counted, day by day from the day of receipt."""

    due: datetime
    days: tuple[DayCount, ...]
    projected: bool = False  # some day used lies in a year whose days off are not announced yet


class ClockEventKind(StrEnum):
    """What may happen to a clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"
    EXTEND = "extend"
    STOP = "stop"


@dataclass(frozen=True, kw_only=True)
class ClockEvent:
    """One fact in the life of a clock. `at` is aware.

    `limit` replaces the limit on start and restart and lengthens on extend; `to` is the new due time promised
    by an extension. `why` is the reason in Vietnamese, shown on paused and extended days.
    """

    kind: ClockEventKind
    at: datetime
    limit: TimeLimit | None = None
    to: datetime | None = None
    why: str = ""


class RunState(StrEnum):
    """What a clock is doing."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"  # ended, or never started (then `started` is None)


@dataclass(frozen=True, kw_only=True)
class ClockState:
    """What the events of a clock add up to at `at` (the moment asked for, or the last event).

    `due` is None while paused before its end and before the start. `used`, `total`: counted so far and in
    all, in days for day limits and in minutes for hours. `paused_for` is wall time. `missed` holds due times
    that had passed before a restart wiped them: a late dossier stays late.
    """

    state: RunState
    due: datetime | None
    started: datetime | None
    at: datetime | None
    days: tuple[DayCount, ...] = ()
    used: int = 0
    total: int = 0
    paused_for: timedelta = timedelta(0)
    extended: int = 0
    restarted: int = 0
    missed: tuple[datetime, ...] = ()
    projected: bool = False
