"""Knows the shapes in which the national catalogue comes, and makes a content of a record in any of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from motcua.base.data import Certainty
from motcua.base.vietnamese import fold, looks_legacy, repair
from motcua.procedures.data import (
    AgencyPart,
    AgencyRule,
    Channel,
    ChannelKind,
    Condition,
    Degree,
    Fee,
    Flag,
    InvalidContent,
    LegalBasis,
    Level,
    ProcedureContent,
    Result,
    Review,
    ReviewState,
    Step,
    decode,
)

from . import texts
from .texts import clean


class Rejected(ValueError):
    """The record is kept out; the text is the reason an officer reads."""


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A content made of a record, what published it, and the parts this shape cannot tell fully."""

    content: ProcedureContent
    shape: str
    decision: str = ""
    url: str = ""
    partial: frozenset[str] = frozenset()


@dataclass
class _Rows:
    """Rows of the table of ways to file, gathered by channel."""

    by_kind: dict[ChannelKind, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, method: Any, row: dict[str, Any]) -> None:
        kind = texts.CHANNELS.get(fold(clean(method)))
        if kind is not None:
            self.by_kind.setdefault(kind, []).append(row)


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


def _content(
    *, code: Any, name: Any, area: str, levels: tuple[Level, ...], flags: list[Flag], **parts: Any
) -> ProcedureContent:
    title = re.sub(r"\s+", " ", clean(name))
    if not clean(code):
        raise Rejected("thiếu mã thủ tục")
    if not title:
        raise Rejected("thiếu tên thủ tục")
    if not levels:
        raise Rejected("thiếu cấp thực hiện")
    return ProcedureContent(
        code=clean(code),
        name=title,
        field=area or "Chưa phân loại",
        levels=levels,
        flags=tuple(dict.fromkeys(flags)),
        review=Review(state=ReviewState.UNREVIEWED, certainty=Certainty.SECOND_HAND),
        **parts,
    )


def _channels(rows: _Rows, flags: list[Flag], degree: Degree | None = None) -> tuple[Channel, ...]:
    """One channel of each kind. Rows that disagree on the time leave it open and tell each case in the note."""
    out = []
    for kind, listed in rows.by_kind.items():
        limits = [texts.limit(r.get("time"), r.get("unit"), clean(r.get("desc"))) for r in listed]
        same = limits[0] if len(set(limits)) == 1 else None
        fees: list[Fee] = []
        notes = []
        for row, limit in zip(listed, limits, strict=True):
            found, doubtful = row["fees"] if "fees" in row else texts.fees(clean(row.get("fee")))
            fees += [f for f in found if f not in fees]
            if doubtful:
                flags.append(Flag.FEE_UNSURE)
            words = limit.words if limit and same is None else ""
            if limit is None and clean(row.get("time")):
                words = f"{clean(row.get('time'))} {clean(row.get('unit')) or '(nguồn không ghi đơn vị thời gian)'}"
            notes.append(": ".join(x for x in (words, clean(row.get("desc"))) if x))
        if same is None:
            flags.append(Flag.LIMIT_UNKNOWN)
        out.append(
            Channel(
                kind=kind,
                limit=same,
                fees=tuple(fees),
                degree=degree if kind is ChannelKind.ONLINE else None,
                note="\n".join(dict.fromkeys(n for n in notes if n))[:8000],
            )
        )
    return tuple(out)


def _agencies(*named: tuple[AgencyPart, Any]) -> tuple[AgencyRule, ...]:
    return tuple(AgencyRule(part=part, name=clean(name)[:1000]) for part, name in named if clean(name))


def _conditions(text: Any) -> tuple[Condition, ...]:
    return (Condition(text=clean(text)),) if clean(text) else ()


def _subjects(text: Any) -> tuple[str, ...]:
    return tuple(s.strip() for s in re.split(r",(?![^(]*\))", clean(text)) if s.strip())


def _items(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list; a single mapping counts as a list of one."""
    listed = value if isinstance(value, list) else [value]
    return [i for i in listed if isinstance(i, Mapping)]


def _crawled(raw: Mapping[str, Any]) -> Parsed:
    """A page of the portal as text, one key a section, tables glued."""
    flags: list[Flag] = []
    rows = _Rows()
    for row in texts.glued_methods(raw.get("cach_thuc_thuc_hien", "")):
        rows.add(row["method"], row)
    step_text = clean(raw.get("trinh_tu_thuc_hien"))
    if texts.looks_shuffled(step_text):
        flags.append(Flag.TEXT_SHUFFLED)
    content = _content(
        code=raw.get("ma_thu_tuc"),
        name=raw.get("ten_thu_tuc"),
        area=clean(raw.get("linh_vuc"))[:300],
        levels=texts.levels(clean(raw.get("cap_thuc_hien"))),
        kind=clean(raw.get("loai_thu_tuc")),
        subjects=_subjects(raw.get("doi_tuong_thuc_hien")),
        agencies=_agencies(
            (AgencyPart.DECIDES, raw.get("co_quan_co_tham_quyen")),
            (AgencyPart.SOLVES, raw.get("co_quan_thuc_hien")),
            (AgencyPart.DELEGATED, raw.get("co_quan_duoc_uy_quyen")),
            (AgencyPart.COOPERATES, raw.get("co_quan_phoi_hop")),
        ),
        steps=texts.steps(step_text),
        channels=_channels(rows, flags),
        components=texts.glued_components(raw.get("thanh_phan_ho_so", "")),
        results=texts.glued_results(raw.get("ket_qua_xu_ly", "")),
        legal_basis=texts.glued_laws(raw.get("can_cu_phap_ly", "")),
        conditions=_conditions(raw.get("yeu_cau_dieu_kien")),
        flags=flags,
    )
    decision, url = clean(raw.get("so_quyet_dinh")), clean(raw.get("detail_url"))
    return Parsed(content=content, shape="crawled", decision=decision, url=url)


def _derived(raw: Mapping[str, Any]) -> Parsed:
    """A smaller structured extract: methods, documents and numbers of laws; it has no steps, results, conditions."""
    flags: list[Flag] = []
    rows = _Rows()
    for method in _items(raw.get("methods")):
        rows.add(method.get("method"), dict(method))
    papers = []
    for one in _items(raw.get("documents")):
        count = texts.quantity(clean(one.get("n")) if clean(one.get("n")).isdecimal() else "")
        copy = "sao" in clean(one.get("kind"))
        papers.append((clean(one.get("name")), "", 0 if copy else count, count if copy else 0))
    laws = raw.get("laws")
    content = _content(
        code=raw.get("code"),
        name=raw.get("name"),
        area=clean(raw.get("field"))[:300],
        levels=texts.levels(clean(raw.get("level"))),
        subjects=_subjects(raw.get("subjects")),
        channels=_channels(rows, flags),
        components=texts.components(papers),
        legal_basis=tuple(LegalBasis(number=n) for n in dict.fromkeys(clean(law) for law in laws) if n)
        if isinstance(laws, list)
        else (),
        flags=flags,
    )
    partial = frozenset({"components", "legal_basis", "channels", "subjects"})
    decision, url = clean(raw.get("decision")), clean(raw.get("url"))
    return Parsed(content=content, shape="derived", decision=decision, url=url, partial=partial)


def _camel_levels(raw: Mapping[str, Any]) -> tuple[Level, ...]:
    marks = (
        ("isMinistry", Level.MINISTRY),
        ("isProvince", Level.PROVINCE),
        ("isDistrict", Level.DISTRICT),
        ("isWard", Level.COMMUNE),
        ("isOtherAgency", Level.OTHER),
    )
    found = tuple(level for key, level in marks if raw.get(key) is True)
    return found or ((Level.OTHER,) if raw.get("isUndetermined") is True else ())


def _camel_fees(method: Mapping[str, Any]) -> tuple[tuple[Fee, ...], bool]:
    found: list[Fee] = []
    doubtful = False
    for fee in _items(method.get("fees")):
        value, words = fee.get("value"), clean(fee.get("description"))
        amount = (
            int(value)
            if isinstance(value, int | float) and not isinstance(value, bool) and value > 0
            else None
        )
        if amount is None and not words:
            continue
        if amount is not None and (amount < 1000 or clean(fee.get("currencyId")) not in ("", "VND")):
            doubtful, words, amount = True, f"{value} {clean(fee.get('currencyId'))} {words}".strip(), None
        name = "Phí, lệ phí" if amount is not None else words[:500]
        found.append(Fee(name=name, amount=amount, case=words[:500] if amount is not None else ""))
    return tuple(found), doubtful


def _camel(raw: Mapping[str, Any]) -> Parsed:
    """The national portal's own JSON: executionSteps, executionMethods, executionCases."""
    flags: list[Flag] = []
    rows = _Rows()
    for method in _items(raw.get("executionMethods")):
        row = {
            "time": method.get("processingTime"),
            "unit": method.get("processingTimeUnit"),
            "desc": method.get("description"),
            "fees": _camel_fees(method),
        }
        rows.add(method.get("submissionMethod"), row)
    papers = [
        (
            clean(c.get("name")),
            clean(case.get("name")),
            _count(c.get("originalQty")),
            _count(c.get("copyQty")),
        )
        for case in _items(raw.get("executionCases"))
        for c in _items(case.get("profileComponents"))
    ]
    step_list = [
        s
        for item in _items(raw.get("executionSteps"))
        for s in texts.steps(clean(item.get("description")), clean(item.get("name")))
    ]
    category = next(iter(_items(raw.get("categoriesDetails"))), {})
    full = raw.get("isFullProcess")
    conditions = raw.get("requirementsAndConditions")
    if isinstance(conditions, list):
        conditions = "\n".join(clean(c.get("description") or c.get("name")) for c in _items(conditions))
    proposal = raw.get("procedureProposal")
    content = _content(
        code=raw.get("code"),
        name=raw.get("name"),
        area=clean(category.get("name"))[:300],
        field_code=clean(category.get("code")),
        levels=_camel_levels(raw),
        kind=clean(raw.get("formalityType")),
        subjects=tuple(
            clean(s.get("name")) for s in _items(raw.get("subjectTypesDetails")) if clean(s.get("name"))
        ),
        agencies=_agencies(
            *((AgencyPart.DECIDES, d.get("name")) for d in _items(raw.get("departmentsAuthority"))),
            *((AgencyPart.SOLVES, d.get("name")) for d in _items(raw.get("departmentsExecuting"))),
            *((AgencyPart.SOLVES, d.get("name")) for d in _items(raw.get("unitGroupsExecuting"))),
        ),
        steps=tuple(step_list),
        channels=_channels(rows, flags, None if full is None else Degree.FULL if full else Degree.PARTIAL),
        components=texts.components(papers),
        results=texts.unique_results(
            [
                Result(code=clean(r.get("code")) or f"KQ-{i:02d}", name=clean(r.get("name")))
                for i, r in enumerate(_items(raw.get("resultsDetails")), start=1)
                if clean(r.get("name"))
            ]
        ),
        legal_basis=_laws(raw.get("legalBasisesDetails"), "code", "name"),
        conditions=_conditions(conditions),
        keywords=tuple(k.strip() for k in clean(raw.get("keywords")).split(",") if k.strip()),
        flags=flags,
    )
    decision = clean(raw.get("decisionNo"))
    if not decision and isinstance(proposal, Mapping):
        decision = clean(proposal.get("decisionNumber"))
    return Parsed(content=content, shape="portal", decision=decision)


def _laws(value: Any, number: str, title: str) -> tuple[LegalBasis, ...]:
    found = {
        clean(i.get(number)) or clean(i.get(title))[:100]: clean(i.get(title))[:1000]
        for i in _items(value)
        if clean(i.get(number)) or clean(i.get(title))
    }
    return tuple(LegalBasis(number=n, title=t) for n, t in found.items())


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000 else 0


def _upper_levels(raw: Mapping[str, Any]) -> tuple[Level, ...]:
    """The older interface names agencies only: the level is read from their names."""
    found: list[Level] = []
    for one in _items(raw.get("COQUANTHUCHIEN")):
        name = fold(clean(one.get("TENDONVI")))
        if re.search(r"\b(?:xa|phuong|thi tran|cap xa)\b", name):
            found.append(Level.COMMUNE)
        elif re.search(r"\b(?:huyen|quan|thi xa|thanh pho thuoc tinh)\b", name):
            found.append(Level.DISTRICT)
        elif re.search(r"\b(?:so|tinh|thanh pho|chi cuc)\b", name):
            found.append(Level.PROVINCE)
        elif re.search(r"\b(?:bo|cuc|tong cuc|ngan hang nha nuoc)\b", name):
            found.append(Level.MINISTRY)
    return tuple(dict.fromkeys(found)) or (Level.OTHER,)


def _upper(raw: Mapping[str, Any]) -> Parsed:
    """The older interface LayThuTuc: keys in capitals; TRANGTHAI 1 is public."""
    status = raw.get("TRANGTHAI")
    if status is not None and clean(status) not in ("1", ""):
        raise Rejected(f"thủ tục chưa công khai trên cổng quốc gia (TRANGTHAI {clean(status)})")
    flags: list[Flag] = []
    rows = _Rows()
    for way in _items(raw.get("CACHTHUCTHUCHIEN")):
        for time in _items(way.get("THOIGIAN")):
            amounts: list[Fee] = []
            for one in _items(time.get("PHILEPHI")):
                text = f"{clean(one.get('SOTIEN'))} {clean(one.get('DONVI')) or 'đồng'}".strip()
                found, doubtful = (
                    texts.fees(text) if clean(one.get("SOTIEN")) not in ("", "0") else ((), False)
                )
                amounts += [
                    replace(f, code=clean(one.get("MAPHILEPHI")), case=clean(one.get("MOTA"))) for f in found
                ]
                if doubtful:
                    flags.append(Flag.FEE_UNSURE)
            row = {
                "time": time.get("THOIGIANGIAIQUYET"),
                "unit": time.get("DONVITINH"),
                "desc": time.get("MOTA"),
                "fees": (tuple(amounts), False),
            }
            rows.add(way.get("KENH"), row)
    area = next(iter(_items(raw.get("LINHVUCTHUCHIEN"))), {})
    papers = [
        (clean(p.get("TENGIAYTO")), clean(c.get("TRUONGHOP")), 1, 0)
        for c in _items(raw.get("THANHPHANHOSO"))
        for p in _items(c.get("GIAYTO"))
    ]
    step_list = [
        Step(text=clean(s.get("TENTRINHTU")), case=clean(c.get("TRUONGHOP")))
        for c in _items(raw.get("TRINHTUTHUCHIEN"))
        for s in _items(c.get("TRINHTU"))
        if clean(s.get("TENTRINHTU"))
    ]
    results = [
        Result(code=clean(r.get("MAKETQUA")) or f"KQ-{i:02d}", name=clean(r.get("TENKETQUA")))
        for i, r in enumerate(_items(raw.get("KETQUATHUCHIEN")), start=1)
        if clean(r.get("TENKETQUA"))
    ]
    content = _content(
        code=raw.get("MATTHC"),
        name=raw.get("TENTTHC"),
        area=clean(area.get("TENLINHVUC"))[:300],
        field_code=clean(area.get("MALINHVUC")),
        levels=_upper_levels(raw),
        subjects=tuple(
            clean(s.get("TENDOITUONG"))
            for s in _items(raw.get("DOITUONGTHUCHIEN"))
            if clean(s.get("TENDOITUONG"))
        ),
        agencies=_agencies(
            *((AgencyPart.SOLVES, d.get("TENDONVI")) for d in _items(raw.get("COQUANTHUCHIEN")))
        ),
        steps=tuple(step_list),
        channels=_channels(rows, flags),
        components=texts.components(papers),
        results=texts.unique_results(results),
        legal_basis=_laws(raw.get("CANCUPHAPLY"), "SOVANBAN", "TENVANBAN"),
        conditions=_conditions(raw.get("YEUCAU")),
        flags=flags,
    )
    return Parsed(content=content, shape="portal (LayThuTuc)")


def _own(raw: Mapping[str, Any]) -> Parsed:
    """Our own schema, as a catalogue file has it (without the dated keys); never taken as reviewed."""
    content = decode(ProcedureContent, {k: v for k, v in raw.items() if k != "review"})
    review = Review(state=ReviewState.UNREVIEWED, certainty=Certainty.SECOND_HAND)
    return Parsed(content=replace(content, review=review), shape="own")


Reader = Callable[[Mapping[str, Any]], Parsed]
SHAPES: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset({"MATTHC", "TENTTHC"}), _upper),
    (frozenset({"ma_thu_tuc", "ten_thu_tuc"}), _crawled),
    (frozenset({"code", "name", "executionMethods"}), _camel),
    (frozenset({"code", "name", "executionSteps"}), _camel),
    (frozenset({"code", "name", "executionCases"}), _camel),
    (frozenset({"code", "name", "methods"}), _derived),
    (frozenset({"code", "name", "field", "levels"}), _own),
)
