"""Who may keep the roster of officers, asked by the actions themselves, whatever page or program calls them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from motcua.base.data import SYSTEM, Actor, ActorKind, Validity
from motcua.base.errors import DomainError
from motcua.staff import api
from motcua.staff.data import NewOfficer, Role
from motcua.staff.models import Account, Position, Substitution
from tests.staff.test_roster import AT

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "so-tu-phap", "so-noi-vu"


def officer(role: str, unit: str = HERE) -> Actor:
    return Actor(kind=ActorKind.OFFICER, ref=str(uuid4()), unit=unit, role=role)


NOBODYS: list[Actor] = [
    Actor(kind=ActorKind.ANONYMOUS, ref=""),
    Actor(kind=ActorKind.CITIZEN, ref=str(uuid4())),
    Actor(kind=ActorKind.GATEWAY, ref="system_admin"),
    Actor(kind=ActorKind.CITIZEN, ref=str(uuid4()), role="system_admin"),
    *(officer(role.value) for role in Role if role is not Role.SYSTEM_ADMIN),
]


@pytest.fixture
def held() -> Position:
    """Two officers of one agency, one of them with a position."""
    new = [
        NewOfficer(
            username=name,
            full_name=f"Cán bộ {name}",
            agency_key=HERE,
            title="Chuyên viên",
            roles=(Role.SOLVER,),
            valid_from=date(2020, 1, 1),
        )
        for name in ("mot", "hai")
    ]
    api.enlist(by=SYSTEM, at=AT, officers=new)
    return Position.objects.get(account__username="mot")


def calls(position: Position) -> dict[str, Callable[[Actor], Any]]:
    """Every action on the roster, ready to be taken by somebody."""
    other = NewOfficer(
        username="ba",
        full_name="Cán bộ ba",
        agency_key=HERE,
        title="Chuyên viên",
        roles=(Role.SOLVER,),
        valid_from=date(2020, 1, 1),
    )
    account: UUID = position.account_id
    return {
        "activation": lambda by: api.issue_activation(by=by, at=AT, account_id=account),
        "close": lambda by: api.close_account(by=by, at=AT, account_id=account, reason="nghỉ hưu"),
        "enlist": lambda by: api.enlist(by=by, at=AT, officers=[other]),
        "import": lambda by: api.import_officers(by=by, at=AT, content=b"", known_agencies=(), dry_run=True),
        "end": lambda by: api.end_position(by=by, at=AT, position_id=position.id, last=date(2026, 1, 1)),
    }


@pytest.mark.parametrize("what", ["activation", "close", "enlist", "import", "end"])
@pytest.mark.parametrize("by", NOBODYS, ids=lambda by: f"{by.kind}-{by.role}")
def test_only_an_administrator_keeps_the_roster(held: Position, what: str, by: Actor) -> None:
    before = list(
        Account.objects.order_by("username").values_list("username", "is_active", "activation_hash")
    )
    assert not api.may_keep_roster(by)
    with pytest.raises(api.MayNotKeepRoster) as refused:
        calls(held)[what](by)
    assert refused.value.public() != refused.value.public("en")
    after = list(Account.objects.order_by("username").values_list("username", "is_active", "activation_hash"))
    assert after == before


@pytest.mark.parametrize("what", ["activation", "close", "enlist", "end"])
def test_an_administrator_may(held: Position, what: str) -> None:
    calls(held)[what](officer("system_admin", "vp-ubnd-tinh"))


def test_nobody_closes_their_own_account(held: Position) -> None:
    by = Actor(kind=ActorKind.OFFICER, ref=str(held.account_id), unit=HERE, role="system_admin")
    with pytest.raises(api.OwnAccount):
        api.close_account(by=by, at=AT, account_id=held.account_id, reason="nhầm")
    assert Account.objects.get(id=held.account_id).is_active


@pytest.mark.parametrize(
    ("by", "may"),
    [
        (officer("leader"), True),
        (officer("desk_lead"), True),
        (officer("system_admin", "vp-ubnd-tinh"), True),
        (SYSTEM, True),
        (officer("leader", ELSEWHERE), False),
        (officer("solver"), False),
        (officer("reception"), False),
        (Actor(kind=ActorKind.CITIZEN, ref="x", unit=HERE, role="leader"), False),
    ],
    ids=lambda value: f"{value.role}-{value.unit}" if isinstance(value, Actor) else str(value),
)
def test_who_says_who_stands_in(held: Position, by: Actor, *, may: bool) -> None:
    stand_in = Account.objects.get(username="hai")
    given: dict[str, Any] = {
        "position_id": held.id,
        "substitute_id": stand_in.id,
        "validity": Validity(start=date(2026, 1, 5), end=date(2026, 1, 9)),
        "reason": "nghỉ phép",
    }
    assert api.may_substitute(by, HERE) is may
    refused: DomainError | None = None
    try:
        api.substitute(by=by, at=AT, **given)
    except api.MayNotSubstitute as error:
        refused = error
    assert (refused is None) is may
    assert Substitution.objects.exists() is may
