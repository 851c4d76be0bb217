"""Who may handle a petition, and who may never rate."""

from __future__ import annotations

from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError

HANDLERS = frozenset({"desk_lead", "controller", "leader", "signer"})


class MayNotHandle(DomainError):
    """Only the agency that a petition was sent to may handle it."""

    message_vi = "Chỉ cơ quan nhận phản ánh, kiến nghị được xử lý việc này."


class StaffDoNotRate(DomainError):
    """Officers do not rate their own service."""

    message_vi = "Cán bộ, công chức không được đánh giá thay người dân."


def may_handle(by: Actor, agency_key: str) -> bool:
    """May `by` handle petitions of the agency? The province's office may handle all."""
    if by.kind is ActorKind.SYSTEM:
        return True
    own = by.unit in (agency_key, "vp-ubnd-tinh")
    return by.kind is ActorKind.OFFICER and by.role in HANDLERS and own


def check_may_handle(by: Actor, agency_key: str) -> None:
    """Raise `MayNotHandle` unless `by` may."""
    if not may_handle(by, agency_key):
        raise MayNotHandle(f"{by.role}@{by.unit} {agency_key}")


def may_rate(by: Actor) -> bool:
    """Citizens and whoever stands at a kiosk; never an officer or a system."""
    return by.kind in (ActorKind.CITIZEN, ActorKind.ANONYMOUS, ActorKind.PORTAL)


def check_may_rate(by: Actor) -> None:
    """Raise `StaffDoNotRate` unless `by` may."""
    if not may_rate(by):
        raise StaffDoNotRate(f"{by.kind}")
