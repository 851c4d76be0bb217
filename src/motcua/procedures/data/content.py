"""What one version of a procedure says: the eight parts of NĐ 63/2010 Đ.8 and what the office adds.

The eight parts are name; steps; ways of filing (channels); dossier (components); time limit; who may ask
(subjects); who decides (agencies); results, with forms, conditions, and fees where there are any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from motcua.base.data import Certainty, Source
from motcua.deadlines.data import LimitUnit, TimeLimit

from .codec import InvalidContent, spell
from .forms import Expression, FormDefinition
from .process import UNREVIEWED, AgencyRule, Door, Flag, Level, LinkedPart, ProcessStep, Review


def _read_limit(raw: object) -> TimeLimit:
    """`5 working_day` (also hour, working_hour, day, month)."""
    match = re.fullmatch(r"(\d{1,4}) ([a-z_]+)", raw.strip()) if isinstance(raw, str) else None
    if not match or match[2] not in {u.value for u in LimitUnit} or int(match[1]) == 0:
        raise ValueError(f"{raw!r}: viết dạng '5 working_day' ({', '.join(u.value for u in LimitUnit)})")
    return TimeLimit(amount=int(match[1]), unit=LimitUnit(match[2]))


spell(TimeLimit, read=_read_limit, write=lambda limit: f"{limit.amount} {limit.unit.value}")

CODE = re.compile(r"\d{1,2}\.\d{5,6}(?:\.[0-9A-Z]{2,4}){0,5}")


class ChannelKind(StrEnum):
    """How a dossier is filed; the national codes are 1, 2 and 3 in this order."""

    DIRECT = "direct"
    ONLINE = "online"
    POST = "post"


class Degree(StrEnum):
    """Toàn trình or một phần."""

    FULL = "full"
    PARTIAL = "partial"


class FeeKind(StrEnum):
    """Phí pays a service's cost, lệ phí is a charge for the act itself (Luật Phí và lệ phí 2015 Đ.3)."""

    FEE = "fee"
    CHARGE = "charge"


@dataclass(frozen=True, kw_only=True)
class Fee:
    """What is paid: whole đồng per `per`; `amount` None: only words are known. `case` says when it applies."""

    name: str
    kind: FeeKind = FeeKind.FEE
    code: str = ""
    amount: int | None = None
    per: str = "hồ sơ"
    max_amount: int | None = None
    case: str = ""
    channel: ChannelKind | None = None
    source: Source | None = None

    def __post_init__(self) -> None:
        for value in (self.amount, self.max_amount):
            if value is not None and not 0 <= value <= 100_000_000_000:
                raise InvalidContent("amount", f"số tiền {value} ngoài khoảng hợp lý")


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One way of filing with its own limit (None: the procedure's) and fees (empty: the procedure's).

    A channel that is `at_once` gives the result while the citizen waits. `partial_reason` must be published
    when an online service is only partial (NĐ 224/2026 Đ.14).
    """

    kind: ChannelKind
    limit: TimeLimit | None = None
    at_once: bool = False
    degree: Degree | None = None
    partial_reason: str = ""
    fees: tuple[Fee, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if self.degree and self.kind != ChannelKind.ONLINE:
            raise InvalidContent("degree", "chỉ kênh trực tuyến có mức toàn trình hay một phần")


class ComponentKind(StrEnum):
    """What the citizen does with a paper."""

    FORM = "form"  # tờ khai, đơn: drawn from the e-form when there is one
    SUBMIT = "submit"  # giấy tờ phải nộp
    SHOW = "show"  # giấy tờ phải xuất trình: seen, not kept


DATA_SOURCES: dict[str, str] = {
    "population": "Cơ sở dữ liệu quốc gia về dân cư",
    "civil_status": "Cơ sở dữ liệu hộ tịch điện tử",
    "residence": "Cơ sở dữ liệu về cư trú",
    "identity": "Cơ sở dữ liệu căn cước",
    "business": "Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp, hộ kinh doanh",
    "tax": "Hệ thống thông tin quản lý thuế",
    "land": "Cơ sở dữ liệu đất đai",
    "construction": "Cơ sở dữ liệu về xây dựng",
    "insurance": "Cơ sở dữ liệu quốc gia về bảo hiểm",
    "judicial": "Cơ sở dữ liệu lý lịch tư pháp",
    "education": "Cơ sở dữ liệu giáo dục",
    "health": "Hệ thống thông tin y tế (giấy chứng sinh, báo tử)",
    "social": "Cơ sở dữ liệu an sinh xã hội",
    "vehicle": "Cơ sở dữ liệu đăng ký phương tiện, giấy phép lái xe",
    "environment": "Cơ sở dữ liệu tài nguyên và môi trường",
    "procedures": "Kết quả thủ tục hành chính đã có trong hệ thống",
    "wallet": "Kho dữ liệu điện tử của người dân",
}
DATA_KEY = re.compile(r"([a-z_]+):([A-Za-z0-9_.]+)")


def _check_data_key(key: str) -> None:
    match = DATA_KEY.fullmatch(key)
    if not match or match[1] not in DATA_SOURCES:
        raise InvalidContent(
            "replaced_by", f"{key!r}: dùng dạng nguồn:mục với nguồn là {', '.join(DATA_SOURCES)}"
        )


@dataclass(frozen=True, kw_only=True)
class Component:
    """One paper of the dossier.

    `replaced_by` lists what makes it needless: `registry:item` (`population:person`, `civil_status:birth`) or
    `wallet:result code`. `case` groups papers by case in words; `condition` decides over e-form answers.
    `once_only_note` tells the citizen where the state already has it.
    """

    code: str
    name: str
    name_en: str = ""
    kind: ComponentKind = ComponentKind.SUBMIT
    originals: int = 0
    copies: int = 0
    required: bool = True
    case: str = ""
    form_name: str = ""
    form_url: str = ""
    replaced_by: tuple[str, ...] = ()
    once_only_note: str = ""
    condition: Expression | None = None

    def __post_init__(self) -> None:
        for key in self.replaced_by:
            _check_data_key(key)
        if not (0 <= self.originals <= 1000 and 0 <= self.copies <= 1000):
            raise InvalidContent("originals", "số bản phải từ 0 đến 1000")


class SignerCapacity(StrEnum):
    """In which capacity one signs (NĐ 30/2020 Đ.13): in the office's own name, or KT., TM., TL., TUQ."""

    OWN = ""
    KT = "KT."
    TM = "TM."
    TL = "TL."
    TUQ = "TUQ."


@dataclass(frozen=True, kw_only=True)
class SignerRule:
    """One lawful signer: `capacity` for `on_behalf_of`, who holds the office `title`."""

    capacity: SignerCapacity = SignerCapacity.OWN
    on_behalf_of: str = ""
    title: str

    def __post_init__(self) -> None:
        if bool(self.capacity) != bool(self.on_behalf_of):
            raise InvalidContent(
                "on_behalf_of", "ký thay, thay mặt, thừa lệnh hay thừa ủy quyền phải nói của ai"
            )


@dataclass(frozen=True, kw_only=True)
class Result:
    """What the citizen gets: its number symbol (`{number}/{year}`), register book, lawful signers, validity."""

    code: str
    name: str
    name_en: str = ""
    symbol: str = ""
    register_book: str = ""
    signers: tuple[SignerRule, ...] = ()
    agency_seal: bool = True
    template: str = ""
    at_once: bool = False
    valid_for: TimeLimit | None = None
    form_name: str = ""
    wallet: bool = True

    @property
    def signer_capacity(self) -> SignerCapacity:
        """Capacity of the first lawful signer."""
        return self.signers[0].capacity if self.signers else SignerCapacity.OWN


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    """One text the procedure stands on."""

    number: str
    title: str = ""
    articles: str = ""
    certainty: Certainty = Certainty.MEMORY


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What the law demands of the applicant; `check` decides it over e-form answers where a machine can."""

    text: str
    text_en: str = ""
    check: Expression | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class LegalLimit:
    """The longest time that the law itself allows; a province may shorten, never lengthen it."""

    limit: TimeLimit | None = None
    at_once: bool = False
    source: Source

    def __post_init__(self) -> None:
        if self.at_once == (self.limit is not None):
            raise InvalidContent("limit", "cần đúng một trong hai: limit hoặc at_once: true")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the public procedure; `case` when the steps differ by case."""

    text: str
    case: str = ""


@dataclass(frozen=True, kw_only=True)
class ProcedureContent:
    """One version's whole text and rules."""

    code: str
    name: str
    name_en: str = ""
    field: str
    field_code: str = ""
    kind: str = ""
    levels: tuple[Level, ...]
    agencies: tuple[AgencyRule, ...] = ()
    subjects: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    channels: tuple[Channel, ...] = ()
    components: tuple[Component, ...] = ()
    dossier_count: int = 1
    limit: TimeLimit | None = None
    legal_maximum: LegalLimit | None = None
    results: tuple[Result, ...] = ()
    fees: tuple[Fee, ...] = ()
    legal_basis: tuple[LegalBasis, ...] = ()
    conditions: tuple[Condition, ...] = ()
    internal_process: tuple[ProcessStep, ...] = ()
    doors: tuple[Door, ...] = ()
    linked: tuple[LinkedPart, ...] = ()
    form: FormDefinition | None = None
    life_events: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    review: Review = UNREVIEWED

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise InvalidContent("code", f"mã {self.code!r} không có dạng 1.001193")
        if not self.name or len(self.name) > 2000:
            raise InvalidContent("name", "tên thủ tục trống hoặc dài hơn 2000 ký tự")
        if not self.levels:
            raise InvalidContent("levels", "cần ít nhất một cấp thực hiện")
        for what, keys in (
            ("components", [c.code for c in self.components]),
            ("results", [r.code for r in self.results]),
            ("channels", [c.kind.value for c in self.channels]),
            ("internal_process", [str(s.order) for s in self.internal_process]),
        ):
            twice = next((k for k in keys if keys.count(k) > 1), None)
            if twice is not None:
                raise InvalidContent(what, f"{twice!r} xuất hiện hai lần")

    @property
    def at_once(self) -> bool:
        """Is every result given while the citizen waits?"""
        return bool(self.results) and all(r.at_once for r in self.results)

    @property
    def is_parent(self) -> bool:
        """Does one filing open several linked dossiers?"""
        return bool(self.linked)

    def channel(self, kind: ChannelKind) -> Channel | None:
        """The channel of that kind, if the procedure has it."""
        return next((c for c in self.channels if c.kind == kind), None)

    def limit_for(self, kind: ChannelKind) -> TimeLimit | None:
        """The time limit that counts for a dossier filed this way (None: given at once, or not known)."""
        channel = self.channel(kind)
        return channel.limit if channel and channel.limit else self.limit

    def fees_for(self, kind: ChannelKind) -> tuple[Fee, ...]:
        """Fees that count for a dossier filed this way."""
        channel = self.channel(kind)
        own = channel.fees if channel else ()
        return own or tuple(f for f in self.fees if f.channel in (None, kind))
