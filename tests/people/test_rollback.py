"""When the ledger cannot be written, nothing else is: each action lives and dies with its entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from motcua.base.data import SYSTEM, Validity
from motcua.people import api
from motcua.people.actions import authority, claims, contact, organisations, sign_in
from motcua.people.models import Authority, Claim, IdentityLink, Organisation, OwnContact, Person
from tests.people.factories import AT, OFFICER, SOURCE, as_citizen, man, mirror, record

pytestmark = pytest.mark.django_db


def _dispute(hoa: api.PersonView, _nam: api.PersonView) -> None:
    api.dispute_fact(by=as_citizen(hoa), at=AT, person_id=hoa.id, key="person.dob", said="1990")


def _contact(hoa: api.PersonView, _nam: api.PersonView) -> None:
    api.change_contact(by=as_citizen(hoa), at=AT, person_id=hoa.id, phone="0911111111")


def _authority(hoa: api.PersonView, nam: api.PersonView) -> None:
    api.record_authority(
        by=OFFICER,
        at=AT,
        kind=api.AuthorityKind.PROXY,
        agent_id=nam.id,
        principal_person_id=hoa.id,
        validity=Validity(start=AT.date(), end=AT.date() + timedelta(days=1)),
        evidence="Văn bản uỷ quyền",
    )


def _company(_hoa: api.PersonView, _nam: api.PersonView) -> None:
    one = api.SourceOrganisation(tax_code="2999000002", name="Công ty", as_of=AT)
    api.upsert_organisations(by=SYSTEM, at=AT, source=SOURCE, organisations=[one])


def _sign_in(_hoa: api.PersonView, _nam: api.PersonView) -> None:
    claims = api.VerifiedClaims(
        issuer="i",
        subject="s",
        level=api.IdentityLevel.LEVEL_2,
        personal_number="040190000112",
        full_name="Nguyễn Thị Hoa",
        dob=date(1990, 5, 21),
        dob_precision=api.DatePrecision.DAY,
        sex=api.Sex.FEMALE,
        phone="",
        email="",
    )
    api.sign_in_with_vneid(claims=claims, by=SYSTEM, at=AT)


@pytest.mark.parametrize(
    ("module", "act"),
    [
        (claims, _dispute),
        (contact, _contact),
        (authority, _authority),
        (organisations, _company),
        (sign_in, _sign_in),
    ],
)
def test_a_failed_entry_takes_everything_back(
    module: Any, act: Callable[[api.PersonView, api.PersonView], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hoa, nam = mirror(record(), man())

    def broken(**_: object) -> None:
        raise RuntimeError("ledger")

    monkeypatch.setattr(module, "append", broken)
    with pytest.raises(RuntimeError):
        act(hoa, nam)
    for model in (Claim, OwnContact, Authority, Organisation, IdentityLink):
        assert not model.objects.exists()
    assert Person.objects.get(pk=hoa.id).identity_level == 0
    monkeypatch.undo()
    act(hoa, nam)
