"""Who may change the calendar: the controllers of procedures, the administrators, the system itself."""

from __future__ import annotations

from typing import ClassVar

from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError

ROLES = frozenset({"controller", "catalogue_admin", "system_admin"})


class MayNotChangeCalendar(DomainError):
    """Only a controller of procedures or an administrator may change the calendar."""

    message_vi: ClassVar[str] = (
        "Chỉ cán bộ kiểm soát thủ tục hành chính hoặc quản trị viên được sửa lịch làm việc."
    )


def may_change_calendar(by: Actor) -> bool:
    """May `by` publish a change of the calendar?"""
    if by.kind is ActorKind.SYSTEM:
        return True
    return by.kind is ActorKind.OFFICER and by.role in ROLES


def check_may_change_calendar(by: Actor) -> None:
    """Raise `MayNotChangeCalendar` unless `by` may."""
    if not may_change_calendar(by):
        raise MayNotChangeCalendar
