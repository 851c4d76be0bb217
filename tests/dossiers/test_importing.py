"""Taking over: every record is in, or set apart with its reasons; a second run changes nothing."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from motcua.base.clock import VN, override
from motcua.base.data import SYSTEM
from motcua.dossiers import api
from motcua.dossiers.api import State
from motcua.dossiers.models import Dossier, QuarantinedRecord
from motcua.dossiers.rules.importing import OPENCPS_STATES, Doubt, read_moment, read_record, read_state

from .factories import CENTRE, CERTIFY, COMMITTEE, MORNING, World, receive

NOW = datetime(2026, 3, 20, 8, 0, tzinfo=VN)


def record(**changes: Any) -> dict[str, Any]:
    """An accepted dossier in our own words."""
    values: dict[str, Any] = {
        "code": "H41.50.01.01-260302-0041",
        "procedure_code": CERTIFY,
        "state": 4,
        "channel": "direct",
        "receiving_agency": CENTRE,
        "applicant_name": "Nguyễn Thị Hoa",
        "applicant_number": "040190000112",
        "submitted_at": "2026-03-02T09:00:00+07:00",
        "accepted_at": "2026-03-02T09:10:00+07:00",
        "due_at": "2026-03-10T17:00:00+07:00",
    }
    return {**values, **changes}


def opencps(**changes: Any) -> dict[str, Any]:
    """The same in OpenCPS's words."""
    values: dict[str, Any] = {
        "dossierNo": "000.00.12.H41-260302-0041",
        "serviceCode": CERTIFY,
        "dossierStatus": "processing",
        "originality": "3",
        "viaPostal": "0",
        "govAgencyCode": "H41.50.01.01",
        "applicantName": "Nguyễn Thị Hoa",
        "applicantIdType": "citizen",
        "applicantIdNo": "040190000112",
        "submitDate": "20260302090000",
        "receiveDate": "02/03/2026 09:10:00",
        "dueDate": "1773136800000",
    }
    return {**values, **changes}


def run(*records: dict[str, Any]) -> api.ImportReport:
    """Import them."""
    return api.import_records(by=SYSTEM, at=NOW, source="test", records=records)


@pytest.mark.django_db
class TestTakenOver:
    """Codes, dates and promises as they were."""

    def test_promise_is_kept(self, world: World) -> None:
        """The due time of the old receipt stands, though our own count gives another."""
        assert run(record()).created == 1
        row = Dossier.objects.get()
        assert (row.code, row.state, row.step) == (
            "H41.50.01.01-260302-0041",
            State.IN_PROGRESS,
            "unassigned",
        )
        assert row.promised_due == datetime(2026, 3, 10, 17, 0, tzinfo=VN)
        assert row.handling_agency == COMMITTEE
        assert row.applicant_person_id == world.mother
        assert api.replayed(row.id).state is State.IN_PROGRESS

    def test_work_goes_on(self, world: World) -> None:
        """An imported dossier is one like any other."""
        run(record())
        row = Dossier.objects.get()
        done = api.assign(
            by=world.at(COMMITTEE, "leader"), at=NOW, dossier_id=row.id, assignee=world.solver.ref
        )
        assert done.state is State.IN_PROGRESS
        assert receive(world, at=MORNING).code.endswith("-0042")

    def test_opencps(self, world: World) -> None:
        """Its fields, its dates in three spellings, its agency's code."""
        report = run(opencps())
        assert report.quarantined == ()
        row = Dossier.objects.get()
        assert row.due_at == datetime(2026, 3, 10, 17, 0, tzinfo=VN)
        assert row.receiving_agency == CENTRE

    def test_second_run_changes_nothing(self, world: World) -> None:
        """The same file again."""
        first, second = run(record(), record(code="bad code")), run(record(), record(code="bad code"))
        assert (first.created, len(first.quarantined)) == (1, 1)
        assert (second.created, second.unchanged, len(second.quarantined)) == (0, 1, 1)
        assert QuarantinedRecord.objects.count() == 1

    def test_every_state(self, world: World) -> None:
        """All ten, each with the times it needs; each can be replayed."""
        ended = "2026-03-09T09:00:00+07:00"
        for state in State:
            accepted = state not in (State.REGISTERED, State.REFUSED)
            over = state in (State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RESOLVED, State.RETURNED)
            changes: dict[str, Any] = {
                "code": f"H41.50.01.01-260302-{int(state):04d}",
                "state": int(state),
                "accepted_at": "2026-03-02T09:10:00+07:00" if accepted else "",
                "due_at": "2026-03-10T17:00:00+07:00" if accepted else "",
                "ended_at": ended if over else "",
                "returned_at": ended if state is State.RETURNED else "",
                "amount_due": 8000 if state is State.PAYMENT_DUE else "",
            }
            report = run(record(**changes))
            assert report.created == 1, report.quarantined
        for row in Dossier.objects.all():
            assert api.replayed(row.id).state == row.state
        waiting = Dossier.objects.get(state=State.SUPPLEMENT)
        assert api.supply(by=world.reception, at=NOW, dossier_id=waiting.id).state is State.ACCEPTED
        unpaid = Dossier.objects.get(state=State.PAYMENT_DUE)
        paid = api.record_counter_payment(by=world.reception, at=NOW, dossier_id=unpaid.id, amount=8000)
        assert paid.state is State.ACCEPTED


@pytest.mark.django_db
class TestSetApart:
    """Nothing is repaired by guessing."""

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"code": ""}, "mã hồ sơ"),
            ({"procedure_code": "khai sinh"}, "mã thủ tục"),
            ({"procedure_code": "9.999999"}, "9.999999"),
            ({"state": "collecting"}, "trạng thái"),
            ({"state": 11}, "trạng thái"),
            ({"channel": "fax"}, "kênh nộp"),
            ({"receiving_agency": "sở nào đó"}, "sở nào đó"),
            ({"receiving_agency": "motcua-xa-16663-cu"}, "02/03/2026"),
            ({"applicant_name": " "}, "thiếu tên"),
            ({"applicant_number": "000000001"}, "điền cho có"),
            ({"applicant_number": "12345"}, "chữ số"),
            ({"submitted_at": "hôm qua"}, "không đọc được"),
            ({"accepted_at": ""}, "ngày tiếp nhận"),
            ({"accepted_at": "2026-03-01T09:00:00+07:00"}, "thứ tự"),
            ({"submitted_at": "2027-01-01", "accepted_at": "2027-01-02"}, "tương lai"),
            ({"ended_at": "2026-03-05T09:00:00+07:00"}, "ngày kết thúc"),
            ({"state": 10}, "ngày trả"),
            ({"state": 6}, "số tiền"),
        ],
    )
    def test_with_its_reason(self, world: World, changes: dict[str, Any], reason: str) -> None:
        """The reason names what cannot be believed; the record is kept whole."""
        report = run(record(**changes))
        assert report.created == 0
        assert reason in "; ".join(report.quarantined[0].reasons)
        assert QuarantinedRecord.objects.get().raw["applicant_name"] == record(**changes)["applicant_name"]
        assert not Dossier.objects.exists()

    def test_code_taken_by_another(self, world: World) -> None:
        """Two dossiers cannot share a code."""
        run(record())
        report = run(record(applicant_name="Lê Văn Bình", applicant_number="040085000114"))
        assert "đã có" in report.quarantined[0].reasons[0]

    def test_name_that_does_not_fit_the_number(self, world: World) -> None:
        """The dossier comes in, tied to nobody: never a guess."""
        run(record(applicant_name="Lê Văn Bình"))
        assert Dossier.objects.get().applicant_person_id is None

    def test_only_administrators(self, world: World) -> None:
        """The desk does not bring dossiers over."""
        read = read_record(record(), now=NOW)
        assert read.dossier is not None
        with pytest.raises(api.NotAllowed):
            api.import_dossier(by=world.reception, at=NOW, record=read.dossier)


@pytest.mark.django_db
class TestCommand:
    """`motcua import dossiers`."""

    def test_three_shapes(self, world: World, tmp_path: Path) -> None:
        """JSON, JSON lines gzipped, CSV with a mark of UTF-8."""
        one, two, three = (record(code=f"H41.50.01.01-260302-{n:04d}") for n in (1, 2, 3))
        (tmp_path / "a.json").write_text(json.dumps([one]), encoding="utf-8")
        (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(json.dumps(two).encode()))
        with (tmp_path / "c.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(three))
            writer.writeheader()
            writer.writerow(three)
        out = StringIO()
        with override(NOW):
            files = [str(tmp_path / name) for name in ("a.json", "b.jsonl.gz", "c.csv")]
            call_command("dossiers_import", *files, stdout=out)
        assert Dossier.objects.count() == 3
        assert out.getvalue().count("1 new") == 3

    @pytest.mark.parametrize("text", ["{", "[1, 2]", "\x00\x01"])
    def test_no_such_shape(self, tmp_path: Path, text: str) -> None:
        """A file that is not what it should be."""
        path = tmp_path / "x.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("dossiers_import", str(path), stdout=StringIO())


JUNK = st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.lists(st.integers(), max_size=2)


@given(raw=st.dictionaries(st.sampled_from(sorted({*record(), *opencps()})), JUNK))
def test_reading_never_fails(raw: dict[str, Any]) -> None:
    """Whatever the former system exports: a dossier, or reasons."""
    read = read_record(raw, now=NOW)
    assert (read.dossier is None) == bool(read.reasons)


def test_one_map_of_states() -> None:
    """All ten national states can come from OpenCPS's words."""
    assert set(OPENCPS_STATES.values()) == set(State)
    assert [read_state(word) for word in ("done", "10", 10)] == [State.RETURNED] * 3
    with pytest.raises(Doubt):
        read_state("0")


@pytest.mark.parametrize(
    "text", ["20260302090000", "02/03/2026 09:00", "2026-03-02T02:00:00Z", "1772416800000"]
)
def test_spellings_of_one_moment(text: str) -> None:
    """Four ways to write nine o'clock."""
    assert read_moment(text) == datetime(2026, 3, 2, 9, 0, tzinfo=VN) + timedelta(0)
