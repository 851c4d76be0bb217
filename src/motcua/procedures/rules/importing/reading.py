"""Reads records out of JSON and JSON-lines files, gzipped or not; what cannot be read becomes a reason, not a crash."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_RECORD = 8_000_000
MAX_DOCUMENT = 400_000_000
EXCERPT = 300
WRAPPERS = ("result", "data", "items", "content", "records", "procedures", "value")


@dataclass(frozen=True, kw_only=True)
class Record:
    """One thing found in a file: parsed `value`, or the `reason` why it is kept out. `position` counts from 1."""

    position: int
    value: Any = None
    reason: str = ""
    excerpt: str = ""


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the text says why and what to do."""


def read_records(path: Path) -> Iterator[Record]:
    """Every record of a file, in order. Raises `UnreadableFile` when it cannot be opened."""
    try:
        with path.open("rb") as raw:
            if raw.peek(2)[:2] != b"\x1f\x8b":
                yield from _records(raw)
                return
            with gzip.GzipFile(fileobj=raw) as unpacked, io.BufferedReader(unpacked, 1 << 20) as stream:
                yield from _records(stream)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise UnreadableFile(f"không mở được tệp {path.name}: {error.strerror}") from error


def _records(stream: io.BufferedReader[Any]) -> Iterator[Record]:
    """The right reader for what the file begins with; a stream that ends too early ends with a reason."""
    try:
        start = stream.peek(4)[:4]
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            yield from _document(stream, "utf-16")
            return
        if start.startswith(codecs.BOM_UTF8):
            stream.read(3)
        head = stream.peek(1 << 16)[: 1 << 16].lstrip()
        if not head:
            return
        if head[:1] == b"[":
            yield from _document(stream, "utf-8")
        elif head[:1] == b"{":
            yield from _lines(stream)
        else:
            raise UnreadableFile("tệp không phải JSON: phải bắt đầu bằng [ hoặc {")
    except EOFError:
        yield Record(position=0, reason="tệp nén bị cắt giữa chừng; hãy tải lại tệp")
    except (gzip.BadGzipFile, zlib.error) as error:
        yield Record(position=0, reason=f"tệp nén hỏng ({error}); hãy tải lại tệp")


def _lines(stream: io.BufferedReader[Any]) -> Iterator[Record]:
    """JSON lines; a file whose first line is no whole object is read as one document."""
    position = 0
    while True:
        line = stream.readline(MAX_RECORD + 1)
        if not line:
            return
        position += 1
        if len(line) > MAX_RECORD and not line.endswith(b"\n"):
            size = len(line) + _skip_line(stream)
            yield Record(position=position, reason=_too_large(size), excerpt=_cut(line))
            continue
        if not line.strip():
            continue
        record = _parse_line(line, position, ended=line.endswith(b"\n"))
        if record.reason and position == 1 and line.strip() in (b"{", b"{ "):
            yield from _document(io.BufferedReader(_Chain(line, stream)), "utf-8")
            return
        yield from _unwrapped(record)


class _Chain(io.RawIOBase):
    """The line already read, then the rest of the stream."""

    def __init__(self, first: bytes, rest: io.BufferedReader[Any]) -> None:
        self._first, self._rest = first, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._first[: len(buffer)] or self._rest.read(len(buffer))
        self._first = self._first[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _skip_line(stream: io.BufferedReader[Any]) -> int:
    skipped = 0
    while True:
        piece = stream.readline(1 << 20)
        skipped += len(piece)
        if not piece or piece.endswith(b"\n"):
            return skipped


def _parse_line(line: bytes, position: int, *, ended: bool) -> Record:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return Record(position=position, reason=_not_utf8(error), excerpt=_cut(line))
    try:
        return Record(position=position, value=_loads(text))
    except (ValueError, RecursionError) as error:
        what = "dòng bị cắt giữa chừng" if not ended else "dòng không phải JSON"
        return Record(position=position, reason=f"{what}: {_problem(error)}", excerpt=text[:EXCERPT])


def _document(stream: io.BufferedReader[Any], encoding: str) -> Iterator[Record]:
    """One JSON document: a list of records, one record, or a wrapper around a list. A broken tail is one record."""
    data = stream.read(MAX_DOCUMENT + 1)
    if len(data) > MAX_DOCUMENT:
        raise UnreadableFile(
            f"tệp lớn hơn {MAX_DOCUMENT // 1_000_000} MB; hãy chuyển thành mỗi dòng một bản ghi"
        )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        yield Record(position=0, reason=_not_utf8(error), excerpt=_cut(data))
        return
    text = text.lstrip("\ufeff")
    stripped = text.lstrip()
    if not stripped.startswith("["):
        try:
            yield from _unwrapped(Record(position=1, value=_loads(text)))
        except (ValueError, RecursionError) as error:
            yield Record(position=1, reason=f"không phải JSON: {_problem(error)}", excerpt=text[:EXCERPT])
        return
    yield from _array(text, text.index("[") + 1)


def _array(text: str, at: int) -> Iterator[Record]:
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    position = 0
    while True:
        at = _skip(text, at, " \t\r\n,")
        if at >= len(text):
            yield Record(position=position + 1, reason="danh sách bị cắt giữa chừng (thiếu dấu ] cuối)")
            return
        if text[at] == "]":
            rest = text[at + 1 :].strip()
            if rest:
                yield Record(
                    position=position + 1, reason="sau dấu ] còn nội dung lạ", excerpt=rest[:EXCERPT]
                )
            return
        position += 1
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            reason = f"JSON hỏng từ bản ghi {position}: {_problem(error)}"
            yield Record(position=position, reason=reason, excerpt=text[at : at + EXCERPT])
            return
        if end - at > MAX_RECORD:
            yield Record(position=position, reason=_too_large(end - at), excerpt=text[at : at + EXCERPT])
        else:
            yield Record(position=position, value=value)
        at = end


def _skip(text: str, at: int, letters: str) -> int:
    while at < len(text) and text[at] in letters:
        at += 1
    return at


def _unwrapped(record: Record) -> Iterator[Record]:
    """Records inside `{"error_code": 0, "result": [...]}` and the like; anything else as it is."""
    value = record.value
    if isinstance(value, dict) and len(value) <= 12:
        for key in WRAPPERS:
            inner = value.get(key)
            if isinstance(inner, list) and inner and all(isinstance(i, dict) for i in inner):
                if {"code", "ma_thu_tuc", "MATTHC"} & set(value):
                    break
                for i, item in enumerate(inner, start=1):
                    yield Record(position=i, value=item)
                return
            if isinstance(inner, dict) and {"MATTHC", "code", "ma_thu_tuc"} & set(inner):
                yield Record(position=record.position, value=inner)
                return
    yield record


def _loads(text: str) -> Any:
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} không phải là giá trị JSON")


def _problem(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "lồng nhau quá sâu"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (ký tự {error.pos + 1})"
    return str(error)


def _not_utf8(error: UnicodeDecodeError) -> str:
    return f"không phải UTF-8 (byte thứ {error.start + 1}); hãy chuyển tệp sang UTF-8 rồi nhập lại"


def _too_large(size: int) -> str:
    return f"bản ghi dài {size / 1_000_000:.0f} MB, tối đa {MAX_RECORD // 1_000_000} MB"


def _cut(data: bytes) -> str:
    return data[:EXCERPT].decode("utf-8", errors="replace").replace("\x00", "")
