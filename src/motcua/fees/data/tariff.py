"""What a filing costs and why: tariff lines, reductions and exemptions as dated law, and the sum that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from motcua.base.clock import VN
from motcua.base.data import Certainty, Json, Source, Validity
from motcua.procedures.data import ChannelKind, FeeKind


class Origin(StrEnum):
    """Who set the fee: a province's council may reduce only what it sets itself (Luật Phí và lệ phí 2015)."""

    NATIONAL = "national"
    COUNCIL = "council"


class Entitlement(StrEnum):
    """A fact about the payer that lowers a fee. `fees` is told it; it never decides that somebody is poor."""

    POOR_HOUSEHOLD = "poor_household"
    MINORITY_MOUNTAIN = "minority_mountain"
    DISABLED = "disabled"
    MERIT = "merit"
    CHILD = "child"
    ELDERLY = "elderly"
    STUDENT = "student"
    DIGITAL_CITIZEN = "digital_citizen"
    FIRST_THIS_YEAR = "first_this_year"


ENTITLEMENT_WORDS: Mapping[Entitlement, tuple[str, str]] = {
    Entitlement.POOR_HOUSEHOLD: ("Người thuộc hộ nghèo", "Member of a poor household"),
    Entitlement.MINORITY_MOUNTAIN: (
        "Đồng bào dân tộc thiểu số ở xã miền núi đặc biệt khó khăn",
        "Ethnic minority in a mountain commune of special difficulty",
    ),
    Entitlement.DISABLED: ("Người khuyết tật", "Person with a disability"),
    Entitlement.MERIT: ("Người có công với cách mạng", "Person with merit to the revolution"),
    Entitlement.CHILD: ("Trẻ em", "Child"),
    Entitlement.ELDERLY: ("Người cao tuổi", "Elderly person"),
    Entitlement.STUDENT: ("Học sinh, sinh viên", "Pupil or student"),
    Entitlement.DIGITAL_CITIZEN: (
        "Công dân số: định danh mức 2, đã tích hợp đủ giấy tờ cơ bản trên VNeID",
        "Digital citizen: level-2 identity with the basic papers in VNeID",
    ),
    Entitlement.FIRST_THIS_YEAR: ("Lần đầu trong năm", "First time this year"),
}


@dataclass(frozen=True, kw_only=True)
class Dated:
    """When a rule of the law applies, since when we know it, where it stands and how sure that is."""

    validity: Validity
    known_from: datetime
    source: Source

    def holds(self, at: datetime) -> bool:
        """Was it in force at `at`, and known then? What is learnt later never reaches back."""
        return self.known_from <= at and self.validity.contains(at.astimezone(VN).date())


@dataclass(frozen=True, kw_only=True)
class TariffLine(Dated):
    """The full amount of one fee of a procedure; `amount` None: only words are known. Whole đồng per `per`."""

    procedure: str
    name: str
    name_en: str = ""
    kind: FeeKind
    code: str = ""
    amount: int | None
    per: str = "hồ sơ"
    max_amount: int | None = None
    case: str = ""
    channel: ChannelKind | None = None
    origin: Origin = Origin.NATIONAL
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Reduction(Dated):
    """A reduction or exemption: what is paid instead of the full amount, for whom, how filed, up to which cap.

    Exactly one of `pays_percent` and `pays_amount`. `needs` are facts that must all be given, of `any_of` one.
    `most_off_salaries`: never more off than that many base salaries (mức lương cơ sở).
    """

    id: str
    name_vi: str
    name_en: str
    procedures: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    channels: frozenset[ChannelKind] = frozenset()
    needs: frozenset[Entitlement] = frozenset()
    any_of: frozenset[Entitlement] = frozenset()
    pays_percent: int | None = None
    pays_amount: int | None = None
    most_off_salaries: int | None = None

    def __post_init__(self) -> None:
        if (self.pays_percent is None) == (self.pays_amount is None):
            raise ValueError(f"{self.id}: exactly one of pays_percent and pays_amount")
        if self.pays_percent is not None and not 0 <= self.pays_percent <= 100:
            raise ValueError(f"{self.id}: pays_percent must be 0 to 100")
        if self.pays_amount is not None and self.pays_amount < 0:
            raise ValueError(f"{self.id}: pays_amount must not be negative")
        if not (self.procedures or self.groups):
            raise ValueError(f"{self.id}: it reaches nothing")


@dataclass(frozen=True, kw_only=True)
class BaseSalary(Dated):
    """Mức lương cơ sở, by which some caps are counted; đồng a month."""

    amount: int


@dataclass(frozen=True, kw_only=True)
class FeeLaw:
    """All dated rules that a price follows from."""

    tariffs: tuple[TariffLine, ...] = ()
    reductions: tuple[Reduction, ...] = ()
    salaries: tuple[BaseSalary, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FeeLine:
    """One fee or charge; whole đồng.

    `base` is `unit_amount` × `quantity`, capped by `cap` where the tariff has one; `amount` what is left of it
    after the reduction `rule` (empty: none). `why_vi`, `why_en` explain it; `source`, `certainty` say by what law.
    """

    name: str
    code: str
    kind: str
    unit_amount: int
    quantity: int
    cap: int | None
    amount: int
    case: str = ""
    base: int | None = None
    rule: str = ""
    why_vi: str = ""
    why_en: str = ""
    source: str = ""
    certainty: str = ""

    def why(self, language: str = "vi") -> str:
        """Why it costs what it costs, in `language`."""
        return self.why_en if language == "en" else self.why_vi

    def as_json(self) -> dict[str, Json]:
        """Plain values."""
        return {
            "name": self.name,
            "code": self.code,
            "kind": self.kind,
            "unit_amount": self.unit_amount,
            "quantity": self.quantity,
            "cap": self.cap,
            "amount": self.amount,
            "case": self.case,
            "base": self.base,
            "rule": self.rule,
            "why_vi": self.why_vi,
            "why_en": self.why_en,
            "source": self.source,
            "certainty": self.certainty,
        }


@dataclass(frozen=True, kw_only=True)
class Chance:
    """A reduction that would lower the sum if a fact were shown: told to the payer, never applied by itself."""

    rule: str
    name_vi: str
    name_en: str
    needs: tuple[Entitlement, ...]
    total: int
    source: str
    certainty: Certainty
    until: date | None

    def name(self, language: str = "vi") -> str:
        """What it is called, in `language`."""
        return self.name_en if language == "en" else self.name_vi


@dataclass(frozen=True, kw_only=True)
class FeeDue:
    """What is to be paid. `unknown` names fees of which only words are known: an officer must say the amount."""

    lines: tuple[FeeLine, ...]
    unknown: tuple[str, ...]
    total: int
    chances: tuple[Chance, ...] = field(default=())
