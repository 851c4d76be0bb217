"""Import into the catalogue: every record is in or kept out with a reason; a second run changes nothing."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from motcua.base.data import SYSTEM
from motcua.ledger.api import Subject, entries
from motcua.procedures import api
from motcua.procedures.models import ProcedureVersion, Quarantine

from .factories import AT, DAY
from .test_import_shapes import CAMEL, CRAWLED, DERIVED, UPPER
from .test_versions import published

pytestmark = pytest.mark.django_db


def write(path: Path, *records: Any) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def take(*paths: Path, days: int = 0) -> api.ImportReport:
    report = api.import_files(by=SYSTEM, at=AT + timedelta(days=days), paths=paths)
    assert report.read == report.new + report.unchanged + report.changed + len(report.quarantined)
    return report


def test_each_record_is_in_or_out_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.jsonl", CRAWLED, CAMEL, UPPER, DERIVED, {"x": 1}, CRAWLED | {"ma_thu_tuc": "?"}
    )
    report = take(file)
    assert (report.new, report.unchanged, report.changed, len(report.quarantined)) == (4, 0, 0, 2)
    assert report.shapes == {"crawled": 1, "portal": 1, "portal (LayThuTuc)": 1, "derived": 1}
    again = take(file, days=1)
    assert (again.new, again.unchanged, again.changed, len(again.quarantined)) == (0, 4, 0, 2)
    assert ProcedureVersion.objects.count() == 4
    assert Quarantine.objects.count() == 2
    assert [e.kind for e in entries(Subject(kind="catalogue", id="catalogue"))] == ["catalogue.imported"] * 2
    version = api.version_on("9.000010", DAY)
    assert not version.reviewed
    assert version.origin is api.Origin.IMPORT
    assert "12/QĐ-THU" in version.source.text
    assert api.search("cap giay thu", on=DAY)


def test_a_changed_text_makes_a_new_version(tmp_path: Path) -> None:
    take(write(tmp_path / "a", CRAWLED))
    report = take(write(tmp_path / "a", CRAWLED | {"ten_thu_tuc": "Cấp giấy thử, sửa"}), days=10)
    assert (report.new, report.changed) == (0, 1)
    assert api.version_on("9.000010", DAY).name == "Cấp giấy thử nghiệm"
    assert api.version_on("9.000010", DAY + timedelta(days=10)).name == "Cấp giấy thử, sửa"
    same_day = take(write(tmp_path / "a", CRAWLED | {"ten_thu_tuc": "Lần ba"}), days=10)
    assert same_day.changed == 1
    assert api.version_on("9.000010", DAY + timedelta(days=10)).name == "Lần ba"


def test_duplicates_in_one_file(tmp_path: Path) -> None:
    report = take(write(tmp_path / "a", CRAWLED, CRAWLED, CRAWLED | {"ten_thu_tuc": "Khác"}))
    assert (report.new, report.unchanged, len(report.quarantined)) == (1, 1, 1)
    assert "nội dung khác" in report.quarantined[0].reason


def test_a_poorer_export_does_not_erase_a_richer_one(tmp_path: Path) -> None:
    rich = write(tmp_path / "rich", CRAWLED)
    poor = write(tmp_path / "poor", DERIVED | {"code": "9.000010", "name": "Cấp giấy thử nghiệm", "field": "Thử nghiệm",
                                               "level": "Cấp tỉnh, Cấp xã"})  # fmt: skip
    take(rich)
    assert take(poor, days=1).unchanged == 1
    assert len(api.version_on("9.000010", DAY).content.steps) == 2
    both = take(rich, poor, days=2)
    assert (both.unchanged, both.changed) == (2, 0)


def test_a_reviewed_entry_stays_and_the_difference_is_shown(tmp_path: Path) -> None:
    mine = published(code="9.000010", name="Bản đã rà soát")
    file = write(tmp_path / "a", CRAWLED)
    report = take(file, days=1)
    assert report.changed == 1
    assert api.version_on("9.000010", DAY + timedelta(days=1)).id == mine.id
    (waiting,) = report.waiting
    assert api.version(waiting.draft_id).status is api.VersionStatus.DRAFT
    assert any("Bản đã rà soát" in c.sentence_vi for c in waiting.changes)
    again = take(file, days=2)
    assert (again.unchanged, again.changed, again.waiting) == (1, 0, ())


def test_hostile_text_reaches_the_database_clean(tmp_path: Path) -> None:
    nasty = CRAWLED | {"ten_thu_tuc": "Tên\x00 lạ \ud800 <script>", "yeu_cau_dieu_kien": "' OR 1=1 --\x00"}
    (tmp_path / "a").write_text(
        json.dumps(nasty) + "\n" + json.dumps({"a\x00": "\ud800\x00"}) + "\n", encoding="utf-8"
    )
    report = take(tmp_path / "a")
    assert (report.new, len(report.quarantined)) == (1, 1)
    assert "\x00" not in api.version_on("9.000010", DAY).name


def test_unreadable_and_empty_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>", encoding="utf-8")
    (tmp_path / "empty").write_bytes(b"")
    report = take(tmp_path / "page.html", tmp_path / "empty")
    assert len(report.quarantined) == 1
    assert len(report.notes) == 2


def test_the_commands(tmp_path: Path) -> None:
    out = io.StringIO()
    file = write(tmp_path / "a", {"ma": "9.000020", "ten": "Cấp thẻ thử", "cap": "Cấp xã"}, {"y": 1})
    mapping = tmp_path / "map.yaml"
    mapping.write_text("rename: {ma: ma_thu_tuc, ten: ten_thu_tuc, cap: cap_thuc_hien}\n", encoding="utf-8")
    call_command("procedures_import", str(file), map=mapping, valid_from=DAY, stdout=out)
    assert "Đã đọc 2 bản ghi: 1 mới, 0 không đổi, 0 thay đổi, 1 cách ly." in out.getvalue()
    assert "không nhận ra cấu trúc" in out.getvalue()
    with pytest.raises(CommandError, match="không thấy tệp"):
        call_command("procedures_import", str(tmp_path / "nowhere"))
    mapping.write_text("x", encoding="utf-8")
    with pytest.raises(CommandError, match="ánh xạ"):
        call_command("procedures_import", str(file), map=mapping)

    found = io.StringIO()
    call_command("procedures_search", "the", "thu", json=True, on=DAY, stdout=found)
    answer = json.loads(found.getvalue())
    assert [a["code"] for a in answer] == [h.code for h in api.search("the thu", on=DAY)] == ["9.000020"]
    nothing = io.StringIO()
    call_command("procedures_search", "zzzz", on=DAY, stdout=nothing)
    assert "Không tìm thấy" in nothing.getvalue()
