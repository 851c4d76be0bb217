"""Files as people have them: what can be read is read, a row that cannot is named with its column and reason."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import polars as pl

LONGEST_CELL = 4_000  # characters; what is longer is not a name, a date or an address
_ROWS_AT_ONCE = 100_000
_FIELD_LIMIT = 1_000_000
BASE = (
    "person_id", "cccd", "cmnd9", "full_name", "dob", "sex", "phone", "father_name", "mother_name", "spouse_name",
    "household_id", "rel_head", "commune_code", "commune", "old_commune_code", "old_commune", "old_district", "address",
)  # fmt: skip
REGISTER = (
    "record_id", "register", "full_name", "dob", "sex", "id_no", "phone", "father_name", "mother_name",
    "spouse_name", "head_name", "address",
)  # fmt: skip
DELETED = "deleted"  # of a file of changes: this row is gone
_KEYS = {"record_id": ("full_name", "id_no"), "person_id": ("full_name", "cccd")}


class BadFileError(Exception):
    """The file cannot be used at all; the message says why and what to do."""


@dataclass
class Rejects:
    """Rows that are not processed: file, row (1 is the first after the header), column, reason."""

    rows: list[tuple[str, int, str, str]] = field(default_factory=list)

    def add(self, file: str, row: int, column: str, reason: str) -> None:
        """Note one row."""
        self.rows.append((file, row, column, reason))

    def write(self, path: Path) -> None:
        """All of them as CSV; no file when there are none."""
        if not self.rows:
            path.unlink(missing_ok=True)
            return
        frame = pl.DataFrame(self.rows, schema=["file", "row", "column", "reason"], orient="row")
        frame.write_csv(path, include_bom=True)


@dataclass
class Table:
    """A file whose good rows can be asked for by column."""

    path: Path
    columns: list[str]
    rows: int
    keep: pl.Series | None
    _read: Callable[[str], pl.Series]

    def column(self, name: str) -> pl.Series:
        """The good rows of one column as text; nulls when the file does not have it."""
        if name not in self.columns:
            count = self.rows if self.keep is None else int(self.keep.sum())
            return pl.Series(name, [None], dtype=pl.String).new_from_index(0, count)
        column = self._read(name)
        return column if self.keep is None else column.filter(self.keep)

    def __len__(self) -> int:
        return self.rows if self.keep is None else int(self.keep.sum())


def open_table(path: Path, key: str, rejects: Rejects) -> Table:
    """The table in `path` (Parquet, or CSV by its ending), with the rows that cannot be used told to `rejects`."""
    if not path.is_file():
        raise BadFileError(f"{path}: không có tệp này")
    table = _csv(path, rejects) if path.suffix.lower() in (".csv", ".txt", ".tsv") else _parquet(path)
    table = _known_names(table, BASE if key == "person_id" else REGISTER)
    _check_header(table, key)
    if table.rows == 0 and key == "person_id":
        raise BadFileError(f"{path}: cơ sở dữ liệu dân cư không có hàng nào, không có ai để đối chiếu")
    return _checked(table, key, rejects)


def _parquet(path: Path) -> Table:
    try:
        schema = pl.read_parquet_schema(path)
        rows = pl.scan_parquet(path).select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadFileError(f"{path}: không đọc được như Parquet ({str(error).splitlines()[0]})") from error

    def read(name: str) -> pl.Series:
        try:
            column = pl.read_parquet(path, columns=[name])[name]
        except pl.exceptions.PolarsError as error:
            raise BadFileError(f"{path}: cột {name} bị hỏng ({str(error).splitlines()[0]})") from error
        if column.dtype in (pl.Date, pl.Datetime):
            return column.dt.strftime("%Y-%m-%d")
        if column.dtype.is_nested() or column.dtype == pl.Object:
            return pl.Series(
                name, [None if one is None else str(_plain(one)) for one in column], dtype=pl.String
            )
        return column.cast(pl.String, strict=False)

    return Table(path, list(schema), rows, None, read)


def _plain(value: object) -> object:
    return value.to_list() if isinstance(value, pl.Series) else value


def _known_names(table: Table, known: tuple[str, ...]) -> Table:
    """The table with the known columns under their names, however their case and blanks were written."""
    found = {name: name for name in table.columns if name in known}
    for name in table.columns:
        found.setdefault(name.strip().lower(), name)
    own = {found[name]: name for name in known if name in found}
    if all(old == new for old, new in own.items()):
        return table
    back = {new: old for old, new in own.items()}
    read = table._read
    return Table(
        table.path,
        [own.get(name, name) for name in table.columns],
        table.rows,
        table.keep,
        lambda name: read(back.get(name, name)).alias(name),
    )


def _check_header(table: Table, key: str) -> None:
    found = ", ".join(table.columns) or "không có cột nào"
    if key not in table.columns:
        raise BadFileError(f"{table.path}: thiếu cột {key}; các cột có trong tệp: {found}")
    if not any(name in table.columns for name in (*_KEYS[key], DELETED)):
        wanted = " hoặc ".join(_KEYS[key])
        raise BadFileError(
            f"{table.path}: không có cột nào để đối chiếu (cần {wanted}); các cột có trong tệp: {found}"
        )


def _checked(table: Table, key: str, rejects: Rejects) -> Table:
    """The table without rows that lack their key, repeat it, are shifted, or hold what no cell holds."""
    name = str(table.path)
    ids = table.column(key)
    bad = pl.repeat(value=False, n=table.rows, dtype=pl.Boolean, eager=True)
    empty = ids.is_null() | (ids.str.strip_chars() == "").fill_null(value=True)
    bad = _note(bad, empty, rejects, (name, key, "thiếu mã"))
    again = ~ids.is_first_distinct() & ~empty
    bad = _note(bad, again, rejects, (name, key, "mã đã có ở một hàng trước"))
    for column in BASE if key == "person_id" else REGISTER:
        if column not in table.columns:
            continue
        values = table.column(column)
        long = (values.str.len_bytes() > LONGEST_CELL).fill_null(value=False)
        bad = _note(bad, long, rejects, (name, column, f"ô dài hơn {LONGEST_CELL} ký tự"))
        if column in _SHIFTED:
            pattern, why = _SHIFTED[column]
            shifted = values.str.contains(pattern).fill_null(value=False)
            bad = _note(bad, shifted, rejects, (name, column, why))
    keep = None if not bad.any() else ~bad
    return Table(table.path, table.columns, table.rows, keep, table._read)


_SHIFTED = {
    "full_name": (r"^\s*\d[\d\s/.\-:]{5,}$", "các cột bị lệch: ô họ tên chứa số hoặc ngày"),
    "dob": (r"^\s*(?:\p{L}+\s+){2,}\p{L}+\s*$", "các cột bị lệch: ô ngày sinh chứa chữ"),
    "sex": (r"\d{3,}", "các cột bị lệch: ô giới tính chứa số"),
}


def _note(bad: pl.Series, found: pl.Series, rejects: Rejects, what: tuple[str, str, str]) -> pl.Series:
    file, column, why = what
    new = found & ~bad
    for row in new.arg_true():
        rejects.add(file, int(row) + 1, column, why)
    return bad | new


def _csv(path: Path, rejects: Rejects) -> Table:
    """A CSV read row by row: one bad row does not spoil the others."""
    encoding = _encoding(path)
    limit = csv.field_size_limit(_FIELD_LIMIT)
    try:
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as lines:
            sample = lines.read(20_000)
            lines.seek(0)
            reader = csv.reader(lines, delimiter=_delimiter(sample))
            header = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
            if len(set(header)) != len(header):
                raise BadFileError(f"{path}: hai cột cùng tên trong hàng tiêu đề: {', '.join(header)}")
            parts = list(_chunks(path, reader, header, rejects))
    finally:
        csv.field_size_limit(limit)
    empty = pl.DataFrame({name: [] for name in header}, schema=dict.fromkeys(header, pl.String))
    frame = pl.concat(parts) if parts else empty
    wrong = sum(1 for _, _, _, why in rejects.rows if why == _NOT_UTF8)
    if wrong > 20 and wrong * 2 > frame.height + wrong:
        raise BadFileError(
            f"{path}: hàng {rejects.rows[0][1]}, cột {rejects.rows[0][2]}: tệp không phải UTF-8 ({wrong} hàng);"
            " hãy lưu lại với bảng mã UTF-8"
        )
    return Table(path, header, frame.height, None, lambda name: frame[name])


_NOT_UTF8 = "ký tự không phải UTF-8"


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def _delimiter(sample: str) -> str:
    first = sample.splitlines()[0] if sample else ""
    return max(",;\t|", key=first.count)


def _chunks(
    path: Path, reader: Iterator[list[str]], header: list[str], rejects: Rejects
) -> Iterator[pl.DataFrame]:
    rows = _good_rows(path, reader, header, rejects)
    while chunk := list(islice(rows, _ROWS_AT_ONCE)):
        columns = zip(*chunk, strict=True)
        yield pl.DataFrame(
            {name: pl.Series(values, dtype=pl.String) for name, values in zip(header, columns, strict=True)}
        ).with_columns(pl.all().replace("", None))


def _good_rows(
    path: Path, reader: Iterator[list[str]], header: list[str], rejects: Rejects
) -> Iterator[list[str]]:
    name, width, number = str(path), len(header), 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            rejects.add(name, number, "", f"hàng không đọc được ({error})")
            continue
        if row is None:
            return
        if not row:
            number -= 1
            continue
        if len(row) != width:
            at = header[min(len(row), width) - 1]
            rejects.add(name, number, at, f"hàng có {len(row)} ô, tiêu đề có {width}")
            continue
        broken = next((at for at, cell in enumerate(row) if not cell.isascii() and _surrogate(cell)), None)
        if broken is not None:
            rejects.add(name, number, header[broken], _NOT_UTF8)
            continue
        yield row


def _surrogate(cell: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in cell)
