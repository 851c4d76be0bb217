"""Pages from data: Typst lays out, PDF/A-2a comes out; what people typed is shown as typed, never interpreted.

Data go to the template as JSON. Characters that no font of ours has become "□" instead of stopping the print.
"""

from __future__ import annotations

import functools
import json
import re
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import fontpkg_be_vietnam_pro  # type: ignore[import-untyped]
import fontpkg_noto_serif  # type: ignore[import-untyped]
import segno
import typst
import yaml

from motcua.base.data import Certainty, Json
from motcua.base.errors import DomainError
from motcua.documents.data import Box, TemplateInfo

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "typst"
FONT_FOLDERS = [str(package.ROOT / "files") for package in (fontpkg_noto_serif, fontpkg_be_vietnam_pro)]
GENERIC = "result_generic"
MAX_TEXT = 20_000
_LONG_WORD = 38
_SEAL_OVERLAP = 27.0  # points: where the agency's seal lies over the person's signature (NĐ 30/2020 Đ.33)
_PAGE_HEIGHTS = {"A4": 841.89, "A5": 595.28}


class UnknownTemplate(DomainError):
    """The form {template} is not known to the system."""

    message_vi = "Hệ thống không có mẫu {template}."


class CannotPrint(DomainError):
    """The paper could not be laid out. The office has been told what is missing."""

    message_vi = "Chưa in được giấy tờ này do thiếu dữ liệu. Vui lòng báo cho bộ phận kỹ thuật."


@dataclass(frozen=True, kw_only=True)
class Page:
    """A laid-out document and the places that wait for signatures, by name ("person", "agency")."""

    pdf: bytes
    places: Mapping[str, Box]


def templates() -> tuple[TemplateInfo, ...]:
    """Every layout that there is, with the certainty of its drawing."""
    return tuple(
        TemplateInfo(
            id=name,
            title=str(spec["title"]),
            paper=str(spec["paper"]),
            law=str(spec["law"]),
            certainty=Certainty(str(spec["certainty"])),
            regime=str(spec.get("regime", "")),
        )
        for name, spec in _specs().items()
    )


def title_of(template: str) -> str:
    """The title that a template prints when it is given none."""
    return str(_specs().get(template, _specs()[GENERIC])["title"])


def render(template: str, data: Mapping[str, Json]) -> Page:
    """Lay `data` out with `template`; a result without its own layout gets the generic one.

    Raises `UnknownTemplate` and `CannotPrint`.
    """
    spec = _specs().get(template)
    if spec is None:
        if not template.startswith("result_"):
            raise UnknownTemplate(template=template)
        spec = _specs()[GENERIC]
    filled = _filled(spec, data)
    if spec["layout"] == "book":
        filled.pop("qr", None)
    paper = "A4" if spec["layout"] == "book" else str(spec["paper"])
    return _compile(f"{spec['layout']}.typ", printable(filled), height=_PAGE_HEIGHTS[paper], archival=True)


def sheets(landscape: Sequence[bool], *, title: str, foot: str) -> bytes:
    """Empty A4 sheets, upright or across, with one line at the foot: for what is laid on them."""
    data: dict[str, Json] = {
        "title": title,
        "foot": foot,
        "sheets": [{"landscape": across} for across in landscape],
    }
    return _compile("copy_pages.typ", printable(data), height=0, archival=False).pdf


def appearance(kind: str, *, box: Box, name: str, organisation: str, at: datetime) -> bytes:
    """The visible part of a signature: "person", "agency" or "scan"; time as dd/MM/yyyy HH:mm:ss +07:00.

    (NĐ 30/2020/NĐ-CP Phụ lục I: who, which agency, when, with the zone.)
    """
    offset = at.strftime("%z")
    stamp = f"{at:%d/%m/%Y %H:%M:%S} {offset[:3]}:{offset[3:]}"
    data: dict[str, Json] = {
        "width": box.right - box.left,
        "height": box.top - box.bottom,
        "gap": _SEAL_OVERLAP if kind == "person" and box.right - box.left > 100 else 0,
        "name": name,
        "organisation": organisation,
        "time": stamp,
    }
    return _compile(f"seal_{kind}.typ", printable(data), height=0, archival=False).pdf


def qr_svg(text: str) -> str:
    """A QR symbol (ISO/IEC 18004) as SVG, with medium error correction."""
    symbol = segno.make(text, error="m", micro=False)
    out = BytesIO()
    symbol.save(out, kind="svg", scale=4, border=1, dark="#000", xmldecl=False)
    return out.getvalue().decode()


def long_date(day: date) -> str:
    """ "ngày 05 tháng 02 năm 2025": days under 10 and months 1, 2 with a zero (NĐ 30/2020, Phụ lục I)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def printable(value: Json) -> Json:
    """`value` with every text composed, free of control and direction marks, and within our fonts."""
    if isinstance(value, str):
        return _printable_text(value)
    if isinstance(value, Mapping):
        return {key: inner if key == "qr" else printable(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [printable(inner) for inner in value]
    return value


def _printable_text(text: str) -> str:
    known = _glyphs()
    composed = unicodedata.normalize("NFC", text[:MAX_TEXT])
    kept = []
    for char in composed:
        if char in "\n\t":
            kept.append(char)
        elif unicodedata.category(char) in {"Cc", "Cf", "Cs"}:
            continue
        else:
            kept.append(char if ord(char) in known else "□")
    joined = "".join(kept)
    # a word longer than a line gets places where it may be broken
    return re.sub(rf"\S{{{_LONG_WORD},}}", lambda word: _breakable(word.group()), joined)


def _breakable(word: str) -> str:
    return "\u200b".join(word[start : start + 12] for start in range(0, len(word), 12))


@functools.cache
def _glyphs() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # slow to load, needed once

    names = ("NotoSerif[wdth,wght].ttf", "BeVietnamPro-Regular.ttf")
    files = [Path(folder) / name for folder, name in zip(FONT_FOLDERS, names, strict=True)]
    found: set[int] = set()
    for file in files:
        with TTFont(file, lazy=True) as font:
            found |= set(font.getBestCmap())
    return frozenset(code for code in found if not 0xE000 <= code <= 0xF8FF) | {0x25A1}


@functools.cache
def _specs() -> dict[str, dict[str, Any]]:
    specs: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "templates.yaml").read_text(encoding="utf-8"))
    return specs


def _filled(spec: Mapping[str, Any], data: Mapping[str, Json]) -> dict[str, Json]:
    """The template's own words, then the caller's data over them."""
    given = dict(data)
    values = _values(given)
    agency = given.get("agency")
    if isinstance(agency, Mapping):
        values.setdefault("agency_name", str(agency.get("name", "")))
    words: dict[str, Json] = {
        "title": spec["title"],
        "subtitle": spec.get("subtitle", ""),
        "form_mark": f"{spec['mark']} – {spec['law']}" if "mark" in spec else "",
        "opening": _said(spec.get("opening", ""), values),
        "closing": _said(spec.get("closing", ""), values),
        "valid_for": spec.get("valid_for", ""),
        "recipients": list(spec.get("recipients", ())),
        "basis": list(spec.get("basis", ())),
        "articles": [_article(article, values) for article in spec.get("articles", ())],
    }
    labelled = _labelled(spec.get("labels", {}), values)
    plain = _fields(given.pop("fields", ()))
    body = str(given.pop("body", "") or "")
    given.pop("values", None)
    # A layout that knows its facts prints those alone: an officer's opinion is no part of a certificate.
    own = {"fields": labelled} if labelled else {"fields": plain, "body": body}
    return words | {key: value for key, value in given.items() if value is not None} | own


def _fields(raw: Json) -> list[Json]:
    """`fields` as lines: a mapping of label to value, pairs, or mappings with `label`, `value`, `wide`."""
    if isinstance(raw, Mapping):
        raw = [[key, value] for key, value in raw.items()]
    lines: list[Json] = []
    for line in raw if isinstance(raw, Sequence) and not isinstance(raw, str) else ():
        if isinstance(line, Mapping):
            label, value, wide = line.get("label", ""), line.get("value", ""), bool(line.get("wide"))
        elif isinstance(line, Sequence) and not isinstance(line, str) and len(line) == 2:
            label, value, wide = line[0], line[1], False
        else:
            raise CannotPrint("a field is a label with its value")
        if value not in (None, ""):
            lines.append({"label": str(label), "value": str(value), "wide": wide})
    return lines


def _values(data: Mapping[str, Json]) -> dict[str, str]:
    raw = data.get("values", {})
    if not isinstance(raw, Mapping):
        raise CannotPrint("`values` is not a mapping")
    return {key: str(value) for key, value in raw.items() if value not in (None, "")}


def _labelled(labels: Mapping[str, str], values: Mapping[str, str]) -> list[Json]:
    return [{"label": label, "value": values[key]} for key, label in labels.items() if key in values]


def _article(article: Mapping[str, Any], values: Mapping[str, str]) -> Json:
    return {"text": _said(article["text"], values), "fields": _labelled(article.get("labels", {}), values)}


def _said(words: str, values: Mapping[str, str]) -> str:
    """`words` with `{key}` replaced from `values`; what is not known shows as a dotted line to write on."""
    return re.sub(r"\{(\w+)\}", lambda place: values.get(place.group(1), "……………"), words)


class _PerThread(threading.local):
    """A Typst compiler is kept warm per thread: the first page costs 40 ms, the next ones 4."""

    compiler: Any = None


_warm = _PerThread()


def _compile(file: str, data: Json, *, height: float, archival: bool) -> Page:
    if _warm.compiler is None:
        _warm.compiler = typst.Compiler(
            str(FOLDER / "lib.typ"),
            root=str(FOLDER),
            font_paths=FONT_FOLDERS,
            ignore_system_fonts=True,
            sys_inputs={"data": "{}"},
        )
    try:
        pdf = _warm.compiler.compile(
            input=str(FOLDER / file),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["a-2a"] if archival else [],
            pdf_tags=archival,
        )
        raw = _warm.compiler.query("<signature-place>", field="value") if height else "[]"
    except typst.TypstError as error:
        raise CannotPrint(f"{file}: {error}") from error
    places = json.loads(raw) if isinstance(raw, str | bytes) else raw
    return Page(pdf=bytes(pdf), places={place["name"]: _box(place, height) for place in places})


def _box(place: Mapping[str, Any], height: float) -> Box:
    top = height - float(place["y"])
    return Box(
        page=int(place["page"]) - 1,
        left=float(place["x"]),
        bottom=top - float(place["height"]),
        right=float(place["x"]) + float(place["width"]),
        top=top,
    )
