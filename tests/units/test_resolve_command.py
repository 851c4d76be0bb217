"""`motcua units resolve`: a CSV in, a CSV out, and plain words when it cannot."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from motcua.units.management.resolve import ADDED, main


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "in.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def answers(path: Path) -> list[dict[str, str]]:
    limit = csv.field_size_limit(2_000_000)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    finally:
        csv.field_size_limit(limit)


def run(folder: Path, text: str | bytes, *more: str) -> list[dict[str, str]]:
    out = folder / "out.csv"
    assert main(["--in", str(written(folder, text)), "--out", str(out), *more]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["in.csv", "out.csv"]
    return answers(out)


def test_every_column_is_kept_and_six_are_added(tmp_path: Path) -> None:
    rows = run(tmp_path, 'id,text\n1,"xã Nghi Vạn, huyện Nghi Lộc"\n2,"xa nghi van, nghi loc"\n3,\n')
    assert list(rows[0]) == ["id", "text", *ADDED]
    assert rows[0] == {
        "id": "1",
        "text": "xã Nghi Vạn, huyện Nghi Lộc",
        "province": "Tỉnh Nghệ An",
        "district": "Huyện Nghi Lộc",
        "commune": "Xã Nghi Vạn",
        "code": "17911",
        "vintage": "2024-12-01",
        "decision": "exact",
    }
    assert rows[1]["decision"] == "candidates"
    assert set(rows[1]["code"].split("|")) == {"17830", "17911"}
    assert rows[1]["vintage"] == ""
    assert rows[2]["decision"] == "none"
    assert rows[2]["code"] == rows[2]["province"] == ""


def test_the_day_and_the_column_can_be_named(tmp_path: Path) -> None:
    text = "\ufeffđịa chỉ\nxã Minh Châu tỉnh Nghệ An\n"
    [row] = run(tmp_path, text, "--column", "địa chỉ", "--on", "2026-01-01")
    assert (row["code"], row["decision"], row["district"]) == ("17476", "exact", "")


def test_rows_that_are_too_short_long_empty_or_huge_do_not_stop_it(tmp_path: Path) -> None:
    big = "x" * 1_000_000
    rows = run(tmp_path, f'id,text\n1\n\n2,"phường Vinh Phú",extra\n3,{big}\n4,"\x00\x07"\n')
    assert [(row["id"], row["decision"]) for row in rows] == [
        ("1", "none"),
        ("2", "exact"),
        ("3", "none"),
        ("4", "none"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no column 'text'"),
        ("name\nVinh\n", "no column 'text'; the columns are: name"),
        ("text,code\nVinh,1\n", "already has the column(s) code"),
        ("text\nxã Nghi Vạn\n".encode("utf-16"), "not UTF-8"),
        ("text\nx\xe3 Nghi V\xb9n\n".encode("latin-1"), "not UTF-8"),
        ('text\n"' + "y" * 10_000_001 + '"\n', "not a readable CSV"),
    ],
    ids=["empty", "other column", "column taken", "utf-16", "one-byte", "field too large"],
)
def test_an_input_that_is_not_usable_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | bytes, said: str
) -> None:
    out = tmp_path / "out.csv"
    assert main(["--in", str(written(tmp_path, content)), "--out", str(out)]) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_missing_file_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--in", str(tmp_path / "none.csv"), "--out", str(tmp_path / "out.csv")]) == 2
    assert "no such file" in capsys.readouterr().err


def test_it_reads_and_writes_the_standard_streams(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("text\nphường Vinh Phú\n"))
    assert main([]) == 0
    captured = capsys.readouterr()
    assert "Phường Vinh Phú,16702,2025-07-01,exact" in captured.out
    assert captured.err == "exact: 1, candidates: 0, none: 0\n"


def test_the_django_command_does_the_same(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    source = written(tmp_path, "text\nphường Vinh Phú\n")
    call_command("units_resolve", "--in", str(source), "--out", str(out), "--on", "2026-01-01")
    assert [row["code"] for row in answers(out)] == ["16702"]
    with pytest.raises(CommandError):
        call_command("units_resolve", "--in", str(tmp_path / "none.csv"), "--out", str(out))


def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    source = written(tmp_path, "text\n" + "phường Vinh Phú\n" * 50_000)
    command = [sys.executable, "-m", "motcua.units.management.resolve", "--in", str(source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("text,province")
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(timeout=180) == 0
