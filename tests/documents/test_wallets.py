"""The wallet: what is in it, what may replace a paper, who may take out what."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from motcua.documents.api import (
    AlreadyDigitised,
    FileNotFound,
    NotYours,
    Paper,
    UnknownFileType,
    WalletSource,
    add_to_wallet,
    digitise,
    issue_result,
    open_file,
    remove_from_wallet,
    reusable,
    store_file,
    verify,
    wallet,
    wallet_item,
)
from motcua.documents.models import WalletEntry
from motcua.ledger.api import Subject, entries
from motcua_sandbox.server import Sandbox
from tests.documents import factories as make

ON = date(2025, 3, 14)


def scan(name: str = "giấy chứng sinh.jpg") -> UUID:
    return store_file(content=make.photo(size=(800, 1100)), name=name, by=make.OFFICER, at=make.AT).id


@pytest.mark.django_db
def test_an_uploaded_paper_is_kept_but_not_relied_on() -> None:
    owner = make.person()
    paper = Paper(person=owner, kind="GT.000013", title="Giấy chứng sinh")
    item = add_to_wallet(by=make.CITIZEN, at=make.AT, paper=paper, file_id=scan())
    assert not item.reliable
    assert wallet(owner, kinds=["GT.000013"]) == [item]
    assert wallet(owner, kinds=["other"]) == []
    assert reusable(owner, kinds=["GT.000013"], on=ON) == []
    (entry,) = entries(Subject(kind="wallet_item", id=str(item.id)))
    assert entry.kind == "wallet.added"
    remove_from_wallet(by=make.CITIZEN, at=make.AT, item_id=item.id)
    assert wallet(owner) == []
    assert wallet_item(item.id) is None
    with pytest.raises(NotYours):
        remove_from_wallet(by=make.CITIZEN, at=make.AT, item_id=item.id)


@pytest.mark.django_db
def test_a_digitised_paper_is_signed_coded_and_reusable(authority: Sandbox) -> None:
    owner = make.person()
    paper = Paper(
        person=owner, kind="GT.000013", title="Giấy chứng sinh", number="77", valid_until=date(2025, 12, 31)
    )

    def once() -> object:
        return digitise(
            by=make.OFFICER,
            at=make.AT,
            paper=paper,
            owner_number="040325000017",
            file_id=scan(),
            copied_by="Lê Thị Mai",
            agency_key="ubnd-xa-17827",
            agency_name="UBND xã Hưng Nguyên Nam",
        )

    once()
    (item,) = reusable(owner, kinds=["GT.000013"], on=ON)
    assert (item.source, item.digital_code) == (WalletSource.DIGITISED, "040325000017.GT.000013.77")
    assert item.file is not None
    (check,) = verify(open_file(item.file.id)).signatures
    assert (check.good, check.signer_name) == (True, "Lê Thị Mai")
    assert reusable(owner, kinds=["GT.000013"], on=date(2026, 1, 1)) == []  # no longer valid
    with pytest.raises(AlreadyDigitised) as caught:
        once()
    assert item.digital_code in caught.value.public()


@pytest.mark.django_db
def test_only_a_scan_can_be_digitised(authority: Sandbox) -> None:
    office = store_file(content=make.docx(), name="a.docx", by=make.OFFICER, at=make.AT).id
    with pytest.raises(UnknownFileType):
        digitise(
            by=make.OFFICER,
            at=make.AT,
            paper=Paper(person=make.person(), kind="x", title="X"),
            owner_number="",
            file_id=office,
            copied_by="Lê Thị Mai",
            agency_key="a",
            agency_name="A",
        )
    with pytest.raises(FileNotFound):
        add_to_wallet(
            by=make.CITIZEN,
            at=make.AT,
            paper=Paper(person=make.person(personal_number=None), kind="x", title="X"),
            file_id=uuid4(),
        )


@pytest.mark.django_db
def test_what_an_agency_issued_cannot_be_thrown_away(authority: Sandbox) -> None:
    owner = make.person()
    issue_result(by=make.OFFICER, at=make.AT, draft=make.draft(owner=owner, valid_until=date(2025, 9, 14)))
    (item,) = reusable(owner, kinds=["KQ.G15.000001"], on=ON)
    with pytest.raises(NotYours):
        remove_from_wallet(by=make.CITIZEN, at=make.AT, item_id=item.id)
    assert reusable(owner, kinds=["KQ.G15.000001"], on=date(2025, 9, 15)) == []


@pytest.mark.django_db
def test_a_paper_has_exactly_one_holder() -> None:
    with pytest.raises(IntegrityError, match="wallet_one_holder"), transaction.atomic():
        WalletEntry.objects.create(
            kind="x", title="x", source=WalletSource.UPLOADED, added_at=make.AT, added_by="x"
        )
