"""Tables as people send them (CSV, Excel, Parquet): a header and rows of text; a bad row is kept with its reason."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

MOST_BYTES = 60 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
LONGEST_CELL = 4_000
_UNPACKED = 400 * 1024 * 1024  # a workbook that unpacks to more is no register of this size
_TABS = ",;\t|"


class SheetUnreadable(ValueError):
    """The file cannot be read as a table; the argument is the Vietnamese sentence, then the English one."""

    @property
    def sentences(self) -> tuple[str, str]:
        """Vietnamese, English."""
        return str(self.args[0]), str(self.args[1])


@dataclass(frozen=True, kw_only=True)
class Row:
    """Row `number` (1 is the first after the header); `problem` says why it cannot be used, "" if it can."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""


def read_sheet(content: bytes, name: str) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The header, and the rows one by one. Raises `SheetUnreadable`, also in the middle when rows are too many."""
    if len(content) > MOST_BYTES:
        raise SheetUnreadable("Tệp lớn hơn 60 MB.", "The file is larger than 60 MB.")
    if not content.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise SheetUnreadable("Tệp rỗng.", "The file is empty.")
    if content[:4] == b"PAR1":
        lines = _parquet(content)
    elif content[:4] == b"PK\x03\x04":
        lines = _workbook(content)
    elif content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise SheetUnreadable(
            "Đây là Excel đời cũ (.xls); hãy lưu lại thành .xlsx.", "An old .xls workbook: save it as .xlsx."
        )
    else:
        lines = _csv(content)
    header = _header(next(lines, []))
    return header, _rows(header, lines)


def _header(cells: list[str] | str) -> tuple[str, ...]:
    names = [cell.strip().lstrip("\ufeff").replace("\x00", "")[:120] for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SheetUnreadable("Hàng đầu không có tên cột.", "The first row has no column names.")
    if len(names) > MOST_COLUMNS:
        raise SheetUnreadable(
            f"Tệp có {len(names)} cột, nhiều nhất {MOST_COLUMNS}.", f"More than {MOST_COLUMNS} columns."
        )
    named = [name or f"cột {at}" for at, name in enumerate(names, 1)]
    again = next((name for name in named if named.count(name) > 1), "")
    if again:
        raise SheetUnreadable(
            f"Hai cột cùng tên: {again[:60]}.", f"Two columns have the same name: {again[:60]}."
        )
    return tuple(named)


def _rows(header: tuple[str, ...], lines: Iterator[list[str] | str]) -> Iterator[Row]:
    width, number, latin = len(header), 0, 0
    for cells in lines:
        if not isinstance(cells, str) and not any(cell.strip() for cell in cells):
            continue
        number += 1
        if number > MOST_ROWS:
            raise SheetUnreadable(
                f"Tệp có hơn {MOST_ROWS:,} hàng; hãy dùng lệnh motcua quality link.".replace(",", "."),
                f"More than {MOST_ROWS:,} rows: use the command motcua quality link.",
            )
        row = _row(header, width, number, cells)
        latin += row.problem.endswith("UTF-8")
        if latin > 20 and latin * 2 > number:
            raise SheetUnreadable(
                f"Tệp không phải UTF-8 (hàng {number}: {row.problem}); hãy lưu lại với bảng mã UTF-8.",
                f"The file is not UTF-8 (row {number}); save it as UTF-8.",
            )
        yield row
    if number == 0:
        raise SheetUnreadable("Tệp chỉ có hàng tiêu đề.", "The file has a header and no rows.")


def _row(header: tuple[str, ...], width: int, number: int, cells: list[str] | str) -> Row:
    if isinstance(cells, str):
        return Row(number=number, cells=(), problem=f"hàng không đọc được ({cells[:80]})")
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    kept = tuple(_kept(cell) for cell in cells[:width])
    if len(cells) != width:
        return Row(number=number, cells=kept, problem=f"hàng có {len(cells)} ô, tiêu đề có {width}")
    for at, cell in enumerate(cells):
        if len(cell) > LONGEST_CELL:
            return Row(
                number=number, cells=kept, problem=f"{header[at][:60]}: ô dài hơn {LONGEST_CELL} ký tự"
            )
        if not cell.isascii() and any("\udc80" <= char <= "\udcff" for char in cell):
            return Row(number=number, cells=kept, problem=f"{header[at][:60]}: ký tự không phải UTF-8")
    return Row(number=number, cells=kept)


def _kept(cell: str) -> str:
    """What a database can keep: no null characters, no half characters, not longer than a cell may be."""
    return cell[:LONGEST_CELL].replace("\x00", "").encode("utf-8", "replace").decode()


def _csv(content: bytes) -> Iterator[list[str] | str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
    else:
        text = content.decode("utf-8-sig", "surrogateescape")
    first = text[:20_000].split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_TABS, key=first.count))
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # the reader goes on with the next line
            yield str(error)


def _workbook(content: bytes) -> Iterator[list[str] | str]:
    from openpyxl import load_workbook  # brings numpy: 30 MB in each process that never reads a sheet

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _UNPACKED:
                raise SheetUnreadable("Tệp Excel bung ra quá lớn.", "The workbook unpacks to too much.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for values in islice(book.worksheets[0].iter_rows(values_only=True), MOST_ROWS + 2):
            yield [_cell(value) for value in values]
    except SheetUnreadable:
        raise
    except Exception as error:  # openpyxl raises whatever its XML parser and zip reader raise
        raise SheetUnreadable("Tệp không đọc được như Excel.", "Not readable as a workbook.") from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _parquet(content: bytes) -> Iterator[list[str] | str]:
    import polars as pl  # a web process that reads no such file does without it

    try:
        lazy = pl.scan_parquet(io.BytesIO(content))
        schema = lazy.collect_schema()
        if len(schema) > MOST_COLUMNS:
            raise SheetUnreadable(f"Tệp có hơn {MOST_COLUMNS} cột.", f"More than {MOST_COLUMNS} columns.")
        days = [name for name, kind in schema.items() if kind in (pl.Date, pl.Datetime)]
        nested = [name for name, kind in schema.items() if kind.is_nested()]
        frame = (
            lazy.drop(nested)
            .head(MOST_ROWS + 2)
            .with_columns(pl.col(days).dt.strftime("%d/%m/%Y"))
            .with_columns(pl.all().cast(pl.String, strict=False).fill_null(""))
            .collect()
        )
    except pl.exceptions.PolarsError as error:
        raise SheetUnreadable("Tệp không đọc được như Parquet.", "Not readable as Parquet.") from error
    yield list(frame.columns)
    for values in frame.iter_rows():
        yield list(values)
