"""Loading the province into the database."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.ledger.api import entries
from motcua.units import actions, api
from motcua.units.models import Agency, AgencySuccession, Unit, UnitSuccession
from motcua.units.rules import shipped

AT = datetime(2026, 11, 23, 8, 0, tzinfo=VN)


@pytest.mark.django_db
def test_a_second_load_changes_nothing_and_writes_no_entry() -> None:
    first = api.load_reference_data(by=SYSTEM, at=AT)
    tables = shipped()
    links = len(tables.successions) + len(tables.agency_successions)
    assert first.created == len(tables.units) + len(tables.agencies) + links
    second = api.load_reference_data(by=SYSTEM, at=AT)
    assert (second.created, second.changed) == (0, 0)
    assert second.unchanged == first.created
    assert [entry.kind for entry in entries(actions.SUBJECT)] == ["units.loaded"]
    assert Unit.objects.count() == len(tables.units)
    assert Agency.objects.count() == len(tables.agencies)
    assert UnitSuccession.objects.count() == len(tables.successions)
    assert AgencySuccession.objects.count() == len(tables.agency_successions)


@pytest.mark.django_db
def test_a_changed_row_is_put_right_and_said_so() -> None:
    api.load_reference_data(by=SYSTEM, at=AT)
    Unit.objects.filter(key="16681@20250701").update(name="Phường Khác")
    AgencySuccession.objects.filter(before_id="so-tnmt").update(how="renamed")
    report = api.load_reference_data(by=SYSTEM, at=AT)
    assert (report.created, report.changed) == (0, 2)
    assert Unit.objects.get(key="16681@20250701").name == "Phường Thành Vinh"
    assert len(entries(actions.SUBJECT)) == 2


@pytest.mark.django_db
def test_a_failed_entry_rolls_the_load_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("the ledger is closed")

    monkeypatch.setattr(actions, "append", broken)
    with pytest.raises(RuntimeError, match="ledger is closed"):
        api.load_reference_data(by=SYSTEM, at=AT)
    assert not Unit.objects.exists()


@pytest.mark.django_db
def test_two_spans_of_one_code_cannot_overlap() -> None:
    api.load_reference_data(by=SYSTEM, at=AT)
    with pytest.raises(IntegrityError, match="unit_spans_of_a_code_do_not_overlap"), transaction.atomic():
        Unit.objects.create(
            key="16681@20260101",
            code="16681",
            name="Phường Trùng",
            folded="phuong trung",
            kind="ward",
            level="commune",
            parent_id="40@19910812",
            valid=DateRange(date(2026, 1, 1), None),
            known_from=AT,
            source={},
        )


@pytest.mark.django_db
def test_one_agency_code_stands_for_one_agency_at_a_time() -> None:
    api.load_reference_data(by=SYSTEM, at=AT)
    with pytest.raises(IntegrityError, match="agency_code_stands_for_one_at_a_time"), transaction.atomic():
        Agency.objects.filter(key="so-tu-phap").update(agency_code="H41.04")


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        api.load_reference_data(by=SYSTEM, at=datetime(2026, 1, 1))  # noqa: DTZ001
