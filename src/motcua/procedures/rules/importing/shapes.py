"""Knows the shapes in which the national catalogue comes, and makes a content of a record in any of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from motcua.base.data import Certainty
from motcua.base.vietnamese import looks_legacy, repair
from motcua.procedures.data import (
    AgencyPart,
    Flag,
    InvalidContent,
    LegalBasis,
    ProcedureContent,
    Review,
    ReviewState,
    decode,
    encode,
)

from . import texts
from .building import (
    Parsed,
    Rejected,
    Rows,
    agencies_of,
    channels_of,
    conditions_of,
    items,
    make_content,
    subjects_of,
)
from .portal import camel, upper
from .texts import clean


def parse(value: Any) -> Parsed:
    """The content of one record of any known shape; raises `Rejected` with the reason."""
    if not isinstance(value, Mapping):
        raise Rejected("bản ghi không phải là một đối tượng JSON")
    reader = next((r for keys, r in SHAPES if keys <= set(value)), None)
    if reader is None:
        keys = ", ".join(sorted(str(k) for k in value)[:8]) or "không có khóa nào"
        raise Rejected(f"không nhận ra cấu trúc bản ghi (các khóa: {keys}); dùng --map để đặt tên trường")
    try:
        parsed = reader(value)
        # As it will be read back from where it is kept, so that the next run compares like with like.
        parsed = replace(parsed, content=decode(ProcedureContent, encode(parsed.content)))
    except InvalidContent as error:
        raise Rejected(f"{error.path}: {error.problem}") from error
    if encoding := looks_legacy(parsed.content.name):
        raise Rejected(f"tên gõ bằng bảng mã cũ ({encoding}), có lẽ là “{repair(parsed.content.name)}”")
    return parsed


def code_of(value: Any) -> str:
    """The code of a record, as far as one can be seen; for the quarantine's list."""
    if isinstance(value, Mapping):
        for key in ("ma_thu_tuc", "code", "MATTHC", "MaTTHC"):
            if isinstance(value.get(key), str):
                return clean(value[key])[:100]
    return ""


def _crawled(raw: Mapping[str, Any]) -> Parsed:
    """A page of the portal as text, one key a section, tables glued."""
    flags: list[Flag] = []
    rows = Rows()
    for row in texts.glued_methods(raw.get("cach_thuc_thuc_hien", "")):
        rows.add(row["method"], row)
    step_text = clean(raw.get("trinh_tu_thuc_hien"))
    if texts.looks_shuffled(step_text):
        flags.append(Flag.TEXT_SHUFFLED)
    content = make_content(
        code=raw.get("ma_thu_tuc"),
        name=raw.get("ten_thu_tuc"),
        area=clean(raw.get("linh_vuc"))[:300],
        levels=texts.levels(clean(raw.get("cap_thuc_hien"))),
        kind=clean(raw.get("loai_thu_tuc")),
        subjects=subjects_of(raw.get("doi_tuong_thuc_hien")),
        agencies=agencies_of(
            (AgencyPart.DECIDES, raw.get("co_quan_co_tham_quyen")),
            (AgencyPart.SOLVES, raw.get("co_quan_thuc_hien")),
            (AgencyPart.DELEGATED, raw.get("co_quan_duoc_uy_quyen")),
            (AgencyPart.COOPERATES, raw.get("co_quan_phoi_hop")),
        ),
        steps=texts.steps(step_text),
        channels=channels_of(rows, flags),
        components=texts.glued_components(raw.get("thanh_phan_ho_so", "")),
        results=texts.glued_results(raw.get("ket_qua_xu_ly", "")),
        legal_basis=texts.glued_laws(raw.get("can_cu_phap_ly", "")),
        conditions=conditions_of(raw.get("yeu_cau_dieu_kien")),
        flags=flags,
    )
    decision, url = clean(raw.get("so_quyet_dinh")), clean(raw.get("detail_url"))
    return Parsed(content=content, shape="crawled", decision=decision, url=url)


def _derived(raw: Mapping[str, Any]) -> Parsed:
    """A smaller structured extract: methods, documents and numbers of laws; it has no steps, results, conditions."""
    flags: list[Flag] = []
    rows = Rows()
    for method in items(raw.get("methods")):
        rows.add(method.get("method"), dict(method))
    papers = []
    for one in items(raw.get("documents")):
        count = texts.quantity(clean(one.get("n")) if clean(one.get("n")).isdecimal() else "")
        copy = "sao" in clean(one.get("kind"))
        papers.append((clean(one.get("name")), "", 0 if copy else count, count if copy else 0))
    laws = raw.get("laws")
    content = make_content(
        code=raw.get("code"),
        name=raw.get("name"),
        area=clean(raw.get("field"))[:300],
        levels=texts.levels(clean(raw.get("level"))),
        subjects=subjects_of(raw.get("subjects")),
        channels=channels_of(rows, flags),
        components=texts.components(papers),
        legal_basis=tuple(LegalBasis(number=n) for n in dict.fromkeys(clean(law) for law in laws) if n)
        if isinstance(laws, list)
        else (),
        flags=flags,
    )
    partial = frozenset({"components", "legal_basis", "channels", "subjects"})
    decision, url = clean(raw.get("decision")), clean(raw.get("url"))
    return Parsed(content=content, shape="derived", decision=decision, url=url, partial=partial)


def _own(raw: Mapping[str, Any]) -> Parsed:
    """Our own schema, as a catalogue file has it (without the dated keys); never taken as reviewed."""
    content = decode(ProcedureContent, {k: v for k, v in raw.items() if k != "review"})
    review = Review(state=ReviewState.UNREVIEWED, certainty=Certainty.SECOND_HAND)
    return Parsed(content=replace(content, review=review), shape="own")


Reader = Callable[[Mapping[str, Any]], Parsed]
SHAPES: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset({"MATTHC", "TENTTHC"}), upper),
    (frozenset({"ma_thu_tuc", "ten_thu_tuc"}), _crawled),
    (frozenset({"code", "name", "executionMethods"}), camel),
    (frozenset({"code", "name", "executionSteps"}), camel),
    (frozenset({"code", "name", "executionCases"}), camel),
    (frozenset({"code", "name", "methods"}), _derived),
    (frozenset({"code", "name", "field", "levels"}), _own),
)
