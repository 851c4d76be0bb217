"""Reads the dated rules of the law on fees from YAML: strictly, naming the file and the entry that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from motcua.base.data import Source, Validity
from motcua.fees.data import BaseSalary, Entitlement, FeeLaw, Origin, Reduction, TariffLine
from motcua.procedures.data import ChannelKind, FeeKind

FOLDER = Path(__file__).resolve().parent.parent / "law"
T = TypeVar("T")


class BadFeeLaw(ValueError):
    """A file of fee law cannot be read; the message names file and entry."""


@lru_cache(maxsize=8)
def load(own: Path | None = None) -> FeeLaw:
    """The rules that ship with the system, and those of the province's own folder `own` (*.yaml) after them.

    A file holds any of `tariffs`, `reductions`, `base_salary`. Raises `BadFeeLaw`.
    """
    found = [_read(path) for folder in (FOLDER, own) if folder is not None for path in _files(folder)]
    law = FeeLaw(
        tariffs=tuple(line for one in found for line in one.tariffs),
        reductions=tuple(rule for one in found for rule in one.reductions),
        salaries=tuple(salary for one in found for salary in one.salaries),
    )
    ids = [rule.id for rule in law.reductions]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise BadFeeLaw(f"reduction {twice!r} is written down twice")
    return law


def _files(folder: Path) -> Iterable[Path]:
    if not folder.is_dir():
        raise BadFeeLaw(f"{folder} is no folder")
    return sorted(path for path in folder.glob("*.yaml") if path.name != "receipts.yaml")


def _read(path: Path) -> FeeLaw:
    raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    unknown = set(raw) - {"tariffs", "reductions", "base_salary"}
    if unknown:
        raise BadFeeLaw(f"{path.name}: unknown parts {sorted(unknown)}")
    return FeeLaw(
        tariffs=_all(path, "tariffs", raw, _tariff),
        reductions=_all(path, "reductions", raw, _reduction),
        salaries=_all(path, "base_salary", raw, _salary),
    )


def _all(
    path: Path, part: str, raw: Mapping[str, Any], build: Callable[[dict[str, Any]], T]
) -> tuple[T, ...]:
    found = []
    for number, entry in enumerate(raw.get(part) or (), start=1):
        try:
            found.append(build(dict(entry)))
        except (KeyError, TypeError, ValueError) as error:
            raise BadFeeLaw(f"{path.name}, {part} {number}: {error}") from error
    return tuple(found)


def _dated(entry: dict[str, Any]) -> dict[str, Any]:
    """Takes the common keys out of `entry`."""
    known = entry.pop("known_from")
    known_from = known if isinstance(known, datetime) else datetime.fromisoformat(str(known))
    if known_from.tzinfo is None:
        raise ValueError("known_from must carry its zone")
    return {
        "validity": Validity(start=_day(entry.pop("valid_from")), end=_end(entry.pop("valid_to", None))),
        "known_from": known_from,
        "source": Source.from_mapping(entry.pop("source")),
    }


def _day(raw: object) -> date:
    return raw if isinstance(raw, date) else date.fromisoformat(str(raw))


def _end(raw: object) -> date | None:
    return None if raw is None else _day(raw)


def whole(raw: object, name: str) -> int:
    """A whole number of đồng or per cent; a text, a fraction or a truth value is refused."""
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise ValueError(f"{name} must be a whole number, zero or more, not {raw!r}")
    return raw


def _maybe(entry: dict[str, Any], name: str) -> int | None:
    raw = entry.pop(name, None)
    return None if raw is None else whole(raw, name)


def _done(entry: Mapping[str, Any]) -> None:
    if entry:
        raise ValueError(f"unknown keys {sorted(entry)}")


def _tariff(entry: dict[str, Any]) -> TariffLine:
    channel = entry.pop("channel", None)
    line = TariffLine(
        **_dated(entry),
        procedure=str(entry.pop("procedure")),
        name=str(entry.pop("name")),
        name_en=str(entry.pop("name_en", "")),
        kind=FeeKind(entry.pop("kind")),
        code=str(entry.pop("code", "")),
        amount=_maybe(entry, "amount"),
        per=str(entry.pop("per", "hồ sơ")),
        max_amount=_maybe(entry, "max_amount"),
        case=str(entry.pop("case", "")),
        channel=None if channel is None else ChannelKind(channel),
        origin=Origin(entry.pop("origin")),
        group=str(entry.pop("group", "")),
    )
    _done(entry)
    return line


def _reduction(entry: dict[str, Any]) -> Reduction:
    rule = Reduction(
        **_dated(entry),
        id=str(entry.pop("id")),
        name_vi=str(entry.pop("name_vi")),
        name_en=str(entry.pop("name_en")),
        procedures=frozenset(str(code) for code in entry.pop("procedures", ())),
        groups=frozenset(str(group) for group in entry.pop("groups", ())),
        channels=frozenset(ChannelKind(one) for one in entry.pop("channels", ())),
        needs=frozenset(Entitlement(one) for one in entry.pop("needs", ())),
        any_of=frozenset(Entitlement(one) for one in entry.pop("any_of", ())),
        pays_percent=_maybe(entry, "pays_percent"),
        pays_amount=_maybe(entry, "pays_amount"),
        most_off_salaries=_maybe(entry, "most_off_salaries"),
    )
    _done(entry)
    return rule


def _salary(entry: dict[str, Any]) -> BaseSalary:
    salary = BaseSalary(**_dated(entry), amount=whole(entry.pop("amount"), "amount"))
    _done(entry)
    return salary
