"""The portal's catalogues: procedures, agencies, fields, services; and which codes it lets pass."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from motcua_sandbox.fields import Wrong, given, plain
from motcua_sandbox.stores import Store

LISTS = ("TTHC", "COQUAN", "LINHVUC", "DVC")
# The parts of a procedure that are lists.
_PARTS = (
    "TRINHTUTHUCHIEN",
    "CACHTHUCTHUCHIEN",
    "DOITUONGTHUCHIEN",
    "KETQUATHUCHIEN",
    "CANCUPHAPLY",
    "COQUANTHUCHIEN",
    "THANHPHANHOSO",
)
_LEFT = re.compile(r"H41(\.\d{2,3})*", re.ASCII)
_RIGHT = re.compile(r"\d{2,3}(\.\d{2,3})*\.H41", re.ASCII)

_AGENCY = {
    "MADONVI": "H41",
    "TENDONVI": "UBND tỉnh Nghệ An",
    "CAPDONVI": "1",
    "HIEULUCTU": "",
    "HIEULUCDEN": "",
}


def built_in() -> dict[str, Any]:
    """What the portal knows until told otherwise: some procedures, and any other code of the right form passes.

    Codes and names of the procedures are those published; the fields' codes are ours, the real ones are not public.
    """
    raw = resources.files("motcua_sandbox.national").joinpath("procedures.csv").read_text(encoding="utf-8")
    procedures: list[dict[str, Any]] = [row | {"TRANGTHAI": "1"} for row in csv.DictReader(raw.splitlines())]
    fields = {row["MALINHVUC"]: row["TENLINHVUC"] for row in procedures}
    listed = [{"MALINHVUC": code, "TENLINHVUC": name} for code, name in sorted(fields.items())]
    return {
        "open": True,
        "TTHC": procedures,
        "COQUAN": [_AGENCY],
        "LINHVUC": listed,
        "DVC": _services(procedures),
    }


def _services(procedures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A service for each procedure, as LayDVC lists them."""
    return [
        {
            "MADVC": f"{row['MATTHC']}-DVC",
            "TENDVC": row["TENTTHC"],
            "MATTHC": row["MATTHC"],
            "TENTTHC": row["TENTTHC"],
            "TENCOQUANBANHANH": "",
            "TENLINHVUC": row["TENLINHVUC"],
            "APDUNGDVC": "1",
        }
        for row in procedures
    ]


def unit_of(code: object) -> str | None:
    """A unit's code written left to right (`H41.12`), from either style; nothing when it is not ours."""
    written = plain(code)
    if _LEFT.fullmatch(written):
        return written
    if _RIGHT.fullmatch(written):
        parts = written.split(".")[::-1]
        return ".".join(part for part in parts if part.strip("0"))
    return None


class Catalogue:
    """What the portal knows by code; kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._load(json.loads(store.setting("catalogue", "null")) or built_in())

    def replace(self, body: Mapping[str, Any]) -> str | None:
        """Take another catalogue; what is wrong with it, or nothing."""
        for name in LISTS:
            rows = body.get(name, [])
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                return f"{name} is a list of objects"
        kept = {"open": bool(body.get("open", False))} | {name: body.get(name, []) for name in LISTS}
        self._store.keep("catalogue", json.dumps(kept, ensure_ascii=False))
        self._load(kept)
        return None

    def listed(self, name: str) -> list[dict[str, Any]]:
        """One list."""
        return list(self._lists[name])

    def procedure(self, code: str) -> dict[str, Any] | None:
        """One procedure in all its parts."""
        row = self._procedures.get(code)
        if row is None:
            return None
        empty: dict[str, Any] = {name: [] for name in _PARTS}
        empty |= {"MACOQUANCONGBO": "", "YEUCAU": "", "TRANGTHAI": "1"}
        field = {name: row.get(name, "") for name in ("MALINHVUC", "TENLINHVUC")}
        whole: dict[str, Any] = empty | {"LINHVUCTHUCHIEN": [field]} | row
        return whole

    def wrong_codes(self, unit: str, item: Mapping[str, Any], day: str) -> Iterator[Wrong]:
        """Codes of a message that no list has, or that are over on the day (yyyyMMdd)."""
        if self.open:
            return
        procedure = plain(item["MaTTHC"])[:8]
        if procedure not in self._procedures and plain(item["MaTTHC"]) not in self._procedures:
            yield Wrong(field="MaTTHC", message="không có trong danh mục TTHC", code="4")
        if given(item.get("MaLinhVuc")) and plain(item["MaLinhVuc"]) not in self._fields:
            yield Wrong(field="MaLinhVuc", message="không có trong danh mục lĩnh vực", code="4")
        lives = self._units.get(unit)
        if lives is None:
            yield Wrong(field="madonvi", message="không có trong danh mục cơ quan", code="4")
        elif not any(start <= day and (not end or day < end) for start, end in lives):
            yield Wrong(
                field="madonvi", message=f"đơn vị không còn hoặc chưa có hiệu lực ngày {day}", code="4"
            )

    def _load(self, kept: Mapping[str, Any]) -> None:
        self.open = bool(kept["open"])
        self._lists = {name: kept.get(name, []) for name in LISTS}
        self._procedures = {plain(row.get("MATTHC")): row for row in self._lists["TTHC"]}
        self._fields = {plain(row.get("MALINHVUC")) for row in self._lists["LINHVUC"]}
        self._fields |= {plain(row.get("MALINHVUC")) for row in self._lists["TTHC"]}
        self._units: dict[str, list[tuple[str, str]]] = {}
        for row in self._lists["COQUAN"]:
            unit = unit_of(row.get("MADONVI"))
            if unit is not None:
                span = (str(row.get("HIEULUCTU") or ""), str(row.get("HIEULUCDEN") or ""))
                self._units.setdefault(unit, []).append(span)
