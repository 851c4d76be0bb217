"""Positions, roles, substitution, and sheets of officers with every kind of mistake in them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.base.clock import VN
from motcua.base.data import SYSTEM, Actor, ActorKind, Validity
from motcua.ledger.api import Subject, entries
from motcua.staff import api
from motcua.staff.actions import roster as roster_module
from motcua.staff.models import Account, Position

AT = datetime(2026, 3, 2, 8, 0, tzinfo=VN)
ON = AT.date()
AGENCIES = {"ubnd-xa-16681", "so-tu-phap"}
HEADING = "Tên đăng nhập,Họ và tên,Email,Điện thoại,Mã cơ quan,Chức vụ,Vai trò,Tư cách ký,Từ ngày,Đến ngày"
GOOD = (
    "hoa.nt,Nguyễn Thị Hoa,hoa@x.vn,0912345678,ubnd-xa-16681,Công chức,Cán bộ tiếp nhận; solver,,01/07/2025,"
)


def officer(**changes: Any) -> api.NewOfficer:
    return replace(
        api.NewOfficer(
            username="hoa.nt",
            full_name="Nguyễn Thị Hoa",
            agency_key="ubnd-xa-16681",
            title="Công chức",
            roles=(api.Role.RECEPTION, api.Role.SOLVER),
            valid_from=date(2025, 7, 1),
        ),
        **changes,
    )


def enlist(*officers: api.NewOfficer) -> api.ImportReport:
    return api.enlist(by=SYSTEM, at=AT, officers=officers)


def load(*lines: str, dry_run: bool = False) -> api.ImportReport:
    content = "\n".join((HEADING, *lines)).encode()
    return api.import_officers(by=SYSTEM, at=AT, content=content, known_agencies=AGENCIES, dry_run=dry_run)


def held(username: str = "hoa.nt") -> tuple[api.AccountView, api.PositionView]:
    account = api.account_by_username(username)
    assert account is not None
    return account, api.positions(account.id, on=ON)[0]


@pytest.mark.django_db
def test_an_officer_acts_for_the_agency_in_a_role_of_the_position() -> None:
    enlist(officer())
    account, position = held()
    actor = api.actor_for(account, position)
    assert (actor.kind, actor.ref, actor.unit, actor.role) == (
        ActorKind.OFFICER,
        str(account.id),
        "ubnd-xa-16681",
        "reception",
    )
    assert api.has_role(actor, api.Role.SOLVER, "ubnd-xa-16681", on=ON)
    assert api.has_role(actor, api.Role.SOLVER, None, on=ON)
    assert not api.has_role(actor, api.Role.SOLVER, "so-tu-phap", on=ON)
    assert not api.has_role(actor, api.Role.SIGNER, "ubnd-xa-16681", on=ON)
    assert not api.has_role(actor, api.Role.SOLVER, "ubnd-xa-16681", on=date(2025, 6, 30))
    with pytest.raises(api.MissingRole) as error:
        api.check_role(actor, api.Role.SIGNER, "ubnd-xa-16681", on=ON)
    assert "Lãnh đạo ký" in error.value.public()
    with pytest.raises(api.PositionNotFound):
        api.actor_for(account, position, api.Role.SIGNER)


@pytest.mark.django_db
def test_only_officers_have_roles_whatever_the_actor_says() -> None:
    for actor in (
        SYSTEM,
        Actor(kind=ActorKind.CITIZEN, ref="x", unit="ubnd-xa-16681", role="signer"),
        Actor(kind=ActorKind.OFFICER, ref="not-an-id", unit="ubnd-xa-16681", role="signer"),
    ):
        assert not api.has_role(actor, api.Role.SIGNER, None, on=ON)


@pytest.mark.django_db
def test_a_substitute_has_the_roles_while_the_holder_is_absent() -> None:
    enlist(officer(), officer(username="lan.lt", full_name="Lê Thị Lan", roles=(api.Role.CLERK,)))
    hoa, position = held()
    lan, _ = held("lan.lt")
    actor = Actor(kind=ActorKind.OFFICER, ref=str(lan.id))
    span = Validity(start=ON, end=ON + timedelta(days=7))

    def stand_in(**changes: Any) -> None:
        values: dict[str, Any] = {
            "position_id": position.id,
            "substitute_id": lan.id,
            "validity": span,
            "reason": "Nghỉ phép",
        }
        api.substitute(by=SYSTEM, at=AT, **{**values, **changes})

    stand_in()
    assert api.has_role(actor, api.Role.RECEPTION, "ubnd-xa-16681", on=ON)
    assert not api.has_role(actor, api.Role.RECEPTION, "ubnd-xa-16681", on=ON + timedelta(days=7))
    assert [one.id for one in api.usable_positions(lan.id, on=ON)][1] == position.id
    assert [one.substitute_name for one in api.substitutes(hoa.id, on=ON)] == ["Lê Thị Lan"]
    for wrong in ({}, {"substitute_id": hoa.id}, {"validity": Validity(start=ON)}, {"reason": " "}):
        with pytest.raises(api.WrongSubstitution):
            stand_in(**wrong)
    api.close_account(by=SYSTEM, at=AT, account_id=lan.id, reason="")
    assert not api.has_role(actor, api.Role.RECEPTION, "ubnd-xa-16681", on=ON)


@pytest.mark.django_db
def test_officers_of_an_agency_by_role_and_day() -> None:
    enlist(
        officer(),
        officer(username="cu", full_name="Phan Cũ", valid_from=date(2024, 1, 1), valid_to=date(2025, 7, 1)),
        officer(username="ky", full_name="Bùi Ký", roles=(api.Role.SIGNER,), capacity=api.SigningCapacity.KT),
    )
    assert [one.username for one in api.officers("ubnd-xa-16681", on=ON)] == ["ky", "hoa.nt"]
    (signer,) = api.officers("ubnd-xa-16681", api.Role.SIGNER, on=ON)
    assert signer.capacity is api.SigningCapacity.KT
    assert [one.username for one in api.officers("ubnd-xa-16681", on=date(2025, 6, 30))] == ["cu"]
    api.end_position(by=SYSTEM, at=AT, position_id=signer.id, last=ON)
    assert api.officers("ubnd-xa-16681", api.Role.SIGNER, on=ON)
    assert not api.officers("ubnd-xa-16681", api.Role.SIGNER, on=ON + timedelta(days=1))


@pytest.mark.django_db
def test_the_database_refuses_the_same_position_twice_and_unknown_roles() -> None:
    enlist(officer())
    account, position = held()
    row: dict[str, Any] = {"account_id": account.id, "agency_key": position.agency_key, "roles": ["solver"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Position.objects.create(**row, title=position.title, valid=DateRange(ON, None))
    with pytest.raises(IntegrityError), transaction.atomic():
        Position.objects.create(**{**row, "roles": ["king"]}, title="x", valid=DateRange(ON, None))
    with pytest.raises(IntegrityError), transaction.atomic():
        Position.objects.create(**{**row, "roles": []}, title="x", valid=DateRange(ON, None))


@pytest.mark.django_db
def test_a_sheet_is_taken_and_a_second_time_changes_nothing() -> None:
    first = load(GOOD)
    assert (first.rows, first.created, first.errors) == (1, 1, ())
    again = load(GOOD)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 1)
    moved = load(GOOD.replace("0912345678", "0987654321"), GOOD.replace("Công chức", "Phó phòng"))
    assert (moved.created, moved.changed) == (0, 1)
    account, position = held()
    assert position.roles == (api.Role.RECEPTION, api.Role.SOLVER)
    assert not Account.objects.get(pk=account.id).has_usable_password()
    assert len(entries(Subject(kind="roster", id="staff"))) == 3


@pytest.mark.django_db
def test_a_dry_run_only_looks() -> None:
    assert load(GOOD, "x", dry_run=True).errors
    assert not Account.objects.exists()
    assert entries(Subject(kind="roster", id="staff")) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "column", "says"),
    [
        ("hoa.nt", "Hoà NT", "Tên đăng nhập", "không dấu"),
        ("hoa.nt", "", "Tên đăng nhập", "không dấu"),
        ("Nguyễn Thị Hoa", "Hoa 2", "Họ và tên", "chữ số"),
        ("hoa@x.vn", "hoa", "Email", "chưa đúng"),
        ("0912345678", "09", "Điện thoại", "chưa đúng"),
        ("ubnd-xa-16681", "ubnd-xa-0", "Mã cơ quan", "Không có cơ quan"),
        ("Công chức", " ", "Chức vụ", "để trống"),
        ("solver", "vua", "Vai trò", "vua"),
        ("solver,,", "solver,XX,", "Tư cách ký", "KT, TM"),
        ("01/07/2025,", "31/02/2025,", "Từ ngày", "01/07/2025"),
        ("01/07/2025,", ",", "Từ ngày", "để trống"),
        ("01/07/2025,", "01/07/2025,30/06/2025", "Đến ngày", "sau Từ ngày"),
    ],
)
def test_each_mistake_is_told_with_row_and_column(old: str, new: str, column: str, says: str) -> None:
    other = GOOD.replace("hoa.nt", "lan.lt")
    report = load(other, GOOD.replace(old, new))
    (error,) = report.errors
    assert (error.row, error.column) == (3, column)
    assert says in error.message_vi
    assert error.message_en
    assert report.created == 1


@pytest.mark.django_db
def test_mistakes_between_rows() -> None:
    report = load(GOOD, GOOD, GOOD.replace("Nguyễn Thị Hoa", "Lê Thị Lan"), "", ",,,,,,,,,")
    assert [(error.row, error.column) for error in report.errors] == [(3, "Chức vụ"), (4, "Tên đăng nhập")]
    assert (report.rows, report.created) == (3, 1)


@pytest.mark.slow
@pytest.mark.django_db
def test_ten_thousand_rows_with_mistakes_are_taken_in_bulk(django_assert_max_num_queries: Any) -> None:
    lines = [
        GOOD.replace("hoa.nt", f"cb{number}").replace(
            "Nguyễn Thị Hoa", "Hoa 1" if number % 100 == 0 else "Nguyễn An"
        )
        for number in range(10_000)
    ]
    with django_assert_max_num_queries(50):
        report = load(*lines)
    assert (report.rows, report.created, len(report.errors)) == (10_000, 9_900, 100)
    assert report.errors[1].row == 102


@pytest.mark.django_db
def test_an_excel_sheet_with_its_own_numbers_and_dates() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["STT", *HEADING.split(",")])
    day = datetime(2025, 7, 1)  # noqa: DTZ001  a sheet's day has no zone
    row = [
        "Nguyễn Văn An",
        "a@x.vn",
        912345678,
        "so-tu-phap",
        "Chuyên viên",
        "Công chức giải quyết",
        "KT.",
        day,
        None,
    ]
    for number in range(50):
        sheet.append([number, f"cb{number}", *row])
    stored = io.BytesIO()
    book.save(stored)
    report = api.import_officers(by=SYSTEM, at=AT, content=stored.getvalue(), known_agencies=AGENCIES)
    assert (report.created, report.errors) == (50, ())
    _, position = held("cb7")
    assert position.capacity is api.SigningCapacity.KT
    assert position.validity.start == date(2025, 7, 1)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04rubbish", b"\x89PNG\r\n\x00\x00"])
def test_what_is_no_sheet_is_said_so(content: bytes) -> None:
    with pytest.raises((api.UnreadableSheet, api.MissingColumns)):
        api.import_officers(by=SYSTEM, at=AT, content=content, known_agencies=AGENCIES)


def test_missing_columns_are_named() -> None:
    with pytest.raises(api.MissingColumns) as error:
        api.import_officers(
            by=SYSTEM, at=AT, content="Tên đăng nhập;Họ tên\na;b".encode(), known_agencies=AGENCIES
        )
    assert "Vai trò" in error.value.public()
    with pytest.raises(api.SheetTooLarge):
        api.import_officers(by=SYSTEM, at=AT, content=b"x" * (21 * 1024 * 1024), known_agencies=AGENCIES)


@pytest.mark.django_db
def test_a_failed_entry_takes_the_officers_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("ledger")

    monkeypatch.setattr(roster_module, "append", broken)
    with pytest.raises(RuntimeError):
        enlist(officer())
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_the_command_names_each_mistake_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "officers.csv"
    sheet.write_text("\n".join((HEADING, GOOD, GOOD.replace("hoa.nt", "lan.lt").replace("solver", "vua"))))
    with pytest.raises(CommandError):
        call_command("staff_import", str(sheet))
    said = capsys.readouterr().out
    assert "row 3, Vai trò" in said
    assert "2 rows: 1 new" in said
    with pytest.raises(CommandError, match="officers"):
        call_command("staff_import", str(tmp_path / "no-officers.csv"))
