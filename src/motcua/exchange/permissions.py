"""Who may look after the exchange with other systems."""

from __future__ import annotations

from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError
from motcua.staff.data import Role

WHOLE = frozenset({Role.CONTROLLER, Role.SYSTEM_ADMIN})
OWN = frozenset({Role.DESK_LEAD})


class NotYourExchange(DomainError):
    """Only the head of the unit's desk, the controller or the system's administrator may do this."""

    message_vi = (
        "Chỉ trưởng bộ phận một cửa của đơn vị, cán bộ kiểm soát hoặc quản trị hệ thống được làm việc này."
    )


def agencies_for(by: Actor) -> list[str] | None:
    """The agencies whose synchronisation `by` looks after: None for all. Raises `NotYourExchange`."""
    if by.kind is ActorKind.SYSTEM:
        return None
    if by.kind is ActorKind.OFFICER and by.role in WHOLE:
        return None
    if by.kind is ActorKind.OFFICER and by.role in OWN and by.unit:
        return [by.unit]
    raise NotYourExchange(f"{by.role} at {by.unit}")


def check_whole(by: Actor) -> None:
    """Raise `NotYourExchange` unless `by` looks after the whole province's exchange."""
    if agencies_for(by) is not None:
        raise NotYourExchange(f"{by.role} at {by.unit}")
