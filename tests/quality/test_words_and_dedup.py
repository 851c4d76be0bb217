"""Four words and duplicates on files: what was made up fills nothing, and two people stay two."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from motcua.quality.management import dedup, words
from motcua.quality.rules.columns import propose
from motcua.quality.rules.differing import differences
from motcua.quality.rules.law import all_rules, rules_on
from motcua.quality.rules.words import four_words

ON = date(2026, 11, 1)


def measured(rows: list[dict[str, str]]) -> dict[str, dict[str, int]]:
    frame = pl.DataFrame([{"register": "sổ", "unit": "", **row} for row in rows])
    names = ("total", "given", "fabricated", "correct", "clean", "events", "live")
    return {m.field: {n: getattr(m, n) for n in names} for m in four_words(frame, rules_on(ON), on=ON)}


def test_what_was_made_up_is_given_and_wrong() -> None:
    made_up = ["--\\--", "000", "không có", "01/10/2026", "17/03/1985", ""]
    found = measured([{"dob": text, "updated_on": "01/10/2026"} for text in made_up])["dob"]
    assert found == {
        "total": 6,
        "given": 5,
        "fabricated": 4,
        "correct": 1,
        "clean": 6,
        "events": 0,
        "live": 0,
    }


def test_one_telephone_for_a_village() -> None:
    found = measured([{"phone": "0912345671"}] * 13 + [{"phone": "0912345672"}])["phone"]
    assert (found["given"], found["fabricated"], found["correct"]) == (14, 13, 1)


def test_one_number_under_many_names_and_one_day_for_all() -> None:
    names = ["Lê Văn An", "Hồ Thị Bé", "Vũ Văn Cường", "Phan Thị Dung"]
    assert measured([{"full_name": n, "id_no": "040085123456"} for n in names])["id_no"]["fabricated"] == 4
    days = [{"dob": "05/05/1980"}] * 20 + [{"dob": "01/01/1980"}] * 20
    assert measured(days)["dob"]["fabricated"] == 20


def test_a_number_contradicts_sex_and_year_and_the_dead_are_an_event() -> None:
    row = {"id_no": "040085123456", "dob": "17/03/1986", "sex": "Nam", "base_died_on": "2026-01-05"}
    found = measured([row, row | {"dob": "17/03/1985", "ended_on": "06/01/2026"}, row | {"sex": "Nữ"}])
    assert (found["dob"]["clean"], found["sex"]["clean"]) == (1, 1)
    assert (found["record"]["events"], found["record"]["live"]) == (3, 1)
    assert found["record"]["correct"] == 1


@pytest.mark.parametrize(
    ("base", "record", "shown"),
    [
        ({"base_died_on": "2026-01-05"}, {"ended_on": "06/01/2026"}, 1),
        ({"base_died_on": "2026-01-05"}, {"updated_on": "05/02/2026"}, 1),
        ({"base_died_on": "2026-01-05"}, {"updated_on": "05/01/2025"}, 0),
        ({"base_moved_on": "2026-01-05"}, {"updated_on": "06/01/2026"}, 1),
        ({"base_moved_on": "2026-01-05"}, {"updated_on": "01/01/2026"}, 0),
        (
            {"base_moved_on": "2026-01-05", "base_address": "Xóm 5, xã Nghi Vạn"},
            {"address": "XOM 5 - XA NGHI VAN"},
            1,
        ),
        ({"base_moved_on": "2026-01-05", "base_address": "Xóm 5, xã Nghi Vạn"}, {"address": "xóm 9"}, 0),
        ({"base_married_on": "2026-01-05", "base_spouse_name": "Lê Văn An"}, {"spouse_name": "LÊ VĂN AN"}, 1),
        ({"base_married_on": "2026-01-05", "base_spouse_name": "Lê Văn An"}, {"spouse_name": ""}, 0),
        ({"base_married_on": "2026-01-05", "base_spouse_name": ""}, {"spouse_name": "Lê Văn An"}, 0),
        ({"base_changed_on": "2026-01-05", "base_full_name": "Lê Thị Ân"}, {"full_name": "Lê Thị An"}, 0),
        # two things happened, one of them is not shown
        ({"base_died_on": "2026-03-05", "base_moved_on": "2026-01-05"}, {"updated_on": "06/01/2026"}, 0),
    ],
)
def test_a_register_lives_when_it_shows_what_happened(
    base: dict[str, str], record: dict[str, str], shown: int
) -> None:
    found = measured([base | record])["record"]
    assert (found["events"], found["live"]) == (1, shown)


def test_an_event_within_its_limit_is_none_yet() -> None:
    found = measured([{"base_moved_on": "2026-10-25", "base_died_on": ""}, {"base_moved_on": "không rõ"}])
    assert (found["record"]["events"], found["record"]["live"]) == (0, 0)


def test_the_events_are_dated_data_with_their_source() -> None:
    (rules,) = all_rules()
    assert [one.key for one in rules.events] == ["death", "move", "marriage", "renewal"]
    assert all(one.vi and one.en and (one.dated or one.changed or one.facts) for one in rules.events)


def test_the_limits_are_those_of_the_dispatch_and_the_groups_are_eight() -> None:
    (rules,) = all_rules()
    assert len(rules.groups) == 8
    assert (rules.limit({"typing"}), rules.limit({"typing", "differs"}), rules.limit({"outdated"})) == (
        5,
        10,
        15,
    )
    assert str(rules.source.certainty) == "V2"


@pytest.mark.parametrize(
    ("field", "ours", "theirs", "group"),
    [
        ("full_name", "NGUYỄN VĂN HÙNG", "Nguyễn Văn Hùng", ""),
        ("full_name", "Nguyen Van Hung", "Nguyễn Văn Hùng", "typing"),
        ("full_name", "--", "Nguyễn Văn Hùng", "fabricated"),
        ("dob", "1985", "1985-03-17", "missing"),
        ("dob", "17/03/85", "1985-03-17", ""),
        ("dob", "18/03/1985", "1985-03-17", "differs"),
        ("id_no", "40085123456", "040085123456", ""),
        ("id_no", "186123456", "040085123456", "outdated"),
        ("id_no", "000000000000", "040085123456", "fabricated"),
        ("sex", "", "Nam", "missing"),
    ],
)
def test_kinds_of_difference(field: str, ours: str, theirs: str, group: str) -> None:
    assert [one.group for one in differences({field: ours}, {field: theirs})] == ([group] if group else [])


def test_columns_are_proposed_by_name_and_by_what_stands_in_them() -> None:
    assert propose(["A", "B", "Họ và tên"], [["040085123456", "0912345671", "x"]]) == {
        "id_no": "A", "phone": "B", "full_name": "Họ và tên",
    }  # fmt: skip


def register(folder: Path) -> Path:
    rows = [
        ("R1", "y tế", "Nguyễn Văn Hùng", "17/03/1985", "040085123456"),
        ("R2", "y tế", "NGUYEN VAN HUNG", "17/03/1985", "40085123456"),
        ("R3", "đất đai", "Nguyễn Văn Hùng", "17/03/1985", "040085123456"),
        ("R4", "y tế", "Nguyễn Văn Hùng", "17/03/1985", "040085999888"),
        ("R5", "y tế", "Trần Thị Hoa", "02/09/1990", ""),
    ]
    path = folder / "register.csv"
    pl.DataFrame(rows, schema=["record_id", "register", "full_name", "dob", "id_no"], orient="row").write_csv(
        path
    )
    return path


def test_duplicates_and_clusters(tmp_path: Path) -> None:
    out = tmp_path / "clusters.csv"
    assert dedup.main(["--register", str(register(tmp_path)), "--out", str(out)]) == 0
    rows = {row["record_id"]: row for row in pl.read_csv(out, infer_schema=False).rows(named=True)}
    assert [rows[f"R{n}"]["cluster"] for n in range(1, 6)] == ["R1", "R1", "R1", None, None]
    assert [rows[f"R{n}"]["in_register"] for n in (1, 3, 5)] == ["2", "1", "1"]


def test_words_of_a_file(tmp_path: Path) -> None:
    out = tmp_path / "words.csv"
    assert words.main(["--register", str(register(tmp_path)), "--out", str(out), "--on", "2026-11-01"]) == 0
    rows = pl.read_csv(out).filter(pl.col("field") == "record").rows(named=True)
    assert {row["register"]: (row["total"], row["clean"]) for row in rows} == {
        "y tế": (4, 2),
        "đất đai": (1, 1),
    }


@pytest.mark.parametrize("command", [dedup, words])
def test_what_is_no_register_is_refused(
    command: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    arguments = ["--register", str(tmp_path / "x.csv"), "--out", str(tmp_path / "o.csv")]
    assert command.main(arguments + (["--on", "2026-11-01"] if command is words else [])) == 2  # type: ignore[attr-defined]
    assert "record_id" in capsys.readouterr().err
    assert not (tmp_path / "o.csv").exists()


def test_a_code_is_the_records_number_before_the_number_of_the_line_and_a_place_is_known_by_its_words() -> (
    None
):
    header = ["STT", "Mã hồ sơ", "Họ tên", "Nơi"]
    rows = [["1", "BT01", "Lê Văn An", "xóm 5, xã Nghi Lộc"], ["2", "BT02", "Hồ Thị Bé", "P. Trường Vinh"]]
    found = propose(header, rows)
    assert found == {"record_id": "Mã hồ sơ", "full_name": "Họ tên", "address": "Nơi"}
    assert propose(["STT", "Họ tên"], [])["record_id"] == "STT"
