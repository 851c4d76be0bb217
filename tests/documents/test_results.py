"""The life of a result: numbered, signed, stamped, revoked, replaced; each once, each written down."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.base.db import NotInTransaction
from motcua.documents.actions import results as actions
from motcua.documents.api import (
    ReasonMissing,
    ResultNotFound,
    ResultState,
    SigningUnavailable,
    Standing,
    WrongStep,
    chain,
    issue_result,
    next_number,
    open_file,
    prepare_result,
    replace,
    result,
    result_by_code,
    results_of_dossier,
    revoke,
    sign_result,
    stamp_result,
    verify,
    wallet,
)
from motcua.documents.models import RegisterBook, Result, WalletEntry
from motcua.ledger.api import Subject, entries
from motcua_sandbox.server import Sandbox
from tests.documents import factories as make


def written(result_id: UUID) -> list[str]:
    return [entry.kind for entry in entries(Subject(kind="result", id=str(result_id)))]


@pytest.mark.django_db
def test_step_by_step_to_the_wallet(authority: Sandbox) -> None:
    owner = make.person()
    prepared = prepare_result(by=make.OFFICER, at=make.AT, draft=make.draft(owner=owner))
    assert (prepared.state, prepared.number, prepared.full_number) == (ResultState.PREPARED, 1, "01/GKS")
    assert wallet(owner) == []
    assert not verify(prepared.verify_code).trustworthy
    signed = sign_result(by=make.OFFICER, at=make.AT, result_id=prepared.id)
    assert verify(prepared.verify_code).standing is Standing.NOT_ISSUED
    issued = stamp_result(by=make.OFFICER, at=make.AT, result_id=prepared.id)
    assert (signed.state, issued.state) == (ResultState.SIGNED, ResultState.ISSUED)
    assert written(prepared.id) == ["result.prepared", "result.signed", "result.issued"]
    (item,) = wallet(owner)
    assert (item.result, item.reliable, item.number) == (issued.id, True, "01/GKS")
    assert item.file == issued.file
    verdict = verify(issued.verify_code)
    assert verdict.trustworthy
    names = [check.signer_name for check in verdict.signatures]
    assert names == ["Nguyễn Thị Hồng Thắm", "Ủy ban nhân dân xã Hưng Nguyên Nam"]
    assert all(check.time_proven for check in verdict.signatures)


@pytest.mark.django_db
def test_at_once_is_one_entry(authority: Sandbox) -> None:
    issued = issue_result(by=make.OFFICER, at=make.AT, draft=make.draft(owner=make.person()))
    assert written(issued.id) == ["result.issued"]
    assert results_of_dossier("000.00.00.H41-250314-0001") == [issued]
    assert result_by_code(issued.verify_code.lower()) == issued
    assert issued.file is not None
    assert issued.file.name == "Giấy khai sinh 01-GKS.pdf"
    assert verify(open_file(issued.file.id)).same_as_issued


@pytest.mark.django_db
def test_a_step_cannot_be_taken_twice_or_out_of_turn(authority: Sandbox) -> None:
    prepared = prepare_result(by=make.OFFICER, at=make.AT, draft=make.draft())
    with pytest.raises(WrongStep):
        stamp_result(by=make.OFFICER, at=make.AT, result_id=prepared.id)
    sign_result(by=make.OFFICER, at=make.AT, result_id=prepared.id)
    with pytest.raises(WrongStep) as caught:
        sign_result(by=make.OFFICER, at=make.AT, result_id=prepared.id)
    assert "đã ký, chờ đóng dấu" in caught.value.public()
    with pytest.raises(WrongStep):
        revoke(by=make.OFFICER, at=make.AT, result_id=prepared.id, reason="Cấp nhầm người")
    with pytest.raises(ResultNotFound):
        sign_result(by=make.OFFICER, at=make.AT, result_id=uuid4())


@pytest.mark.django_db
def test_revoked(authority: Sandbox) -> None:
    owner = make.person()
    issued = issue_result(by=make.OFFICER, at=make.AT, draft=make.draft(owner=owner))
    assert issued.file is not None
    with pytest.raises(ReasonMissing):
        revoke(by=make.OFFICER, at=make.AT, result_id=issued.id, reason="  ")
    revoke(by=make.OFFICER, at=make.AT + timedelta(days=3), result_id=issued.id, reason="Cấp nhầm người")
    verdict = verify(open_file(issued.file.id))
    assert (verdict.trustworthy, verdict.standing) == (False, Standing.REVOKED)
    assert "thu hồi" in verdict.headline.vi
    assert any(
        "17/03/2025" in sentence.vi and "Cấp nhầm người" in sentence.vi for sentence in verdict.sentences
    )
    assert [item.reliable for item in wallet(owner)] == [False]
    with pytest.raises(WrongStep):
        revoke(by=make.OFFICER, at=make.AT, result_id=issued.id, reason="Cấp nhầm người")


@pytest.mark.django_db
def test_the_chain_of_replacements_is_kept(authority: Sandbox) -> None:
    first = issue_result(by=make.OFFICER, at=make.AT, draft=make.draft(owner=make.person()))
    draft = make.draft(owner=first.owner)
    second = replace(by=make.OFFICER, at=make.AT, result_id=first.id, reason="Sai ngày sinh", draft=draft)
    third = replace(by=make.OFFICER, at=make.AT, result_id=second.id, reason="Sai họ đệm", draft=draft)
    for start in (first, second, third):
        assert [link.id for link in chain(start.id)] == [first.id, second.id, third.id]
    assert result(first.id).replaced_by == second.id
    verdict = verify(first.verify_code)
    assert verdict.standing is Standing.REPLACED
    assert verdict.replaced_by_code == third.verify_code
    assert [item.reliable for item in wallet(first.owner or uuid4())] == [True, False, False]
    with pytest.raises(WrongStep):
        replace(by=make.OFFICER, at=make.AT, result_id=first.id, reason="Lần nữa", draft=draft)


@pytest.mark.django_db
def test_without_the_authority_nothing_is_issued_and_no_number_is_lost(authority: Sandbox) -> None:
    issue_result(by=make.OFFICER, at=make.AT, draft=make.draft())
    authority.pki_down = True
    with pytest.raises(SigningUnavailable) as caught:
        issue_result(by=make.OFFICER, at=make.AT, draft=make.draft())
    assert "chưa có gì được ban hành" in caught.value.public()
    authority.pki_down = False
    assert issue_result(by=make.OFFICER, at=make.AT, draft=make.draft()).number == 2


@pytest.mark.django_db
def test_a_failed_entry_takes_everything_back(authority: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("the ledger is gone")

    monkeypatch.setattr(actions, "append", broken)
    with pytest.raises(RuntimeError, match="gone"):
        issue_result(by=make.OFFICER, at=make.AT, draft=make.draft(owner=make.person()))
    assert not Result.objects.exists()
    assert not WalletEntry.objects.exists()
    assert not RegisterBook.objects.exists()


@pytest.mark.django_db
def test_books_count_apart_and_begin_anew_each_year() -> None:
    def take(book: str, year: int) -> int:
        return next_number(agency_key="a", book=book, year=year)

    with transaction.atomic():
        assert [take("x", 2025), take("x", 2025), take("y", 2025), take("x", 2026)] == [1, 2, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_when_many_write_and_some_fail() -> None:
    with pytest.raises(NotInTransaction):
        next_number(agency_key="a", book="x", year=2025)
    taken: list[int] = []

    def worker(fails: bool) -> None:
        try:
            for turn in range(8):
                try:
                    with transaction.atomic():
                        number = next_number(agency_key="a", book="x", year=2025)
                        if fails and turn % 2:
                            raise RuntimeError("changed my mind")
                    taken.append(number)
                except RuntimeError:
                    continue
        finally:
            connection.close()

    threads = [threading.Thread(target=worker, args=(number % 2 == 0,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, len(taken) + 1))
    assert len(taken) == 24


@pytest.mark.django_db
def test_the_database_refuses_an_end_without_a_reason(authority: Sandbox) -> None:
    issued = issue_result(by=make.OFFICER, at=make.AT, draft=make.draft())
    with pytest.raises(IntegrityError, match="result_end_says"), transaction.atomic():
        Result.objects.filter(id=issued.id).update(state=ResultState.REVOKED)
    with pytest.raises(IntegrityError, match="result_number_once"), transaction.atomic():
        prepare_result(by=make.OFFICER, at=make.AT, draft=make.draft(number=1))
