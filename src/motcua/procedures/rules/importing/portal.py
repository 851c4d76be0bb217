"""The two shapes of the national portal: its own JSON, and the older interface LayThuTuc with keys in capitals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from motcua.base.vietnamese import fold
from motcua.procedures.data import (
    AgencyPart,
    Degree,
    Fee,
    Flag,
    Level,
    Result,
    Step,
)

from . import texts
from .building import (
    Parsed,
    Rejected,
    Rows,
    agencies_of,
    channels_of,
    conditions_of,
    count_of,
    items,
    laws_of,
    make_content,
)
from .texts import clean


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
    for fee in items(method.get("fees")):
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


def camel(raw: Mapping[str, Any]) -> Parsed:
    """The national portal's own JSON: executionSteps, executionMethods, executionCases."""
    flags: list[Flag] = []
    rows = Rows()
    for method in items(raw.get("executionMethods")):
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
            count_of(c.get("originalQty")),
            count_of(c.get("copyQty")),
        )
        for case in items(raw.get("executionCases"))
        for c in items(case.get("profileComponents"))
    ]
    step_list = [
        s
        for item in items(raw.get("executionSteps"))
        for s in texts.steps(clean(item.get("description")), clean(item.get("name")))
    ]
    category = next(iter(items(raw.get("categoriesDetails"))), {})
    full = raw.get("isFullProcess")
    conditions = raw.get("requirementsAndConditions")
    if isinstance(conditions, list):
        conditions = "\n".join(clean(c.get("description") or c.get("name")) for c in items(conditions))
    proposal = raw.get("procedureProposal")
    content = make_content(
        code=raw.get("code"),
        name=raw.get("name"),
        area=clean(category.get("name"))[:300],
        field_code=clean(category.get("code")),
        levels=_camel_levels(raw),
        kind=clean(raw.get("formalityType")),
        subjects=tuple(
            clean(s.get("name")) for s in items(raw.get("subjectTypesDetails")) if clean(s.get("name"))
        ),
        agencies=agencies_of(
            *((AgencyPart.DECIDES, d.get("name")) for d in items(raw.get("departmentsAuthority"))),
            *((AgencyPart.SOLVES, d.get("name")) for d in items(raw.get("departmentsExecuting"))),
            *((AgencyPart.SOLVES, d.get("name")) for d in items(raw.get("unitGroupsExecuting"))),
        ),
        steps=tuple(step_list),
        channels=channels_of(rows, flags, None if full is None else Degree.FULL if full else Degree.PARTIAL),
        components=texts.components(papers),
        results=texts.unique_results(
            [
                Result(code=clean(r.get("code")) or f"KQ-{i:02d}", name=clean(r.get("name")))
                for i, r in enumerate(items(raw.get("resultsDetails")), start=1)
                if clean(r.get("name"))
            ]
        ),
        legal_basis=laws_of(raw.get("legalBasisesDetails"), "code", "name"),
        conditions=conditions_of(conditions),
        keywords=tuple(k.strip() for k in clean(raw.get("keywords")).split(",") if k.strip()),
        flags=flags,
    )
    decision = clean(raw.get("decisionNo"))
    if not decision and isinstance(proposal, Mapping):
        decision = clean(proposal.get("decisionNumber"))
    return Parsed(content=content, shape="portal", decision=decision)


def _upper_levels(raw: Mapping[str, Any]) -> tuple[Level, ...]:
    """The older interface names agencies only: the level is read from their names."""
    found: list[Level] = []
    for one in items(raw.get("COQUANTHUCHIEN")):
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


def upper(raw: Mapping[str, Any]) -> Parsed:
    """The older interface LayThuTuc: keys in capitals; TRANGTHAI 1 is public."""
    status = raw.get("TRANGTHAI")
    if status is not None and clean(status) not in ("1", ""):
        raise Rejected(f"thủ tục chưa công khai trên cổng quốc gia (TRANGTHAI {clean(status)})")
    flags: list[Flag] = []
    rows = Rows()
    for way in items(raw.get("CACHTHUCTHUCHIEN")):
        for time in items(way.get("THOIGIAN")):
            amounts: list[Fee] = []
            for one in items(time.get("PHILEPHI")):
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
    area = next(iter(items(raw.get("LINHVUCTHUCHIEN"))), {})
    papers = [
        (clean(p.get("TENGIAYTO")), clean(c.get("TRUONGHOP")), 1, 0)
        for c in items(raw.get("THANHPHANHOSO"))
        for p in items(c.get("GIAYTO"))
    ]
    step_list = [
        Step(text=clean(s.get("TENTRINHTU")), case=clean(c.get("TRUONGHOP")))
        for c in items(raw.get("TRINHTUTHUCHIEN"))
        for s in items(c.get("TRINHTU"))
        if clean(s.get("TENTRINHTU"))
    ]
    results = [
        Result(code=clean(r.get("MAKETQUA")) or f"KQ-{i:02d}", name=clean(r.get("TENKETQUA")))
        for i, r in enumerate(items(raw.get("KETQUATHUCHIEN")), start=1)
        if clean(r.get("TENKETQUA"))
    ]
    content = make_content(
        code=raw.get("MATTHC"),
        name=raw.get("TENTTHC"),
        area=clean(area.get("TENLINHVUC"))[:300],
        field_code=clean(area.get("MALINHVUC")),
        levels=_upper_levels(raw),
        subjects=tuple(
            clean(s.get("TENDOITUONG"))
            for s in items(raw.get("DOITUONGTHUCHIEN"))
            if clean(s.get("TENDOITUONG"))
        ),
        agencies=agencies_of(
            *((AgencyPart.SOLVES, d.get("TENDONVI")) for d in items(raw.get("COQUANTHUCHIEN")))
        ),
        steps=tuple(step_list),
        channels=channels_of(rows, flags),
        components=texts.components(papers),
        results=texts.unique_results(results),
        legal_basis=laws_of(raw.get("CANCUPHAPLY"), "SOVANBAN", "TENVANBAN"),
        conditions=conditions_of(raw.get("YEUCAU")),
        flags=flags,
    )
    return Parsed(content=content, shape="portal (LayThuTuc)")
