"""Who works where, in which role, on which day; a substitute counts as the one they stand in for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from motcua.base.data import Actor, ActorKind, Validity
from motcua.base.errors import DomainError
from motcua.staff.data import AccountView, PositionView, Role, SigningCapacity, SubstitutionView
from motcua.staff.models import Account, Position, Substitution
from motcua.staff.permissions import check_holds, holds


class AccountNotFound(DomainError):
    """There is no such officer's account."""

    message_vi: ClassVar[str] = "Không có tài khoản cán bộ này."


class PositionNotFound(DomainError):
    """There is no such position, or it is not held on this day."""

    message_vi: ClassVar[str] = "Không có vị trí công tác này, hoặc vị trí không còn hiệu lực."


def account_view(row: Account) -> AccountView:
    """The frozen form of a row."""
    return AccountView(
        id=row.id,
        username=row.username,
        full_name=row.full_name,
        email=row.email,
        phone=row.phone,
        is_active=row.is_active,
        has_second_factor=row.has_second_factor,
    )


def position_view(row: Position) -> PositionView:
    """The frozen form of a row; `row.account` should be selected with it."""
    return PositionView(
        id=row.id,
        account_id=row.account_id,
        username=row.account.username,
        full_name=row.account.full_name,
        agency_key=row.agency_key,
        title=row.title,
        roles=tuple(Role(role) for role in row.roles),
        capacity=SigningCapacity(row.capacity) if row.capacity else None,
        validity=_validity(row.valid),
    )


def _validity(valid: Any) -> Validity:
    return Validity(start=valid.lower, end=valid.upper)


def account(account_id: UUID) -> AccountView:
    """The account, or `AccountNotFound`."""
    row = Account.objects.filter(pk=account_id).first()
    if row is None:
        raise AccountNotFound(str(account_id))
    return account_view(row)


def account_by_username(username: str) -> AccountView | None:
    """The account of that name, whatever the letters' case."""
    row = Account.objects.filter(username=Account.objects.normalise(username)).first()
    return account_view(row) if row else None


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """Officers' full names by account id (text), for screens that show who acted. Other references are left out."""
    ids = [ref for ref in refs if _is_uuid(ref)]
    return {str(key): name for key, name in Account.objects.filter(pk__in=ids).values_list("id", "full_name")}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def positions(account_id: UUID, *, on: date) -> list[PositionView]:
    """The account's own positions on that day."""
    rows = Position.objects.filter(account_id=account_id, valid__contains=on, account__is_active=True)
    return [
        position_view(row) for row in rows.select_related("account").order_by("agency_key", "title", "id")
    ]


def usable_positions(account_id: UUID, *, on: date) -> list[PositionView]:
    """Positions that the account may act in: its own and those it stands in for."""
    own = positions(account_id, on=on)
    rows = Substitution.objects.filter(
        substitute_id=account_id,
        substitute__is_active=True,
        valid__contains=on,
        position__valid__contains=on,
    ).select_related("position__account")
    others = [position_view(row.position) for row in rows.order_by("position__agency_key", "id")]
    seen = {held.id for held in own}
    return own + [held for held in others if held.id not in seen]


def stood_in_for(account_id: UUID, *, agency_key: str, on: date) -> frozenset[UUID]:
    """Accounts whose position at the agency this account fills while they are absent on that day. One query."""
    return frozenset(
        Substitution.objects.filter(
            substitute_id=account_id,
            substitute__is_active=True,
            valid__contains=on,
            position__valid__contains=on,
            position__agency_key=agency_key,
        )
        .exclude(position__account_id=account_id)
        .values_list("position__account_id", flat=True)
    )


def position(position_id: UUID, *, on: date) -> PositionView:
    """The position if it is held on that day, or `PositionNotFound`."""
    row = Position.objects.filter(pk=position_id, valid__contains=on).select_related("account").first()
    if row is None:
        raise PositionNotFound(str(position_id))
    return position_view(row)


def actor_for(
    account: AccountView | Account, position: PositionView | Position, role: Role | None = None
) -> Actor:
    """The actor that an officer is in a position: `ref` is the account, `unit` the agency.

    `role` must be one of the position's, or `PositionNotFound`; without it the position's first role is used.
    """
    held = position if isinstance(position, PositionView) else position_view(position)
    used = role or held.roles[0]
    if used not in held.roles:
        raise PositionNotFound(f"{held.id} has no role {used}")
    return Actor(
        kind=ActorKind.OFFICER,
        ref=str(account.id),
        unit=held.agency_key,
        role=used.value,
        name=account.full_name,
    )


def officers(agency_key: str, role: Role | None = None, *, on: date) -> list[PositionView]:
    """Active officers of the agency on that day, all or those with the role, by name."""
    rows = Position.objects.filter(agency_key=agency_key, valid__contains=on, account__is_active=True)
    if role is not None:
        rows = rows.filter(roles__contains=[role.value])
    return [position_view(row) for row in rows.select_related("account").order_by("account__full_name", "id")]


def substitutes(account_id: UUID, *, on: date) -> list[SubstitutionView]:
    """Who stands in for this officer on that day, and in which position."""
    rows = Substitution.objects.filter(position__account_id=account_id, valid__contains=on)
    return [
        SubstitutionView(
            id=row.id,
            position=position_view(row.position),
            substitute_id=row.substitute_id,
            substitute_name=row.substitute.full_name,
            validity=_validity(row.valid),
            reason=row.reason,
        )
        for row in rows.select_related("position__account", "substitute").order_by("id")
    ]


def roles_of(actor: Actor, *, on: date) -> frozenset[tuple[str, Role]]:
    """Every (agency, role) that an officer has on that day, standing in for others included. Two queries."""
    if actor.kind is not ActorKind.OFFICER or not _is_uuid(actor.ref):
        return frozenset()
    held = usable_positions(UUID(actor.ref), on=on)
    return frozenset((one.agency_key, role) for one in held for role in one.roles)


def has_role(actor: Actor, role: Role, agency_key: str | None, *, on: date) -> bool:
    """Has the officer this role on that day, themselves or as a substitute? `agency_key` None: in any agency."""
    return holds(roles_of(actor, on=on), role, agency_key)


def check_role(actor: Actor, role: Role, agency_key: str | None, *, on: date) -> None:
    """The raising twin of `has_role`."""
    check_holds(roles_of(actor, on=on), role, agency_key)
