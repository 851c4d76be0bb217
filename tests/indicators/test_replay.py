"""`motcua indicators score`: published figures through the scoring functions, and every way to spoil a file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from motcua.config import cli
from motcua.indicators.management.score import main
from motcua.indicators.rules.periods import read_period

HEAD = "period,unit_code,indicator_code,numerator,denominator"
FULL = {
    "PUBLISH_ON_TIME": (9, 10),
    "PUBLIC_UPDATE_ON_TIME": (1, 3),
    "PUBLIC_CONTENT_FULL": (2, 3),
    "DOSSIER_SYNC": (995, 1000),
    "TDGQ_ON_TIME": (892, 1000),
    "PAY_A": (50, 100),
    "PAY_B": (30, 100),
    "PAY_C": (30, 100),
    "ORIGINAL_RESULT_AVAILABLE": (1, 3),
    "SO_HOA_GIAY_TO_GIAI_QUYET": (1, 2),
    "REUSED_DIGITIZED_DATA": (40, 100),
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": (0, 7),
    "CITIZEN_DATA_CONNECTED_FORMALITY": (1, 2),
    "CITIZEN_DATA_CONNECTED_DOSSIER": (1, 4),
    "ELECTRONIC_CERTIFIED_COPY": (1, 8),
    "PETITION_PROCESSING_ON_TIME": (0, 0),
    "PETITION_HANDLING_SATISFACTION": (5, 6),
    "DOSSIER_RECEIVING_SATISFACTION": (80, 100),
}


def run(
    tmp_path: Path, text: str, *extra: str, scheme: str = "qd766-2026"
) -> tuple[int, list[dict[str, str]]]:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(text, encoding="utf-8")
    arguments = ["--input", str(source), "--scheme", scheme, "--output", str(target), "--today", "2026-11-23"]
    status = main([*arguments, *extra])
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8")))) if target.exists() else []
    return status, rows


def refusals(tmp_path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((tmp_path / "out.csv.rejects.csv").read_text("utf-8"))))


def a_whole_unit(unit: str, period: str = "2026-10") -> str:
    lines = [f"{period},{unit},{code},{n},{d}" for code, (n, d) in FULL.items()]
    return "\n".join(lines)


def by_code(rows: list[dict[str, str]], unit: str = "H41") -> dict[str, dict[str, str]]:
    return {r["indicator_code"]: r for r in rows if r["unit_code"] == unit}


def test_rows_groups_and_total(tmp_path: Path) -> None:
    text = (
        f"{HEAD},given_score\n"
        + a_whole_unit("H41").replace("\n", ",\n")
        + ",\n2026-10,H41,GROUP_ONLINE,,,7.01\n"
    )
    status, rows = run(tmp_path, text)
    found = by_code(rows)
    assert status == 0
    assert found["TDGQ_ON_TIME"]["score"] == "17.84"
    assert found["GROUP_CKMB"]["score"] == "14.03"  # 5.40 + 1.33 + 1.33 + 5.97: the sum of published points
    assert found["GROUP_TTTT"]["score"] == "4.50"
    assert found["GROUP_MDSH"]["score"] == "6.75"
    assert found["GROUP_MDHL"]["score"] == "16.33"
    assert (found["GROUP_ONLINE"]["score"], found["GROUP_ONLINE"]["basis"]) == ("7.01", "given")
    assert found["TOTAL"]["score"] == "66.46"


def test_without_the_online_group_the_total_is_unknown(tmp_path: Path) -> None:
    _, rows = run(tmp_path, f"{HEAD}\n{a_whole_unit('H41')}\n")
    found = by_code(rows)
    assert found["GROUP_ONLINE"]["score"] == ""
    assert found["TOTAL"]["score"] == ""
    assert found["TOTAL"]["reason"] == "thiếu GROUP_ONLINE"
    assert (found["TOTAL"]["known_score"], found["TOTAL"]["known_maximum"]) == ("59.45", "88")


def test_the_online_group_by_the_wording_of_2026(tmp_path: Path) -> None:
    _, rows = run(tmp_path, f"{HEAD}\n{a_whole_unit('H41')}\n2026-10,H41,GROUP_ONLINE,1,2\n")
    assert by_code(rows)["GROUP_ONLINE"]["score"] == "6.00"
    assert by_code(rows)["TOTAL"]["score"] == "65.45"


def test_units_and_periods_are_kept_apart_in_any_order(tmp_path: Path) -> None:
    one = a_whole_unit("H41").splitlines()
    other = a_whole_unit("H40", "2026-Q3").splitlines()
    mixed = "\n".join(line for pair in zip(one, reversed(other), strict=True) for line in pair)
    _, rows = run(tmp_path, f"{HEAD}\n{mixed}\n")
    assert by_code(rows, "H40")["TOTAL"]["known_score"] == by_code(rows, "H41")["TOTAL"]["known_score"]
    assert len(rows) == 2 * (len(FULL) + 7)


def test_extra_columns_are_kept_and_semicolons_and_bom_are_read(tmp_path: Path) -> None:
    text = "\ufeffPeriod;Unit_code;Indicator_code;Numerator;Denominator;published\n2026;H41;PAY_A;1;2;3\n"
    status, rows = run(tmp_path, text)
    assert status == 0
    assert (rows[0]["published"], rows[0]["score"]) == ("3", "3.00")


def test_an_empty_numerator_is_unknown_in_its_row_and_in_the_sums(tmp_path: Path) -> None:
    text = f"{HEAD}\n2026-10,H41,PAY_A,,10\n2026-10,H41,PAY_B,1,10\n2026-10,H41,PAY_C,1,10\n"
    status, rows = run(tmp_path, text)
    found = by_code(rows)
    assert status == 0
    assert (found["PAY_A"]["score"], found["PAY_A"]["reason"]) == ("", "chưa biết tử số")
    assert found["GROUP_TTTT"]["score"] == ""
    assert found["GROUP_TTTT"]["known_score"] == "0.50"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2026-10,H41,NO_SUCH,1,2", "không có chỉ tiêu"),
        ("2026-10,H41,,1,2", "không có chỉ tiêu"),
        ("2026-12,H41,PAY_A,1,2", "chưa đến"),
        ("2027,H41,PAY_A,1,2", "chưa đến"),
        ("in 2031,H41,PAY_A,1,2", "chưa đến"),
        ("sometime,H41,PAY_A,1,2", "không hiểu kỳ"),
        ("2026-13,H41,PAY_A,1,2", "không có ngày, tháng"),
        ("2026-10,,PAY_A,1,2", "thiếu mã đơn vị"),
        ("2026-10,H41,PAY_A,-1,2", "âm"),
        ("2026-10,H41,PAY_A,one,2", "không phải là số"),
        ('2026-10,H41,PAY_A,"1,204",2', "hàng nghìn"),
        ("2026-10,H41,PAY_A,1,1e99", "lớn quá mức"),
        ("2026-10,H41,PAY_A,1,Infinity", "không phải là số"),
        ("2026-10,H41,PAY_A,=1+1,2", "không phải là số"),
    ],
)
def test_bad_rows_are_refused_with_their_reason(tmp_path: Path, line: str, why: str) -> None:
    status, rows = run(tmp_path, f"{HEAD}\n2026-10,H40,PAY_A,1,2\n{line}\n")
    assert status == 1
    assert why in refusals(tmp_path)[0]["refused_because"]
    assert refusals(tmp_path)[0]["line"] == "3"
    assert [r for r in rows if r["unit_code"] != "H40"] == []


@pytest.mark.parametrize(
    ("written", "score"),
    [
        ("892,5", "17.85"),
        ("892.5", "17.85"),
        ("0,892", None),
        ("8.925e2", "17.85"),
        ("1 000", "20.00"),
        ("000.892", None),
    ],
)
def test_numbers_as_vietnamese_and_others_write_them(tmp_path: Path, written: str, score: str | None) -> None:
    status, rows = run(tmp_path, f"{HEAD.replace(',', ';')}\n2026-10;H41;TDGQ_ON_TIME;{written};1000\n")
    assert status == 0
    assert by_code(rows)["TDGQ_ON_TIME"]["score"] == (score or "0.02")


def test_thousands_are_read_where_they_are_sure(tmp_path: Path) -> None:
    text = f"{HEAD.replace(',', ';')}\n2026-10;H41;TDGQ_ON_TIME;1.234.567,0;2 469 134\n2026-10;H41;PAY_A;1,234;9\n"
    status, rows = run(tmp_path, text)
    assert status == 1
    assert by_code(rows)["TDGQ_ON_TIME"]["score"] == "10.00"
    assert "hàng nghìn hoặc phần lẻ" in refusals(tmp_path)[0]["refused_because"]


def test_one_period_in_two_spellings_is_one_period(tmp_path: Path) -> None:
    text = f"{HEAD}\n2026-10,H41,TDGQ_ON_TIME,1,2\n10/2026,H41,TDGQ_ON_TIME,1,2\n10/2026,H41,PAY_A,1,2\n"
    status, rows = run(tmp_path, text)
    assert status == 1
    assert [r["indicator_code"] for r in rows].count("TOTAL") == 1


def test_a_unit_that_was_not_there_is_flagged(tmp_path: Path) -> None:
    text = f"{HEAD}\n2026-10,16684,TDGQ_ON_TIME,1,2\n2024-10,16684,PAY_A,1,2\n2026-10,H41,PAY_A,1,2\n"
    status, rows = run(tmp_path, text)
    assert status == 0
    assert "không có đơn vị nào mang mã 16684" in rows[0]["reason"]
    assert rows[1]["reason"] == rows[2]["reason"] == ""


def test_a_row_given_twice_is_refused_the_second_time(tmp_path: Path) -> None:
    status, rows = run(tmp_path, f"{HEAD}\n2026-10,H41,PAY_A,1,2\n2026-10,H41,PAY_A,2,2\n")
    assert status == 1
    assert "trùng" in refusals(tmp_path)[0]["refused_because"]
    assert by_code(rows)["PAY_A"]["score"] == "3.00"


@pytest.mark.parametrize("text", ["", "\n", "a,b,c\n1,2,3\n", f"{HEAD},period\n"])
def test_unusable_files(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, _ = run(tmp_path, text)
    assert status == 2
    assert "motcua indicators score:" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_not_utf8_no_file_no_scheme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(HEAD.encode() + b"\n2026,\xff\xfe,PAY_A,1,2\n")
    assert main(["--input", str(bad), "--scheme", "qd766-2026"]) == 2
    assert main(["--input", str(tmp_path / "none.csv"), "--scheme", "qd766-2026"]) == 2
    assert main(["--input", str(bad), "--scheme", "nothing"]) == 2
    assert "UTF-8" in capsys.readouterr().err


def test_the_command_of_a_stranger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.csv"
    source.write_text(f"{HEAD}\n2026-10,H41,PAY_A,1,2\n", encoding="utf-8")
    assert cli.run(["indicators", "score", "--input", str(source), "--scheme", "qd766-2026"]) == 0
    assert "2026-10,H41,PAY_A,1,2,3.00,computed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2026-10", "2026-10"),
        ("10/2026", "2026-10"),
        ("202610", "2026-10"),
        ("month-2026-10", "2026-10"),
        ("Tháng 10/2026", "2026-10"),
        ("2026-Q3", "2026-Q3"),
        ("Q3/2026", "2026-Q3"),
        ("quý 3/2026", "2026-Q3"),
        ("2026", "2026"),
        ("năm 2026", "2026"),
        ("year-2026", "2026"),
        ("2026-10-05", "2026-10-05"),
        ("05/10/2026", "2026-10-05"),
        ("", None),
    ],
)
def test_periods_as_people_write_them(text: str, key: str | None) -> None:
    found = read_period(text)
    assert (found.key if found else None) == key


def test_a_day_that_does_not_exist_is_no_period() -> None:
    with pytest.raises(ValueError, match="day"):
        read_period("2026-02-30")
