"""Bad files at the door: what is good is linked, what is not is named with its row and column, and why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from motcua.quality.management.intake import BASE, REGISTER
from motcua.quality.management.keeping import Kept
from motcua.quality.management.link import main
from motcua.quality.rules.sides import read_sides

PERSON = {
    "person_id": "P1", "cccd": "040085123456", "full_name": "Nguyễn Văn Hùng", "dob": "1985-03-17", "sex": "Nam",
    "commune": "Xã Đông Lộc", "commune_code": "17878", "household_id": "H1", "rel_head": "Chủ hộ",
}  # fmt: skip
RECORD = {
    "record_id": "R1",
    "register": "y tế",
    "full_name": "NGUYEN VAN HUNG",
    "dob": "17/03/1985",
    "id_no": "40085123456",
}


def base(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "base.parquet"
    pl.DataFrame(list(rows) or [PERSON], schema=dict.fromkeys(BASE, pl.String)).write_parquet(path)
    return path


def csv(folder: Path, text: str | bytes) -> Path:
    path = folder / "register.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def link(folder: Path, register: Path, people: Path | None = None) -> tuple[int, Path]:
    out = folder / "links.csv"
    return main(["--base", str(people or base(folder)), "--register", str(register), "--out", str(out)]), out


def rejects(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / "links.rejects.csv", infer_schema=False)


def rows(out: Path) -> list[dict[str, str]]:
    return pl.read_csv(out, infer_schema=False).rows(named=True)


HEAD = "record_id,full_name,dob,id_no\n"
GOOD = "R1,NGUYEN VAN HUNG,17/03/1985,40085123456\n"


def test_one_record_is_linked_and_other_columns_are_kept(tmp_path: Path) -> None:
    text = "record_id,full_name,dob,id_no,mã thẻ\nR1,NGUYEN VAN HUNG,17/03/1985,40085123456,BH7\n"
    code, out = link(tmp_path, csv(tmp_path, text))
    assert code == 0
    (row,) = rows(out)
    assert list(row) == ["record_id", "person_id", "probability", "decision", "reasons", "mã thẻ"]
    assert (row["record_id"], row["person_id"], row["decision"], row["mã thẻ"]) == (
        "R1",
        "P1",
        "accept",
        "BH7",
    )
    assert "số định danh trùng" in row["reasons"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base.parquet", "links.csv", "register.csv"]


def test_a_stranger_is_nobody(tmp_path: Path) -> None:
    code, out = link(tmp_path, csv(tmp_path, HEAD + "R1,Trần Thị Hoa,01/02/1999,\n"))
    assert code == 0
    (row,) = rows(out)
    assert (row["person_id"], row["decision"]) == (None, "none")


def test_one_bad_byte_costs_one_row(tmp_path: Path) -> None:
    code, out = link(tmp_path, csv(tmp_path, (HEAD + GOOD).encode() + b"R2,Nguy\xf4n,1985,\n"))
    assert code == 0
    assert len(rows(out)) == 1
    bad = rejects(tmp_path).row(0, named=True)
    assert (bad["row"], bad["column"]) == ("2", "full_name")
    assert "UTF-8" in bad["reason"]


def test_a_file_of_another_encoding_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HEAD + "".join(f"R{n},Trần Văn Hùng,1985,\n" for n in range(100))
    code, _ = link(
        tmp_path, csv(tmp_path, text.replace("ầ", "Ç").replace("ă", "¨").encode("latin-1", "replace"))
    )
    assert code == 2
    message = capsys.readouterr().err
    assert "register.csv" in message
    assert "UTF-8" in message
    assert "full_name" in message


def test_utf16_is_read(tmp_path: Path) -> None:
    code, out = link(tmp_path, csv(tmp_path, (HEAD + GOOD).encode("utf-16")))
    assert code == 0
    assert rows(out)[0]["person_id"] == "P1"


def test_shifted_columns_and_half_a_last_line(tmp_path: Path) -> None:
    text = HEAD + GOOD + "R2,17/03/1985,NGUYEN VAN HUNG,\nR3,a,b,c,d\nR4,Nguy"
    code, out = link(tmp_path, csv(tmp_path, text))
    assert code == 0
    assert [row["record_id"] for row in rows(out)] == ["R1"]
    found = {
        (row["row"], row["reason"].split(":")[0].split(",")[0]) for row in rejects(tmp_path).rows(named=True)
    }
    assert found == {("2", "các cột bị lệch"), ("3", "hàng có 5 ô"), ("4", "hàng có 2 ô")} or len(found) == 3


def test_forty_megabytes_in_one_cell(tmp_path: Path) -> None:
    code, out = link(tmp_path, csv(tmp_path, f"{HEAD}R0,{'x' * 40_000_000},1985,\n{GOOD}"))
    assert code == 0
    assert [row["record_id"] for row in rows(out)] == ["R1"]
    assert rejects(tmp_path).height == 1


def test_a_long_cell_in_parquet(tmp_path: Path) -> None:
    path = tmp_path / "register.parquet"
    pl.DataFrame([RECORD, RECORD | {"record_id": "R2", "full_name": "y" * 5_000_000}]).write_parquet(path)
    code, out = link(tmp_path, path)
    assert code == 0
    assert len(rows(out)) == 1
    assert rejects(tmp_path).row(0, named=True)["column"] == "full_name"


def test_many_identical_rows_are_one(tmp_path: Path) -> None:
    path = tmp_path / "register.parquet"
    pl.concat([pl.DataFrame([RECORD])] * 50_000).write_parquet(path)
    code, out = link(tmp_path, path)
    assert code == 0
    assert len(rows(out)) == 1
    assert rejects(tmp_path).height == 49_999


def test_the_same_person_under_many_record_ids(tmp_path: Path) -> None:
    path = tmp_path / "register.parquet"
    pl.DataFrame([RECORD | {"record_id": f"R{n}"} for n in range(3000)]).write_parquet(path)
    code, out = link(tmp_path, path)
    assert code == 0
    assert {row["person_id"] for row in rows(out)} <= {"P1", None}


@pytest.mark.parametrize(
    ("people", "text", "words"),
    [
        ([], HEAD + GOOD, "không có hàng nào"),
        ([PERSON], "record_id,x\nR1,1\n", "không có cột nào để đối chiếu"),
        ([PERSON], "full_name\nA\n", "thiếu cột record_id"),
        ([PERSON], "", "thiếu cột record_id"),
        ([PERSON], "record_id,full_name,full_name\n", "hai cột cùng tên"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], people: list[dict[str, str]], text: str, words: str
) -> None:
    path = tmp_path / "people.parquet"
    pl.DataFrame(people, schema=dict.fromkeys(BASE, pl.String)).write_parquet(path)
    code, out = link(tmp_path, csv(tmp_path, text), path)
    assert code == 2
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_a_person_twice_in_the_base_is_told(tmp_path: Path) -> None:
    people = base(tmp_path, PERSON, PERSON | {"full_name": "Lê Thị Ba"}, PERSON | {"person_id": ""})
    code, out = link(tmp_path, csv(tmp_path, HEAD + GOOD), people)
    assert code == 0
    assert rows(out)[0]["person_id"] == "P1"
    told = rejects(tmp_path).rows(named=True)
    assert [(row["row"], row["column"]) for row in told] == [("3", "person_id"), ("2", "person_id")]


def test_an_empty_register_gives_an_empty_answer(tmp_path: Path) -> None:
    code, out = link(tmp_path, csv(tmp_path, HEAD))
    assert code == 0
    assert rows(out) == []


def test_a_file_that_is_no_parquet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "register.parquet"
    path.write_bytes(b"PK not a parquet")
    code, _ = link(tmp_path, path)
    assert code == 2
    assert "register.parquet" in capsys.readouterr().err


def test_what_was_read_serves_the_next_run(invented: Path, tmp_path: Path) -> None:
    files = (invented / "base.parquet", invented / "register.parquet")

    def column(path: Path, name: str) -> pl.Series:
        return pl.read_parquet(path, columns=[name])[name]

    read = read_sides(lambda name: column(files[0], name), lambda name: column(files[1], name))
    kept = Kept.beside(tmp_path / "links.parquet", files)
    assert kept.load() is None
    kept._write(read)
    again = Kept.beside(tmp_path / "links.parquet", files).load()
    assert again is not None
    assert (again[1].dob == read[1].dob).all()
    assert again[2].text.equals(read[2].text)
    other = Kept.beside(tmp_path / "links.parquet", (files[1], files[0]))
    other.mark["version"] = 0
    assert other.load() is None
    kept.forget()
    assert not kept.folder.exists()


def test_the_columns_of_the_command_are_those_promised() -> None:
    assert len(BASE) == 18
    assert len(REGISTER) == 12


def test_columns_of_any_type_and_headers_of_any_case_are_read(tmp_path: Path) -> None:
    register = tmp_path / "register.parquet"
    pl.DataFrame(
        {
            " Record_ID ": [1], "FULL_NAME": ["Nguyễn Văn Hùng"], "dob": [19850317.0], "ID_NO": [40085123456],
            "phone": [[1, 2]], "sex": [True], "address": [{"xã": "Đông Lộc"}], "notes": [["a", None]],
        }
    ).write_parquet(register)  # fmt: skip
    code, out = link(tmp_path, register)
    assert code == 0
    (row,) = rows(out)
    assert (row["record_id"], row["person_id"], row["notes"]) == ("1", "P1", "['a', None]")


def test_the_memory_told_is_this_process_own_and_not_its_parent_s() -> None:
    held = bytearray(400_000_000)
    held[::4096] = b"x" * len(held[::4096])
    child = "from motcua.quality.management.link import peak_memory; print(peak_memory())"
    done = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True)
    assert held[0] == ord("x")
    assert float(done.stdout) < 0.39
