"""Reads time limits, fees, quantities and glued tables out of the words of crawled pages."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from motcua.base.errors import DomainError
from motcua.base.vietnamese import fold, nfc
from motcua.deadlines.data import LimitUnit, TimeLimit
from motcua.procedures.data import (
    ChannelKind,
    Component,
    ComponentKind,
    Fee,
    FeeKind,
    LegalBasis,
    Level,
    Result,
    Step,
)

NOTHING = {"", "-", "--", "không có thông tin", "không", "không có", "khong co thong tin", "null", "none"}
CHROME = re.compile(
    r"Từ khóa(?:Không có thông tin|Mô tả)|Chọn cơ quan thực hiện|Hệ thống chỉ hiển thị những cơ quan"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

LEVELS = {
    "cap bo": Level.MINISTRY,
    "cap trung uong": Level.MINISTRY,
    "cap tinh": Level.PROVINCE,
    "cap huyen": Level.DISTRICT,
    "cap xa": Level.COMMUNE,
    "co quan khac": Level.OTHER,
}
UNITS = {
    "ngay lam viec": LimitUnit.WORKING_DAY,
    "working_day": LimitUnit.WORKING_DAY,
    "work_day": LimitUnit.WORKING_DAY,
    "business_day": LimitUnit.WORKING_DAY,
    "ngay": LimitUnit.DAY,
    "day": LimitUnit.DAY,
    "gio": LimitUnit.HOUR,
    "hour": LimitUnit.HOUR,
    "gio lam viec": LimitUnit.WORKING_HOUR,
    "working_hour": LimitUnit.WORKING_HOUR,
    "thang": LimitUnit.MONTH,
    "month": LimitUnit.MONTH,
}
CHANNELS = {
    "truc tiep": ChannelKind.DIRECT,
    "direct": ChannelKind.DIRECT,
    "1": ChannelKind.DIRECT,
    "truc tuyen": ChannelKind.ONLINE,
    "online": ChannelKind.ONLINE,
    "2": ChannelKind.ONLINE,
    "dich vu buu chinh": ChannelKind.POST,
    "postal": ChannelKind.POST,
    "post": ChannelKind.POST,
    "3": ChannelKind.POST,
}


def clean(value: Any) -> str:
    """Text in normal form, without control characters and page chrome; "" for what says nothing."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    text = _CONTROL.sub("", nfc(str(value))).replace("\u00a0", " ").strip()
    return "" if text.lower() in NOTHING else text


def levels(text: str) -> tuple[Level, ...]:
    """Levels of "Cấp tỉnh, Cấp xã"; unknown words are left out."""
    found = [LEVELS.get(fold(part)) for part in text.split(",")]
    return tuple(dict.fromkeys(f for f in found if f))


def limit(amount: Any, unit: Any, description: str = "") -> TimeLimit | None:
    """A time limit, or None when the number or its unit is missing: a unit is never guessed.

    "Giờ" is working hours only where the description says so.
    """
    text = clean(amount)
    kind = UNITS.get(fold(clean(unit)))
    if kind is None or not re.fullmatch(r"\d{1,4}(?:[.,]0+)?", text):
        return None
    if kind is LimitUnit.HOUR and "gio lam viec" in fold(description):
        kind = LimitUnit.WORKING_HOUR
    try:
        return TimeLimit(amount=int(re.split(r"[.,]", text)[0]), unit=kind)
    except DomainError:
        return None


_MONEY = re.compile(
    r"(?<![\d,.])(\d{1,3}(?:[.,]\d{3})+|\d+)\s*(?:Việt Nam Đồng|VNĐ|VND|đồng|Đồng|đ)(?![a-zà-ỹ])"
)


def fees(text: str) -> tuple[tuple[Fee, ...], bool]:
    """Fees in a piece of text, and whether an amount is doubtful.

    The crawled pages lost the thousands of some amounts ("135 VNĐ" for 135.000): an amount under 1,000 đồng is kept
    as words only and said to be doubtful. Free and unknown give no fee.
    """
    words = clean(text)
    if not words or fold(words) == "mien phi":
        return (), False
    amounts = [int(re.sub(r"[.,]", "", m)) for m in _MONEY.findall(words)]
    kind = FeeKind.CHARGE if "le phi" in fold(words[:20]) else FeeKind.FEE
    short = words if len(words) <= 500 else words[:499] + "…"
    doubtful = any(0 < a < 1000 for a in amounts)
    if len(amounts) == 1 and not doubtful and amounts[0] <= 100_000_000_000:
        rest = _MONEY.sub("", short, count=1).strip(" :;,-()")
        return (Fee(name="Phí, lệ phí", kind=kind, amount=amounts[0], case=rest),), False
    return (Fee(name=short, kind=kind),), doubtful


_HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"
_METHOD = re.compile(
    r"(Trực tiếp|Trực tuyến|Dịch vụ bưu chính)(\d+(?:[.,]\d+)?|Không có thông tin)?\s*"
    r"(Ngày làm việc|Ngày|Giờ làm việc|Giờ|Tháng)?(?=Miễn phí|Không có thông tin|Phí|Lệ phí|\d|\(|$|Trực t|Dịch vụ bưu)"
)
_FEE = re.compile(
    r"(Miễn phí|Không có thông tin|(?:Phí|Lệ phí)?\s*:?\s*\d[\d.,]*\s*(?:Việt Nam Đồng|VNĐ|VND|đồng|USD))"
)


def glued_methods(text: str) -> list[dict[str, str]]:
    """Rows of the "cách thức thực hiện" table whose cells were glued: method, time, unit, fee, desc."""
    body = clean(text).removeprefix(_HEADER)
    found = list(_METHOD.finditer(body))
    rows = []
    for match, following in zip(found, [*found[1:], None], strict=False):
        rest = body[match.end() : following.start() if following else len(body)]
        fee = _FEE.match(rest)
        rows.append(
            {
                "method": match[1],
                "time": match[2] or "",
                "unit": match[3] or "",
                "fee": fee[0] if fee else "",
                "desc": rest[fee.end() :] if fee else rest,
            }
        )
    return rows


_TABLE = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
_QUANTITY = re.compile(r"(\d+) bản chính(?:,\s*(\d+) bản sao)?|(\d+) bản sao")
_FILE = re.compile(r"^(.{5,}?[.;):])\s*([^.;):\n]{1,120}\.(?:docx?|pdf|xlsx?|rar|zip))$", re.S)


def glued_components(text: str) -> tuple[Component, ...]:
    """Papers out of a glued table: each ends with its number of originals and copies."""
    sections = clean(text).split(_TABLE)
    case = sections[0].strip(" *-:\n")
    papers: list[tuple[str, str, int, int]] = []
    for i, section in enumerate(sections[1:], start=1):
        at = 0
        for match in _QUANTITY.finditer(section):
            originals, copies = quantity(match[1]), quantity(match[2] or match[3])
            digits = str(originals if match[1] else copies)
            name_end = match.start() + len(match[1] or match[3]) - len(digits)
            papers.append((section[at:name_end], case, originals, copies))
            at = match.end()
        if i < len(sections) - 1:
            case = section[at:].strip(" *-:\n")
    return components(papers)


def quantity(digits: str | None) -> int:
    """A number of papers; a year or number glued before it ("2026" + "1") is cut off."""
    if not digits:
        return 0
    return int(digits) if int(digits) <= 20 else int(digits[-1])


def components(papers: list[tuple[str, str, int, int]]) -> tuple[Component, ...]:
    """Components with running codes from (name, case, originals, copies); nameless ones are left out."""
    out: list[Component] = []
    for raw_name, case, originals, copies in papers:
        name = clean(raw_name).lstrip("-+• ").strip()
        if not name:
            continue
        file = _FILE.match(name)
        plain = fold(name)
        kind = ComponentKind.SUBMIT
        if "xuat trinh" in fold(case):
            kind = ComponentKind.SHOW
        elif re.match(
            r"(?:to khai|don |phieu (?:de nghi|yeu cau|khai)|giay de nghi|van ban de nghi|mau )", plain
        ):
            kind = ComponentKind.FORM
        out.append(
            Component(
                code=f"TP-{len(out) + 1:02d}",
                name=(file[1] if file else name)[:4000],
                form_name=(file[2].strip() if file else ""),
                kind=kind,
                case=clean(case)[:1000],
                originals=min(originals, 1000),
                copies=min(copies, 1000),
            )
        )
    return tuple(out)


_RESULT = re.compile(r"\s*Mã:\s*([A-Z0-9]+(?:[.\-_][A-Z0-9]+)*\d)")


def glued_results(text: str) -> tuple[Result, ...]:
    """Results out of "Giấy khai sinhMã: KQ.G15.000031…", page chrome cut off; a result without a code gets one."""
    chrome = CHROME.search(str(text))
    body = clean(str(text)[: chrome.start()] if chrome else text)
    out: list[Result] = []
    at = 0
    for match in _RESULT.finditer(body):
        out.append(Result(code=match[1], name=body[at : match.start()].strip() or match[1]))
        at = match.end()
    rest = body[at:].strip()
    if rest and not out:
        out.append(Result(code="KQ-01", name=rest[:2000]))
    return unique_results(out)


def unique_results(results: list[Result]) -> tuple[Result, ...]:
    """Each code once, the first wins."""
    return tuple({r.code: r for r in reversed(results)}.values())[::-1]


_LAW = re.compile(r"\d{1,4}/\d{4}/(?:QH\d{2}|UBTVQH\d{2}|[A-ZĐ]{2,8}(?:-[A-ZĐ]{2,12})*)")


def glued_laws(text: str) -> tuple[LegalBasis, ...]:
    """Texts of law out of a glued table of titles and numbers; each number once."""
    body = clean(text).removeprefix("Tên văn bản pháp lýMã văn bản")
    found: dict[str, str] = {}
    at = 0
    for match in _LAW.finditer(body):
        title = body[at : match.start()].strip(" ;,.")
        title = re.sub(r"(?:Luật|Nghị định|Thông tư|Quyết định|Nghị quyết)?(?: số)?$", "", title).strip()
        if not found.get(match[0]):
            found[match[0]] = title[:1000]
        at = match.end()
    return tuple(LegalBasis(number=number, title=title) for number, title in found.items())


def steps(text: str, case: str = "") -> tuple[Step, ...]:
    """Steps cut at "Bước 1:", or the whole text as one."""
    body = clean(text)
    if not body:
        return ()
    pieces = re.split(r"\n*(?=Bước\s+\d{1,2}\s*[:.])", body)
    return tuple(Step(text=p.strip(), case=case) for p in pieces if p.strip())


def looks_shuffled(text: str) -> bool:
    """Are lines out of order? A long line breaks off, and the next is the short tail of another sentence."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for line, following in pairwise(lines):
        broken = len(line) > 100 and line[-1] not in '.;:,)”"!?…/' and line[-1].islower()
        if broken and len(following) < 25 and following[0].islower() and following.endswith("."):
            return True
    return False
