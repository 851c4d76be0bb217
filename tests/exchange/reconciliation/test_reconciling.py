"""Comparing names every difference with its cause, and leaves a proof that a change of one letter breaks."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from motcua.base.data import SYSTEM
from motcua.dossiers import api as dossiers
from motcua.exchange import connectors
from motcua.exchange.models import Difference, Reconciliation, Track
from motcua.exchange.national import client
from motcua.exchange.reconciliation import causes, comparing, proofs, running
from motcua.exchange.reconciliation.sides import Scope, their_part
from tests.dossiers.factories import CENTRE, COPIES, MORNING, World, receive, resolve, take_in
from tests.exchange.national.factories import Portal, send, take_up

pytestmark = pytest.mark.django_db
NIGHT = MORNING + timedelta(days=40)


def differences() -> dict[str, tuple[str, str]]:
    return {one.code: (one.kind, one.cause) for one in Difference.objects.all()}


def some(world: World) -> list[dossiers.Filed]:
    """Dossiers of several ways and states."""
    filed = [
        receive(world),
        receive(world, applicant=world.party(name='Trần "Bé", Văn', personal_number="", person_id=None)),
        take_in(world),
        receive(world),
    ]
    resolve(world, filed[0].dossier_id, at=MORNING + timedelta(hours=1))
    dossiers.request_supplement(
        by=world.lead, at=MORNING + timedelta(hours=1), dossier_id=filed[3].dossier_id, what="Giấy tờ khác",
    )  # fmt: skip
    filed += dossiers.at_once(
        by=world.reception,
        at=MORNING,
        idempotency_key="one",
        items=[dossiers.AtOnceItem(procedure_code=COPIES, applicant=world.party(), pages=2, title="Bằng")],
    )
    take_up(*(one.dossier_id for one in filed))
    send()
    send(MORNING + timedelta(days=31))
    assert not Track.objects.filter(todo=True).exists(), list(
        Track.objects.values("code", "errors", "error_code")
    )
    return filed


def test_two_equal_sides(world: World, portal: Portal, tmp_path: Path) -> None:
    filed = some(world)
    row, _ = running.reconcile(by=SYSTEM, at=NIGHT)
    assert differences() == {}, [one.fields for one in Difference.objects.all()]
    assert (row.ours, row.theirs, row.same, row.differences) == (len(filed), len(filed), len(filed), 0)
    assert row.our_root == row.their_root
    assert running.vouched(row.proof) == []


def test_each_kind_of_difference_is_named_with_its_cause(world: World, portal: Portal) -> None:
    filed = some(world)
    Track.objects.filter(dossier=filed[0].dossier_id).delete()  # never taken up, as far as the outbox knows
    late = receive(world)
    blocked = receive(world, applicant=world.party(phone="không có"))
    take_up(blocked.dossier_id)
    send(MORNING + timedelta(days=32))
    take_up(late.dossier_id)
    held = portal.held(filed[1].code)
    changed = {
        k: v
        for k, v in held.items()
        if k not in ("MaDonVi", "TienTrinh", "SoLanCapNhat", "CapNhatLuc", "BamNoiDung")
    }
    changed["KenhThucHien"] = "2"
    assert client.send_items("dossier/update", held["MaDonVi"], [changed], at=MORNING)[0].code == "0"
    stranger = {**changed, "MaHoSo": "H41.50.01.01-260302-9999"}
    assert client.send_items("dossier/add", held["MaDonVi"], [stranger], at=MORNING)[0].code == "0"
    again = {
        "MaHoSo": filed[0].code, "NguoiXuLy": "A", "ThoiDiemXuLy": "20260302100000", "TrangThai": "9",
    }  # fmt: skip
    assert client.send_items("dossier/progress", held["MaDonVi"], [again], at=MORNING)[0].code == "0"
    row, _ = running.reconcile(by=SYSTEM, at=NIGHT)
    found = differences()
    assert found == {
        late.code: ("missing_there", "waiting"),
        blocked.code: ("missing_there", "blocked"),
        filed[1].code: ("different", "changed_there"),
        stranger["MaHoSo"]: ("missing_here", "unknown_here"),
        filed[0].code: ("different", "not_taken_up"),
    }
    assert Difference.objects.get(code=filed[1].code).fields == [
        {"field": "KenhThucHien", "ours": "1", "theirs": "2"}
    ]
    assert running.vouched(row.proof) == []
    assert row.our_root != row.their_root


def test_a_skipped_entry_shows(world: World, portal: Portal) -> None:
    """The worst case: the outbox believes that all is told."""
    filed = receive(world)
    take_up(filed.dossier_id)
    send()
    resolve(world, filed.dossier_id, at=MORNING + timedelta(hours=1))
    running.reconcile(by=SYSTEM, at=NIGHT)
    assert differences() == {filed.code: ("different", "behind")}


def test_what_was_filed_there_and_waits_is_said_so(world: World, portal: Portal) -> None:
    made = portal.post(
        "_inbound",
        {
            "MaTTHC": "9.999999", "MaDonVi": "H41.50.01",
            "TaiKhoan": {"LoaiTaiKhoan": 1, "SoDinhDanh": "040190000112", "HoVaTen": "A", "MucDoDinhDanh": 2},
            "DuLieuBieuMau": {}, "ThanhPhanHoSo": [],
        },
    )  # fmt: skip
    from motcua.exchange.inbound import taking

    taking.poll(at=MORNING)
    running.reconcile(by=SYSTEM, at=NIGHT)
    assert differences() == {made["MaHoSo"]: ("missing_here", "filed_there")}


def test_one_unit_and_a_span_of_days(world: World, portal: Portal) -> None:
    some(world)
    day = MORNING.date()
    row, _ = running.reconcile(by=SYSTEM, at=NIGHT, scope=Scope(agency=CENTRE))
    assert row.differences == 0
    assert row.ours == 5
    row, _ = running.reconcile(by=SYSTEM, at=NIGHT, scope=Scope(start=day, end=day + timedelta(days=1)))
    assert (row.ours, row.differences) == (4, 0)
    row, _ = running.reconcile(by=SYSTEM, at=NIGHT, scope=Scope(end=day))
    assert (row.ours, row.theirs) == (0, 0)


@pytest.mark.parametrize(
    "fault",
    [{"kind": "truncated"}, {"kind": "wrong_answer"}, {"kind": "down"}, {"kind": "empty"}],
    ids=lambda one: one["kind"],
)
def test_half_a_list_is_not_compared(world: World, portal: Portal, fault: dict[str, Any]) -> None:
    some(world)
    portal.faults(fault)
    with pytest.raises((client.PortalFailed, connectors.CallFailed)):
        running.reconcile(by=SYSTEM, at=NIGHT)
    assert not Reconciliation.objects.exists()


def test_a_proof_that_was_touched_does_not_hold(world: World, portal: Portal, tmp_path: Path) -> None:
    filed = some(world)
    late = receive(world)
    row, _ = running.reconcile(by=SYSTEM, at=NIGHT)
    whole = json.loads(row.proof)
    file = tmp_path / "proof.json"
    file.write_text(row.proof, encoding="utf-8")
    call_command("exchange_check_proof", str(file), stdout=io.StringIO())
    hidden = json.loads(row.proof)
    hidden["body"]["differences"] = []
    assert running.vouched(json.dumps(hidden))
    hidden["digest"] = proofs.body_digest(hidden["body"])
    assert proofs.check(json.dumps(hidden)) == ["số lượng hai bên không khớp với danh sách chênh lệch",
        "gốc Merkle của Cổng không khớp: danh sách chênh lệch không đủ"]  # fmt: skip
    renamed = json.loads(row.proof)
    renamed["body"]["at"] = "2026-01-01T00:00:00+07:00"
    renamed["digest"] = proofs.body_digest(renamed["body"])
    assert running.vouched(json.dumps(renamed)) == ["sổ cái ghi một mã băm khác"]
    whole["subject"] = "another"
    assert running.vouched(json.dumps(whole)) == ["sổ cái không có lần đối soát này"]
    for text in ("", "{}", "[1]", '{"body": 1, "digest": "x"}'):
        assert running.vouched(text)
    file.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("exchange_check_proof", str(file))
    assert late.code in row.proof
    assert len(filed) == 5


def side(rows: dict[str, str]) -> tuple[comparing.Side, io.BytesIO]:
    spool = io.BytesIO()
    lines = [f"{code},{text},hash,time\n".encode() for code, text in rows.items()]
    return comparing.take_side(lines, their_part, spool), spool


codes = st.text("ABC0123456789", min_size=1, max_size=4)


@given(st.dictionaries(codes, st.sampled_from("xyz")), st.dictionaries(codes, st.sampled_from("xyz")))
def test_the_comparison_is_the_set_difference(one: dict[str, str], two: dict[str, str]) -> None:
    (ours, our_spool), (theirs, their_spool) = side(one), side(two)
    found = comparing.compare(ours, theirs)

    def named(spool: io.BytesIO, places: Any) -> set[str]:
        return {comparing.line_at(spool, int(place)).split(b",")[0].decode() for place in places}

    assert named(our_spool, found.missing_there) == one.keys() - two.keys()
    assert named(their_spool, found.missing_here) == two.keys() - one.keys()
    differing = {code for code in one.keys() & two.keys() if one[code] != two[code]}
    assert named(our_spool, found.different[:, 0]) == differing
    assert found.same == len(one.keys() & two.keys()) - len(differing)
    assert (comparing.root(ours) == comparing.root(theirs)) == (one == two)


def test_a_code_listed_twice_is_a_difference() -> None:
    ours, _ = side({"A": "x"})
    theirs = comparing.take_side([b"A,x,h,t\n", b"A,x,h,t\n"], their_part, io.BytesIO())
    found = comparing.compare(ours, theirs)
    assert (found.same, len(found.doubled_there)) == (1, 1)
    assert np.array_equal(found.missing_here, [])


def test_a_name_with_a_line_break_is_one_line() -> None:
    lines = [b'A,"x\n', b'y",h,t\n', b"B,x,h,t\n"]
    assert list(comparing.whole_lines(lines)) == [b'A,"x\ny",h,t\n', b"B,x,h,t\n"]


def test_every_cause_has_words() -> None:
    for cause in causes.known():
        said = causes.words(cause)
        assert all((said.vi, said.en, said.cure_vi, said.cure_en))
