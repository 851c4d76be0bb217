"""Who left signs no more: the keys of closed accounts and ended positions are deleted, what they signed stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.base.duties import duties
from motcua.documents.api import SIGNERS, SignatureRole, SigningRequest, SigningUnavailable
from motcua.exchange.signing.plugin import SoftKeySigner, holder_of
from motcua.exchange.signing.retiring import DiscardKeys, _discard
from motcua.ledger import api as ledger
from motcua.staff import api as staff
from motcua.staff.data import NewOfficer, Role
from motcua.staff.models import Position
from motcua_sandbox.server import Sandbox
from tests.documents import factories as make

AT = datetime(2026, 3, 2, 9, 0, tzinfo=VN)


def officer(username: str) -> UUID:
    new = NewOfficer(
        username=username,
        full_name="Người Ký",
        agency_key="so-tu-phap",
        title="Giám đốc",
        roles=(Role.SIGNER,),
        valid_from=date(2020, 1, 1),
    )
    staff.enlist(by=SYSTEM, at=AT, officers=[new])
    account = staff.account_by_username(username)
    assert account is not None
    return account.id


def request(account_id: UUID, organisation: str = "Sở Tư pháp") -> SigningRequest:
    return SigningRequest(
        role=SignatureRole.PERSON,
        ref=str(account_id),
        name="Người Ký",
        organisation=organisation,
        field_name="NguoiKy",
    )


def files(settings: Any, account_id: UUID) -> list[Path]:
    return sorted((Path(settings.MOTCUA_KEYS_DIR) / "signing").glob(f"person-{account_id}-*.pem"))


def told(kind: str, subject: str, today: date) -> None:
    """The duty reads what the ledger says of this subject."""
    _discard(ledger.entries(ledger.Subject(kind=kind, id=subject)), today)


@pytest.fixture
def signer(authority: Sandbox) -> SoftKeySigner:
    """The plug-in as it is registered."""
    plugin = dict(SIGNERS.all())["soft_keys"]
    assert isinstance(plugin, SoftKeySigner)
    return plugin


@pytest.mark.django_db
def test_a_closed_account_has_no_key_left(signer: SoftKeySigner, settings: Any) -> None:
    leaving, staying = officer("sap.nghi"), officer("o.lai")
    pdf = signer.sign(make.pdf(), request(leaving))
    signer.sign(make.pdf(), request(leaving, "Ủy ban nhân dân tỉnh"))  # a key for each agency
    signer.sign(make.pdf(), request(staying))
    assert (len(files(settings, leaving)), len(files(settings, staying))) == (4, 2)
    staff.close_account(by=SYSTEM, at=AT, account_id=leaving, reason="nghỉ hưu")
    told("account", str(leaving), AT.date())
    assert (files(settings, leaving), len(files(settings, staying))) == ([], 2)
    (check,) = signer.check(pdf)
    assert check.good


@pytest.mark.django_db
def test_an_ended_position_ends_its_key_on_its_last_day(signer: SoftKeySigner, settings: Any) -> None:
    moving = officer("chuyen.di")
    signer.sign(make.pdf(), request(moving))
    position = Position.objects.get(account_id=moving)
    staff.end_position(by=SYSTEM, at=AT, position_id=position.id, last=AT.date() + timedelta(days=30))
    told("position", str(position.id), AT.date())
    assert files(settings, moving)  # still in office
    told("position", str(position.id), AT.date() + timedelta(days=40))
    assert not files(settings, moving)


@pytest.mark.django_db
def test_a_revoked_certificate_is_not_kept(authority: Sandbox, signer: SoftKeySigner, settings: Any) -> None:
    """The signature with it fails and says so; the next asks the authority for a new one."""
    who = officer("mat.the")
    asked = replace(request(who), name="Người mất thẻ")
    signer.sign(make.pdf(), asked)
    label = next(s["label"] for s in authority.pki.state["subjects"] if s["name"] == "Người mất thẻ")
    authority.pki.revoke(label)
    signer.forget()
    with pytest.raises(SigningUnavailable):
        signer.sign(make.pdf(), asked)
    assert not (Path(settings.MOTCUA_KEYS_DIR) / "signing" / f"{holder_of(asked).file_stem}.pem").exists()
    assert all(check.good for check in signer.check(signer.sign(make.pdf(), asked)))


def test_the_duty_is_registered() -> None:
    assert isinstance(dict(duties.all())["exchange.discard_keys"], DiscardKeys)
