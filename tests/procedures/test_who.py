"""Who keeps the catalogue, asked by the actions themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from motcua.base.data import Actor, ActorKind
from motcua.procedures import api
from motcua.procedures.models import ProcedureVersion
from motcua.staff.data import Role
from tests.procedures.test_versions import ADMIN, AT, DAY, DECISION, SOURCE, content

pytestmark = pytest.mark.django_db

KEEPERS = {"catalogue_admin", "controller"}
OTHERS: list[Actor] = [
    Actor(kind=ActorKind.ANONYMOUS, ref=""),
    Actor(kind=ActorKind.CITIZEN, ref=str(uuid4()), role="catalogue_admin"),
    Actor(kind=ActorKind.PORTAL, ref="dvcqg"),
    *(
        Actor(kind=ActorKind.OFFICER, ref=str(uuid4()), unit="so-tu-phap", role=role.value)
        for role in Role
        if role.value not in KEEPERS
    ),
]


def calls(draft: Any) -> dict[str, Callable[[Actor], Any]]:
    """Every step of the catalogue's work, ready to be taken by somebody."""
    return {
        "draft": lambda by: api.create_draft(
            by=by, at=AT, content=content(code="9.000009"), valid_from=DAY, source=SOURCE
        ),
        "edit": lambda by: api.edit_draft(by=by, at=AT, version_id=draft.id, content=content(name="Khác")),
        "check": lambda by: api.check(by=by, at=AT, version_id=draft.id),
        "publish": lambda by: api.publish(
            by=by, at=AT, version_id=draft.id, decision=DECISION, valid_from=DAY
        ),
        "withdraw": lambda by: api.withdraw(by=by, at=AT, version_id=draft.id, why="nhầm"),
        "load": lambda by: api.load_reference_data(by=by, at=AT),
    }


@pytest.mark.parametrize("by", OTHERS, ids=lambda by: f"{by.kind}-{by.role}")
def test_others_change_nothing(by: Actor) -> None:
    draft = api.create_draft(by=ADMIN, at=AT, content=content(), valid_from=DAY, source=SOURCE)
    before = list(ProcedureVersion.objects.values())
    assert not api.may_keep_catalogue(by)
    for call in calls(draft).values():
        with pytest.raises(api.MayNotKeepCatalogue):
            call(by)
    assert list(ProcedureVersion.objects.values()) == before


@pytest.mark.parametrize("role", sorted(KEEPERS))
def test_keepers_do(role: str) -> None:
    by = Actor(kind=ActorKind.OFFICER, ref=str(uuid4()), unit="vp-ubnd-tinh", role=role)
    draft = api.create_draft(by=by, at=AT, content=content(), valid_from=DAY, source=SOURCE)
    assert api.may_keep_catalogue(by)
    for name in ("edit", "check", "publish", "withdraw"):
        calls(draft)[name](by)
