"""The clock of a dossier: the replay of what happened to it, giving its state and due time.

Nothing is stored but the events. The due time is counted anew from them, the calendar as it was known and
the regime of the day of receipt, so that the same facts always give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from motcua.base.errors import DomainError
from motcua.deadlines.data import (
    Calendar,
    ClockEvent,
    ClockEventKind,
    ClockState,
    Regime,
    RunState,
    SupplementRule,
    TimeLimit,
)
from motcua.deadlines.rules.counting import Count, Counter, latest_apology, projected
from motcua.deadlines.rules.extending import Extension, extended_count, promised_end
from motcua.deadlines.rules.pauses import Pause
from motcua.deadlines.rules.usage import used_by
from motcua.deadlines.rules.walking import in_vietnam


class ClockNotStarted(DomainError):
    """The clock has not been started, so nothing else can happen to it."""

    message_vi: ClassVar[str] = "Chưa bắt đầu tính thời hạn nên chưa thể thực hiện thao tác này."


class ClockStartedTwice(DomainError):
    """The clock is already started; only a supplement counts it again from the beginning."""

    message_vi: ClassVar[str] = "Thời hạn đã bắt đầu được tính, không thể bắt đầu lần nữa."


class ClockMovedBack(DomainError):
    """The event of {at} is earlier than the one before it, of {before}."""

    message_vi: ClassVar[str] = (
        "Thời điểm {at} sớm hơn thao tác liền trước ({before}); hãy kiểm tra đồng hồ máy."
    )


class ClockAlreadyPaused(DomainError):
    """The clock is paused already."""

    message_vi: ClassVar[str] = "Thời hạn đang tạm dừng, không thể tạm dừng lần nữa."


class ClockNotPaused(DomainError):
    """The clock is not paused, so it cannot be resumed."""

    message_vi: ClassVar[str] = "Thời hạn không tạm dừng nên không thể tiếp tục."


class ClockEnded(DomainError):
    """The clock has been stopped; nothing can happen to it any more."""

    message_vi: ClassVar[str] = "Việc tính thời hạn đã kết thúc, không thể thay đổi."


class RestartNotAllowed(DomainError):
    """Under {regime} a supplement does not count the limit again from the beginning."""

    message_vi: ClassVar[str] = "{regime} không cho tính lại thời hạn từ đầu."


class ExtensionRefused(DomainError):
    """The return date may be put off {most} time at most, and that has been done."""

    message_vi: ClassVar[str] = "Chỉ được hẹn lại ngày trả kết quả tối đa {most} lần và đã hẹn lại rồi."


class ExtensionTooLate(DomainError):
    """An apology with a new date must be sent by {latest}, at least {days} day before the due time."""

    message_vi: ClassVar[str] = (
        "Phải xin lỗi và hẹn lại trước ngày hết hạn ít nhất {days} ngày, chậm nhất là ngày {latest}."
    )


class ExtensionInvalid(DomainError):
    """The extension is not valid: {why}."""

    message_vi: ClassVar[str] = "Không thể hẹn lại: {why_vi}."


def clock(
    events: Iterable[ClockEvent],
    *,
    limit: TimeLimit,
    calendar: Calendar,
    regime: Regime,
    at: datetime | None = None,
) -> ClockState:
    """Replay `events`, in the order of their recording, into the state of the clock at `at`.

    `at` (aware; default the last event) may not be earlier than the last event. No event at all is a clock
    that was never started. Raises the errors of this module, `NaiveTime`, `CalendarUnknown`, `HoursUnknown`.
    """
    replay = _Replay(limit, calendar, regime)
    for event in events:
        replay.take(event)
    return replay.state(in_vietnam(at) if at is not None else None)


class _Replay:
    def __init__(self, limit: TimeLimit, calendar: Calendar, regime: Regime) -> None:
        self.limit, self.calendar, self.regime = limit, calendar, regime
        self.started: datetime | None = None
        self.base: datetime | None = None  # the start, or the last restart
        self.last: datetime | None = None
        self.pauses: list[Pause] = []  # since `base`, those that count
        self.stood: list[Pause] = []  # every pause, for the time it took
        self.extension: Extension | None = None
        self.extended = self.restarted = 0
        self.missed: list[datetime] = []
        self.stopped = False
        self._count: Count | None = None

    def take(self, event: ClockEvent) -> None:
        """Apply one event."""
        at = in_vietnam(event.at)
        self._in_order(at)
        if self.stopped:
            raise ClockEnded
        if (self.started is None) and event.kind is not ClockEventKind.START:
            raise ClockNotStarted
        {
            ClockEventKind.START: self._start,
            ClockEventKind.PAUSE: self._pause,
            ClockEventKind.RESUME: self._resume,
            ClockEventKind.RESTART: self._restart,
            ClockEventKind.EXTEND: self._extend,
            ClockEventKind.STOP: self._stop,
        }[event.kind](event, at)
        self.last = at

    def _in_order(self, at: datetime) -> None:
        if self.last is not None and at < self.last:
            raise ClockMovedBack(at=f"{at:%H:%M:%S %d/%m/%Y}", before=f"{self.last:%H:%M:%S %d/%m/%Y}")

    @property
    def paused(self) -> bool:
        return bool(self.stood) and self.stood[-1].end is None

    def count(self) -> Count:
        """The count as the events so far give it."""
        if self._count is None:
            assert self.base is not None
            counter = Counter(self.limit, self.calendar, self.regime)
            if self.extension is None:
                self._count = counter.count(self.base, self.pauses)
            else:
                self._count = extended_count(counter, self.base, self.pauses, self.extension)
        return self._count

    def _start(self, event: ClockEvent, at: datetime) -> None:
        if self.started is not None:
            raise ClockStartedTwice
        self.limit = event.limit or self.limit
        self.started = self.base = at

    def _pause(self, event: ClockEvent, at: datetime) -> None:
        if self.paused:
            raise ClockAlreadyPaused
        pause = Pause(at, None, event.why)
        due = self.count().due
        assert due is not None, "a running clock has a due time"
        self.stood.append(pause)
        # A pause at or after the due time cannot undo that the limit has run out.
        if at < due:
            self.pauses.append(pause)
            self._count = None

    def _resume(self, _event: ClockEvent, at: datetime) -> None:
        if not self.paused:
            raise ClockNotPaused
        self._end_pause(at)

    def _end_pause(self, at: datetime) -> None:
        ended = replace(self.stood[-1], end=at)
        if self.pauses and self.pauses[-1] is self.stood[-1]:
            self.pauses[-1] = ended
            self._count = None
        self.stood[-1] = ended

    def _restart(self, event: ClockEvent, at: datetime) -> None:
        """A full dossier after a supplement: the limit is counted again from the beginning (Điều 19.4)."""
        if self.regime.supplement is not SupplementRule.RESTART:
            raise RestartNotAllowed(regime=self.regime.name_vi)
        due = self.count().due
        if due is not None and due < at:
            self.missed.append(due)
        if self.paused:
            self._end_pause(at)
        self.limit = event.limit or self.limit
        self.base, self.pauses, self.extension, self._count = at, [], None, None
        self.restarted += 1

    def _extend(self, event: ClockEvent, at: datetime) -> None:
        """An apology with a new date: once, and at least one day before the due time (Điều 19.9)."""
        if self.extended >= self.regime.max_extensions:
            raise ExtensionRefused(most=self.regime.max_extensions)
        due = self.count().due
        if self.paused or due is None:
            raise ExtensionInvalid(why="the clock is paused", why_vi="thời hạn đang tạm dừng")
        latest = latest_apology(due, self.regime)
        if at.date() > latest:
            raise ExtensionTooLate(days=self.regime.extension_notice_days, latest=f"{latest:%d/%m/%Y}")
        self.extension = Extension(at=at, old=due, to=self._promise(event, due), why=event.why)
        self.extended += 1
        self._count = None

    def _promise(self, event: ClockEvent, due: datetime) -> datetime:
        if (event.to is None) == (event.limit is None):
            raise ExtensionInvalid(
                why="give either the new due time or by how long",
                why_vi="cần ngày hẹn mới hoặc thời gian gia hạn",
            )
        if event.limit is not None:
            return promised_end(due, event.limit, self.calendar, self.regime)
        assert event.to is not None
        to = in_vietnam(event.to)
        if to <= due:
            raise ExtensionInvalid(
                why="the new due time is not later than the old one",
                why_vi="ngày hẹn mới không muộn hơn hạn cũ",
            )
        if not self.calendar.is_working(to.date()):
            raise ExtensionInvalid(
                why="the new due day is a day off", why_vi="ngày hẹn mới không phải ngày làm việc"
            )
        return to

    def _stop(self, _event: ClockEvent, _at: datetime) -> None:
        self.stopped = True

    def state(self, at: datetime | None) -> ClockState:
        """The state at `at`."""
        if at is not None:
            self._in_order(at)
        moment = at or self.last
        if self.started is None or self.base is None or moment is None:
            return ClockState(state=RunState.STOPPED, due=None, started=None, at=moment)
        count = self.count()
        running = RunState.PAUSED if self.paused else RunState.RUNNING
        ended = self.last if self.stopped and self.last is not None else moment
        return ClockState(
            state=RunState.STOPPED if self.stopped else running,
            due=count.due,
            started=self.started,
            at=moment,
            days=tuple(count.days),
            used=used_by(
                count, base=self.base, pauses=self.pauses, limit=self.limit, calendar=self.calendar, at=ended
            ),
            total=count.total,
            paused_for=sum(((p.end or ended) - p.start for p in self.stood), timedelta(0)),
            extended=self.extended,
            restarted=self.restarted,
            missed=tuple(self.missed),
            projected=projected(count, self.limit, self.calendar),
        )
