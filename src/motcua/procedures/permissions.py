"""Who keeps the catalogue: its administrators, the controllers of procedures, the system itself."""

from __future__ import annotations

from typing import ClassVar

from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError

ROLES = frozenset({"catalogue_admin", "controller"})


class MayNotKeepCatalogue(DomainError):
    """Only an administrator of the catalogue or a controller of procedures changes it."""

    message_vi: ClassVar[str] = (
        "Chỉ người quản trị danh mục hoặc cán bộ kiểm soát thủ tục hành chính được sửa danh mục."
    )


def may_keep_catalogue(by: Actor) -> bool:
    """May `by` draft, check, publish, withdraw and import procedures?"""
    if by.kind is ActorKind.SYSTEM:
        return True
    return by.kind is ActorKind.OFFICER and by.role in ROLES


def check_may_keep_catalogue(by: Actor) -> None:
    """The raising twin of `may_keep_catalogue`."""
    if not may_keep_catalogue(by):
        raise MayNotKeepCatalogue(f"{by.kind}/{by.role}")
