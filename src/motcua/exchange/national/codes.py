"""Reads the table of the portal's codes: what an answer means, in words a person understands."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

import yaml


class Meaning(StrEnum):
    """What an answer asks of us."""

    OK = "ok"
    THERE = "there"
    MISSING = "missing"
    DATA = "data"
    MAPPING = "mapping"
    CLASH = "clash"
    RETRY = "retry"
    SESSION = "session"
    SPLIT = "split"


@dataclass(frozen=True, kw_only=True)
class Words:
    """An error's meaning and its sentence."""

    meaning: Meaning
    vi: str
    en: str


@functools.cache
def _table() -> dict[str, Any]:
    text = resources.files("motcua.exchange.national").joinpath("codes.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.safe_load(text)
    return raw


@functools.cache
def words(code: str) -> Words:
    """What `code` (the portal's or one of our own) means; an unknown one is tried again and shown as it is."""
    table = _table()
    raw = table["errors"].get(code) or table["own"].get(code)
    if raw is None:
        return Words(
            meaning=Meaning.RETRY,
            vi=f"Cổng trả mã lỗi chưa biết: {code}",
            en=f"The portal answered with an unknown code: {code}",
        )
    return Words(meaning=Meaning(raw["class"]), vi=raw.get("vi", ""), en=raw.get("en", ""))


def known_codes() -> tuple[str, ...]:
    """Every code of the table."""
    return (*_table()["errors"], *_table()["own"])


def registry_code(registry: str) -> str:
    """MaCSDL of a registry, "" when none is known: nothing is claimed that cannot be named."""
    return str(_table()["registries"].get(registry, ""))


def fee_kind(kind: str) -> str:
    """LoaiPhiLePhi of a fee line, "" when unknown."""
    return str(_table()["fee_kinds"].get(kind, ""))


def field_words(field: str) -> str:
    """A field of the portal in a clerk's words: "TaiLieuNop[0].DuocSoHoa" is "giấy tờ đã nộp"."""
    head = re.split(r"[.\[]", field, maxsplit=1)[0]
    return str(_table()["fields"].get(head, head))
