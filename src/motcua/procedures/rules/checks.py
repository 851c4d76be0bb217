"""What a draft must be before it may be published, and which papers it may no longer ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from motcua.base.vietnamese import fold
from motcua.deadlines.data import LimitUnit, TimeLimit
from motcua.procedures.data import (
    ChannelKind,
    ComponentKind,
    Degree,
    DoorKind,
    Flag,
    Problem,
    ProcedureContent,
    ReviewState,
)

# Papers of residence that NĐ 104/2022 (in force 1 January 2023) took out of procedures, as people and texts name them.
_BOOK = re.compile(
    r"\bso (?:dang ky )?(?:ho khau|ho tich gia dinh|tam tru|thuong tru)\b"
    r"|\bho khau\b(?! kinh doanh)"
    r"|\bso dang ky (?:tam tru|thuong tru)\b"
    r"|\bgiay (?:to )?(?:xac nhan|chung minh|chung nhan)(?: ve)?(?: thong tin(?: ve)?)?"
    r" (?:noi )?(?:cu tru|thuong tru|tam tru)\b"
    r"|\bgiay to (?:co gia tri )?(?:de )?chung minh (?:thong tin )?(?:ve )?(?:noi )?(?:cu tru|thuong tru|tam tru)\b"
    r"|\bgiay dang ky (?:tam tru|thuong tru|ho khau)\b"
    r"|\bxac nhan (?:noi )?cu tru\b"
    r"|\bct ?07\b"
)
# The same words inside a sentence that says they need not be shown do not ask for anything.
_WAIVED = re.compile(
    r"khong (?:phai|can|yeu cau|duoc yeu cau|bat buoc)(?: phai)? (?:nop|xuat trinh|cung cap|co|kem)"
    r"|khong yeu cau|bai bo|thay cho viec nop|ghi trong so ho khau|cap lai so|theo so ho khau|thu hoi so"
)
# Allowed by law only when the officer could not look the residence up (NĐ 104/2022 Đ.14).
_FALLBACK = re.compile(
    r"khong the khai thac|khong khai thac duoc|khong tra cuu duoc|truong hop khong co thong tin"
)


def asks_household_book(text: str) -> bool:
    """Does this wording ask the citizen for a household book or another paper of residence?

    Accents do not matter. Each sentence stands for itself: one that says the paper is not needed asks for nothing.
    """
    for sentence in re.split(r"[.;\n]|(?<=\)),", text):
        plain = fold(sentence)
        if _BOOK.search(plain) and not _WAIVED.search(plain):
            return True
    return False


def residence_papers(content: ProcedureContent) -> tuple[tuple[str, bool], ...]:
    """Names of components that ask for a household book or residence paper, and whether only as the last resort."""
    found = []
    for one in content.components:
        if asks_household_book(one.name):
            found.append((one.name, bool(_FALLBACK.search(fold(one.name)))))
    found += [(c.text, False) for c in content.conditions if asks_household_book(c.text)]
    return tuple(found)


def found_flags(content: ProcedureContent) -> tuple[Flag, ...]:
    """The flags the rules see, together with those the content already carries, each once."""
    flags: list[Flag] = [f for f in content.flags if f != Flag.HOUSEHOLD_BOOK]
    if residence_papers(content):
        flags.append(Flag.HOUSEHOLD_BOOK)
    if not content.limit and not any(c.limit or c.at_once for c in content.channels) and not content.at_once:
        flags.append(Flag.LIMIT_UNKNOWN)
    return tuple(dict.fromkeys(flags))


def working_hours(limit: TimeLimit) -> Decimal | None:
    """At least how many working hours a limit gives, at eight a day; None for what is counted by the wall clock."""
    per_unit = {
        LimitUnit.WORKING_HOUR: Decimal(1),
        LimitUnit.SAME_DAY: Decimal(8),
        LimitUnit.WORKING_DAY: Decimal(8),
        LimitUnit.MONTH: Decimal(20 * 8),
        LimitUnit.DAY: Decimal(8 * 5) / 7,
    }.get(limit.unit)
    return None if per_unit is None else per_unit * limit.amount


def longer(one: TimeLimit, other: TimeLimit) -> bool:
    """Is `one` surely longer than `other`? Different units are compared by working hours."""
    if one.unit == other.unit:
        return one.amount > other.amount
    left, right = working_hours(one), working_hours(other)
    return left is not None and right is not None and left > right


def problems(content: ProcedureContent, known_life_events: Iterable[str] = ()) -> tuple[Problem, ...]:
    """Everything that stands in the way of publishing, then what deserves a look. NĐ 63/2010 Đ.8 names the parts."""
    found = [*_parts(content), *_limits(content), *_process(content), *_doors(content), *_papers(content)]
    known = set(known_life_events)
    for event in content.life_events:
        if known and event not in known:
            found.append(
                _no("life_events", f"Không có sự kiện đời sống “{event}”.", f"No life event “{event}”.")
            )
    return tuple(sorted(found, key=lambda p: not p.blocking))


def _no(path: str, vi: str, en: str) -> Problem:
    return Problem(path=path, text_vi=vi, text_en=en, blocking=True)


def _look(path: str, vi: str, en: str) -> Problem:
    return Problem(path=path, text_vi=vi, text_en=en, blocking=False)


def _parts(content: ProcedureContent) -> list[Problem]:
    reviewed = content.review.state == ReviewState.REVIEWED
    make = _no if reviewed else _look
    parts = (
        ("steps", content.steps, "trình tự thực hiện", "steps"),
        ("channels", content.channels, "cách thức thực hiện", "ways of filing"),
        ("components", content.components, "thành phần hồ sơ", "papers of the dossier"),
        ("subjects", content.subjects, "đối tượng thực hiện", "who may ask"),
        ("agencies", content.agencies, "cơ quan thực hiện", "agencies"),
        ("results", content.results, "kết quả thực hiện", "results"),
        ("legal_basis", content.legal_basis, "căn cứ pháp lý", "legal basis"),
    )
    return [make(key, f"Thiếu {vi}.", f"The {en} are missing.") for key, value, vi, en in parts if not value]


def _limits(content: ProcedureContent) -> list[Problem]:
    found: list[Problem] = []
    reviewed = content.review.state == ReviewState.REVIEWED
    known = content.limit or content.at_once or any(c.limit or c.at_once for c in content.channels)
    if not known:
        make = _no if reviewed else _look
        found.append(make("limit", "Chưa rõ thời hạn giải quyết.", "The time limit is not known."))
    most = content.legal_maximum
    limits = [("limit", content.limit), *((f"channels.{c.kind}", c.limit) for c in content.channels)]
    for path, limit in limits:
        if limit is None or most is None:
            continue
        if most.at_once or (most.limit and longer(limit, most.limit)):
            allowed = most.limit.words if most.limit else "trả ngay"
            found.append(
                _no(
                    path,
                    f"Thời hạn {limit.words} dài hơn mức luật cho phép ({allowed}, {most.source.text}).",
                    f"The limit {limit.words} is longer than the law allows ({allowed}, {most.source.text}).",
                )
            )
    for channel in content.channels:
        if channel.degree == Degree.PARTIAL and not channel.partial_reason:
            found.append(
                _look(
                    f"channels.{channel.kind}",
                    "Dịch vụ một phần phải công khai lý do chưa toàn trình (NĐ 224/2026 Đ.14).",
                    "A partial online service must publish why it is not end-to-end (NĐ 224/2026 Đ.14).",
                )
            )
    return found


def _process(content: ProcedureContent) -> list[Problem]:
    steps = content.internal_process
    if not steps:
        return []
    found: list[Problem] = []
    orders = [s.order for s in steps]
    if orders != list(range(1, len(steps) + 1)):
        found.append(_no("internal_process", "Các bước phải đánh số 1, 2, 3…", "Number the steps 1, 2, 3…"))
    total = sum((s.hours for s in steps), Decimal(0))
    limits = [x for x in (content.limit, *(c.limit for c in content.channels)) if x]
    for limit in limits:
        allowed = working_hours(limit)
        if allowed is not None and total > allowed:
            found.append(
                _no(
                    "internal_process",
                    f"Các bước cộng lại {total} giờ, nhiều hơn thời hạn {limit.words} ({allowed:.0f} giờ làm việc).",
                    f"The steps take {total} hours, more than the limit {limit.words} ({allowed:.0f} hours).",
                )
            )
            break
    return found


def _doors(content: ProcedureContent) -> list[Problem]:
    found: list[Problem] = []
    if not content.doors:
        found.append(_look("doors", "Chưa nêu cửa tiếp nhận.", "No door is named."))
    for i, one in enumerate(content.doors):
        for other in content.doors[i + 1 :]:
            overlap = (one.validity.end is None or other.validity.start < one.validity.end) and (
                other.validity.end is None or one.validity.start < other.validity.end
            )
            if one.kind == other.kind and one.system == other.system and overlap:
                found.append(
                    _no("doors", f"Cửa {one.kind} nêu hai lần cùng thời gian.", f"Door {one.kind} twice.")
                )
    online = {DoorKind.PROVINCIAL_EFORM, DoorKind.NATIONAL_PORTAL, DoorKind.MINISTRY_SYSTEM}
    if content.doors and content.channel(ChannelKind.ONLINE) and not online & {d.kind for d in content.doors}:
        found.append(_look("doors", "Có kênh trực tuyến nhưng không có cửa trực tuyến.", "No online door."))
    for result in content.results:
        if not result.signers and content.review.state == ReviewState.REVIEWED:
            text = f"Kết quả “{result.name}” chưa nêu ai ký."
            found.append(_look(f"results.{result.code}", text, f"Nobody is named to sign “{result.name}”."))
    return found


def _papers(content: ProcedureContent) -> list[Problem]:
    found: list[Problem] = []
    for name, fallback in residence_papers(content):
        short = name if len(name) <= 120 else name[:117] + "…"
        if fallback:
            text = f"Chỉ được đòi giấy cư trú khi không tra cứu được (NĐ 104/2022): “{short}”."
        else:
            text = f"Đòi sổ hộ khẩu hoặc giấy cư trú, trái NĐ 104/2022: “{short}”."
        found.append(
            Problem(
                path="components",
                text_vi=text,
                text_en=f"Asks for a household book or residence paper (NĐ 104/2022): “{short}”.",
                blocking=not fallback and content.review.state == ReviewState.REVIEWED,
            )
        )
    if content.form:
        brought = {f.component for f in content.form.by_key.values() if f.component}
        unknown = brought - {c.code for c in content.components}
        if unknown:
            names = ", ".join(sorted(unknown))
            found.append(
                _no("form", f"Biểu mẫu nói tới giấy tờ không có: {names}.", f"Unknown papers: {names}.")
            )
        known = set(content.form.by_key)
        for one in content.components:
            if one.condition and one.condition.fields() - known:
                text = f"Điều kiện của giấy “{one.name}” nói tới trường không có."
                found.append(
                    _no(f"components.{one.code}", text, "A paper's condition names an unknown field.")
                )
        if not any(c.kind == ComponentKind.FORM for c in content.components):
            found.append(_look("components", "Có biểu mẫu điện tử nhưng không có tờ khai.", "No form paper."))
    return found
