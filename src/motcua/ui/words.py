"""Puts clocks, states and spans into the words of the screen, in the reader's language."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.ui import rules
from motcua.ui.data import Chip, Tone


def _state_words(code: int) -> tuple[str, Tone]:
    # One table for the citizen and for the officer: two names for one state is what people complain about.
    words = {
        1: (_("Mới đăng ký"), Tone.PLAIN),
        2: (_("Đã tiếp nhận"), Tone.PLAIN),
        3: (_("Không được tiếp nhận"), Tone.LATE),
        4: (_("Đang giải quyết"), Tone.PLAIN),
        5: (_("Chờ bạn bổ sung"), Tone.DUE),
        6: (_("Chờ nộp phí, lệ phí"), Tone.DUE),
        7: (_("Đã rút"), Tone.PAUSED),
        8: (_("Dừng giải quyết"), Tone.PAUSED),
        9: (_("Đã có kết quả"), Tone.ON_TIME),
        10: (_("Đã trả kết quả"), Tone.ON_TIME),
    }
    return words[code]


def state_chip(code: int) -> Chip:
    """The chip of one of the ten national states. Raises `KeyError` for any other number."""
    words, tone = _state_words(int(code))
    return Chip(tone=tone, words=words)


def span_words(span: timedelta) -> str:
    """`2 ngày`, `3 giờ`, `20 phút`: the largest unit that fits, rounded down; under a minute is one minute."""
    days, hours, minutes = rules.span_parts(span)
    if days:
        return ngettext("%(n)d ngày", "%(n)d ngày", days) % {"n": days}
    if hours:
        return ngettext("%(n)d giờ", "%(n)d giờ", hours) % {"n": hours}
    minutes = max(1, minutes)
    return ngettext("%(n)d phút", "%(n)d phút", minutes) % {"n": minutes}


def clock_chip(
    *,
    due: datetime | None,
    now: datetime,
    paused: bool = False,
    for_money: bool = False,
    finished: datetime | None = None,
) -> Chip:
    """The chip of a dossier's clock.

    `finished` is when it ended: then the chip says whether that was in time. `paused` is a clock that waits for
    the citizen, `for_money` for a payment. Without `due` the law gives no limit and the chip says so.
    """
    if paused and for_money:
        return Chip(tone=Tone.PAUSED, words=_("Chờ nộp phí, lệ phí"))
    if paused:
        return Chip(
            tone=Tone.PAUSED, words=_("Chờ bổ sung"), detail=_("Đồng hồ tạm dừng trong lúc chờ bổ sung.")
        )
    if due is None:
        return Chip(
            tone=Tone.PLAIN, words=_("Chưa có hạn"), detail=_("Hạn trả được ghi khi hồ sơ được tiếp nhận.")
        )
    detail = _("Hạn trả: %(moment)s") % {"moment": rules.moment(due)}
    tone, said = _running(due, now) if finished is None else _finished(due, finished)
    return Chip(tone=tone, words=said, detail=detail)


def _finished(due: datetime, finished: datetime) -> tuple[Tone, str]:
    if finished <= due:
        return Tone.ON_TIME, _("Đúng hạn")
    return Tone.LATE, _("Trễ %(span)s") % {"span": span_words(finished - due)}


def _running(due: datetime, now: datetime) -> tuple[Tone, str]:
    if now > due:
        return Tone.LATE, _("Quá hạn %(span)s") % {"span": span_words(now - due)}
    if due.astimezone(rules.VN).date() == now.astimezone(rules.VN).date():
        return Tone.DUE, _("Hôm nay %(time)s") % {"time": rules.clock_time(due)}
    return Tone.ON_TIME, _("Còn %(span)s") % {"span": span_words(due - now)}


def limit_words(amount: int, unit: str) -> str:
    """A time limit of the law in words: `5 ngày làm việc`. `unit` is the value of `deadlines.LimitUnit`."""
    if unit == "same_day":
        return ngettext("trong ngày", "trong %(n)d ngày", amount) % {"n": amount}
    said = {
        "hour": ngettext("%(n)d giờ", "%(n)d giờ", amount),
        "working_hour": ngettext("%(n)d giờ làm việc", "%(n)d giờ làm việc", amount),
        "day": ngettext("%(n)d ngày", "%(n)d ngày", amount),
        "working_day": ngettext("%(n)d ngày làm việc", "%(n)d ngày làm việc", amount),
        "month": ngettext("%(n)d tháng", "%(n)d tháng", amount),
    }
    return said[unit] % {"n": amount}


def certainty_words(certainty: str) -> str:
    """How sure a fact of the law is, as a reader is told."""
    return {
        "V": _("đã đối chiếu văn bản gốc"),
        "V2": _("theo nguồn thứ hai, chưa đối chiếu văn bản gốc"),
        "M": _("chưa đối chiếu văn bản"),
        "X": _("các nguồn nói khác nhau"),
        "own": _("quy ước của hệ thống"),
    }[certainty]
