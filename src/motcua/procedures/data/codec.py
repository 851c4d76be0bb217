"""Turns plain mappings (YAML, JSON) into frozen dataclasses and back, refusing whatever it does not know.

The shape of a dataclass is its schema: `decode` reads the type hints, refuses unknown keys, missing keys and
wrong types, and names the place by its path (`components[2].originals`). A class with an own spelling in
files defines `read(raw)` (class method) and `write()`.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, ClassVar, TypeVar

from motcua.base.errors import DomainError

T = TypeVar("T")

MAX_DEPTH = 24

_readers: dict[object, Callable[[object], object]] = {}
_writers: dict[type, Callable[[Any], Any]] = {}


def spell(cls: type[T], *, read: Callable[[object], T], write: Callable[[T], Any]) -> None:
    """Give a type of another package its own spelling in files (`5 working_day` for a time limit)."""
    _readers[cls] = read
    _writers[cls] = write


class InvalidContent(DomainError):
    """The description of the procedure is not valid at {path}: {problem}."""

    message_vi: ClassVar[str] = "Nội dung thủ tục chưa đúng tại {path}: {problem}."

    def __init__(self, path: str, problem: str) -> None:
        self.path = path or "(gốc)"
        self.problem = problem
        super().__init__(f"{self.path}: {problem}", path=self.path, problem=problem)


def decode(cls: type[T], raw: object, path: str = "") -> T:
    """Build a `cls` from `raw`; raises `InvalidContent` with the path of the first thing that is wrong."""
    return typing.cast(T, _value(cls, raw, path, 0))


def encode(value: object) -> Any:  # noqa: PLR0911 one return per type
    """The JSON-able form that `decode` reads back; fields that hold their default are left out."""
    if value is None or isinstance(value, str | bool | int | float):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [encode(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): encode(v) for k, v in value.items()}
    if type(value) in _writers:
        return _writers[type(value)](value)
    if hasattr(value, "write"):
        return value.write()
    if dataclasses.is_dataclass(value):
        return {
            f.name: encode(v)
            for f in dataclasses.fields(value)
            if (v := getattr(value, f.name)) != f.default or f.default is dataclasses.MISSING
        }
    raise TypeError(f"cannot write {type(value).__name__}")


@functools.cache
def _plan(cls: Any) -> dict[str, tuple[Any, bool]]:
    """Name → (type, is it required) for each field of a dataclass."""
    hints = typing.get_type_hints(cls)
    return {
        f.name: (
            hints[f.name],
            f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING,
        )
        for f in dataclasses.fields(cls)
        if f.init
    }


def _value(hint: Any, raw: object, path: str, depth: int) -> object:  # noqa: PLR0911 one return per type
    if depth > MAX_DEPTH:
        raise InvalidContent(path, "lồng nhau quá sâu")
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _optional(hint, raw, path, depth)
    if origin is tuple:
        return _tuple(hint, raw, path, depth)
    if origin in (dict, Mapping) or hint is Mapping:
        return _mapping(hint, raw, path, depth)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint, raw, path)
    reader = _readers.get(hint) or getattr(hint, "read", None)
    if reader is not None:
        return _own(reader, raw, path)
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint, raw, path, depth)
    return _scalar(hint, raw, path)


def _optional(hint: Any, raw: object, path: str, depth: int) -> object:
    if raw is None:
        return None
    (inner,) = (a for a in typing.get_args(hint) if a is not type(None))
    return _value(inner, raw, path, depth)


def _tuple(hint: Any, raw: object, path: str, depth: int) -> object:
    if not isinstance(raw, list | tuple):
        raise InvalidContent(path, f"cần một danh sách, gặp {_kind(raw)}")
    inner = typing.get_args(hint)[0]
    return tuple(_value(inner, item, f"{path}[{i}]", depth + 1) for i, item in enumerate(raw))


def _mapping(hint: Any, raw: object, path: str, depth: int) -> object:
    if not isinstance(raw, Mapping):
        raise InvalidContent(path, f"cần một bảng khóa–giá trị, gặp {_kind(raw)}")
    inner = typing.get_args(hint)[1]
    return {str(k): _value(inner, v, f"{path}.{k}", depth + 1) for k, v in raw.items()}


def _enum(hint: type[Enum], raw: object, path: str) -> object:
    try:
        return hint(raw)
    except ValueError:
        known = ", ".join(str(m.value) for m in hint)
        raise InvalidContent(path, f"{raw!r} không có trong danh sách ({known})") from None


def _own(reader: Callable[[object], object], raw: object, path: str) -> object:
    try:
        return reader(raw)
    except InvalidContent as error:
        raise InvalidContent(path, error.problem) from None
    except DomainError as error:
        raise InvalidContent(path, error.public()) from None
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidContent(path, str(error)) from None


def _dataclass(cls: Any, raw: object, path: str, depth: int) -> object:
    if not isinstance(raw, Mapping):
        raise InvalidContent(path, f"cần một bảng khóa–giá trị, gặp {_kind(raw)}")
    plan = _plan(cls)
    unknown = sorted(str(k) for k in raw if k not in plan)
    if unknown:
        known = ", ".join(plan)
        raise InvalidContent(_join(path, unknown[0]), f"khóa không có trong lược đồ (các khóa: {known})")
    kwargs = {}
    for name, (hint, required) in plan.items():
        if name in raw:
            kwargs[name] = _value(hint, raw[name], _join(path, name), depth + 1)
        elif required:
            raise InvalidContent(_join(path, name), "thiếu khóa bắt buộc")
    try:
        return cls(**kwargs)
    except InvalidContent as error:
        raise InvalidContent(_join(path, error.path), error.problem) from None
    except ValueError as error:
        raise InvalidContent(path, str(error)) from None


def _scalar(hint: Any, raw: object, path: str) -> object:  # noqa: PLR0911 one return per type
    if hint is Any or hint is object:
        return raw
    if hint is str and isinstance(raw, str):
        return raw.strip()
    if hint is bool and isinstance(raw, bool):
        return raw
    if hint is int and isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if hint is date:
        return _date(raw, path)
    if hint is datetime:
        return _moment(raw, path)
    if hint is Decimal and isinstance(raw, int | float | str) and not isinstance(raw, bool):
        try:
            number = Decimal(str(raw))
        except InvalidOperation:
            raise InvalidContent(path, f"{raw!r} không phải là số") from None
        if number.is_finite():
            return number
    raise InvalidContent(path, f"cần {_NAMES.get(hint, hint)}, gặp {_kind(raw)}")


def _date(raw: object, path: str) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise InvalidContent(path, f"cần ngày dạng 2025-07-01, gặp {raw!r}")


def _moment(raw: object, path: str) -> datetime:
    try:
        moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
    except ValueError:
        raise InvalidContent(path, f"cần thời điểm ISO 8601, gặp {raw!r}") from None
    if moment.tzinfo is None:
        raise InvalidContent(path, "thời điểm phải có múi giờ, ví dụ 2025-07-01T00:00:00+07:00")
    return moment


_NAMES: dict[object, str] = {str: "chữ", bool: "true hoặc false", int: "số nguyên", Decimal: "số"}


def _kind(raw: object) -> str:
    if raw is None:
        return "để trống"
    if isinstance(raw, Mapping):
        return "bảng khóa–giá trị"
    if isinstance(raw, list | tuple):
        return "danh sách"
    if isinstance(raw, str):
        return f"chữ {raw[:40]!r} (số, ngày và mã nên đặt trong ngoặc kép)"
    return f"{type(raw).__name__} {raw!r}"[:60]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
