"""Who serves a territory: the province's departments, and one people's committee with its desk per unit.

The provincial ones are listed in a file. Districts (until 30 June 2025) and communes all have the same
bodies, so theirs are derived from the units: Luật 77/2015/QH13 before, Luật 72/2025/QH15 since 1 July 2025.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from motcua.base.data import Certainty, Source
from motcua.units.data import (
    AgencyInfo,
    AgencyKind,
    Change,
    Level,
    Succession,
    UnitInfo,
    UnitKind,
)
from motcua.units.rules.files import BadTables, rows, span

TWO_TIERS_FROM = date(2025, 7, 1)  # Luật 72/2025/QH15: province and commune, no districts


@dataclass(frozen=True)
class Body:
    """A body that every unit of a kind has: how its key, name and code are made from the unit's."""

    key: str  # "{code}" is the unit's code
    name: str  # "{unit}" is the unit's name with a small first letter
    short: str
    kind: AgencyKind
    sub_code: str = ""  # below the people's committee's code
    ward_name: str = ""  # another name in a phường
    under: str = "ubnd-xa-{code}"
    source: str = ""  # where it comes from, when not where the other bodies of its unit come from

    def title(self, unit: UnitInfo) -> str:
        """The full name of the body of `unit`."""
        pattern = self.ward_name if self.ward_name and unit.kind is UnitKind.WARD else self.name
        return pattern.format(unit=_lower_first(unit.name))


COMMUNE_BODIES = (
    Body(
        "ubnd-xa-{code}",
        "Ủy ban nhân dân {unit}",
        "UBND {unit}",
        AgencyKind.PEOPLE_COMMITTEE,
        under="ubnd-tinh",
    ),
    Body(
        "ttpvhcc-xa-{code}",
        "Trung tâm Phục vụ hành chính công {unit}",
        "TTPVHCC {unit}",
        AgencyKind.ONE_STOP_CENTRE,
        ".01",
    ),
    Body(
        "vp-xa-{code}",
        "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân {unit}",
        "VP HĐND&UBND {unit}",
        AgencyKind.COMMUNE_DIVISION,
        ".02",
    ),
    Body(
        "pkt-xa-{code}",
        "Phòng Kinh tế {unit}",
        "Phòng Kinh tế {unit}",
        AgencyKind.COMMUNE_DIVISION,
        ".03",
        ward_name="Phòng Kinh tế, Hạ tầng và Đô thị {unit}",
    ),
    Body(
        "pvhxh-xa-{code}",
        "Phòng Văn hóa - Xã hội {unit}",
        "Phòng VH-XH {unit}",
        AgencyKind.COMMUNE_DIVISION,
        ".04",
    ),
    Body(
        "ca-xa-{code}",
        "Công an {unit}",
        "Công an {unit}",
        AgencyKind.POLICE,
        ".05",
        under="cong-an-tinh",
        source="commune-police",
    ),
)
OLD_COMMUNE_BODIES = (
    Body("ubnd-xa-{code}-cu", "Ủy ban nhân dân {unit}", "UBND {unit}", AgencyKind.PEOPLE_COMMITTEE, under=""),
    Body(
        "motcua-xa-{code}-cu",
        "Bộ phận Tiếp nhận và Trả kết quả {unit}",
        "Bộ phận một cửa {unit}",
        AgencyKind.ONE_STOP_CENTRE,
        ".01",
        under="ubnd-xa-{code}-cu",
    ),
    # Under the district's police until that level ended (1 March 2025, from memory): here under the province's.
    Body(
        "ca-xa-{code}-cu",
        "Công an {unit}",
        "Công an {unit}",
        AgencyKind.POLICE,
        ".02",
        under="cong-an-tinh",
        source="commune-police",
    ),
)
DISTRICT_BODIES = (
    Body(
        "ubnd-huyen-{code}",
        "Ủy ban nhân dân {unit}",
        "UBND {unit}",
        AgencyKind.PEOPLE_COMMITTEE,
        under="ubnd-tinh",
    ),
    Body(
        "motcua-huyen-{code}",
        "Bộ phận Tiếp nhận và Trả kết quả {unit}",
        "Bộ phận một cửa {unit}",
        AgencyKind.ONE_STOP_CENTRE,
        ".01",
        under="ubnd-huyen-{code}",
    ),
    Body(
        "ptckh-huyen-{code}",
        "Phòng Tài chính - Kế hoạch {unit}",
        "Phòng TC-KH {unit}",
        AgencyKind.OTHER,
        ".02",
        under="ubnd-huyen-{code}",
    ),
    Body(
        "ptp-huyen-{code}",
        "Phòng Tư pháp {unit}",
        "Phòng Tư pháp {unit}",
        AgencyKind.OTHER,
        ".03",
        under="ubnd-huyen-{code}",
    ),
    Body(
        "pnnmt-huyen-{code}",
        "Phòng Nông nghiệp và Môi trường {unit}",
        "Phòng NN&MT {unit}",
        AgencyKind.OTHER,
        ".04",
        under="ubnd-huyen-{code}",
    ),
    Body(
        "pktht-huyen-{code}",
        "Phòng Kinh tế, Hạ tầng và Đô thị {unit}",
        "Phòng KT, HT&ĐT {unit}",
        AgencyKind.OTHER,
        ".05",
        under="ubnd-huyen-{code}",
    ),
    Body(
        "cn-vpdkdd-{code}",
        "Chi nhánh Văn phòng Đăng ký đất đai {unit}",
        "CN VPĐKĐĐ {unit}",
        AgencyKind.BRANCH,
        ".06",
        under="",
    ),
)


def _lower_first(name: str) -> str:
    return name[0].lower() + name[1:]


def all_agencies(
    folder: Path,
    units: Mapping[str, UnitInfo],
    successions: tuple[Succession, ...],
    sources: Mapping[str, Source],
) -> tuple[dict[str, AgencyInfo], tuple[Succession, ...]]:
    """Every agency by key, and what followed which."""
    agencies: dict[str, AgencyInfo] = {}
    province = next(unit for unit in units.values() if unit.kind.level is Level.PROVINCE)
    listed = (_from_row(row, province, sources) for row in rows(folder, "agencies.csv"))
    for agency in (*listed, *_of_units(units, sources)):
        if agency.key in agencies:
            raise BadTables(f"agency {agency.key} stands twice")
        agencies[agency.key] = agency
    _with_official_codes(folder, agencies)
    for agency in agencies.values():
        if agency.parent_key is not None and agency.parent_key not in agencies:
            raise BadTables(f"agency {agency.key} is under {agency.parent_key}, which is not there")
    follow = (*_listed_successions(folder, sources), *_of_communes(units, successions, agencies))
    for succession in follow:
        if succession.from_key not in agencies or succession.to_key not in agencies:
            raise BadTables(f"{succession.from_key} -> {succession.to_key}: an agency is not there")
    return agencies, follow


def _with_official_codes(folder: Path, agencies: dict[str, AgencyInfo]) -> None:
    """Put the codes that the province knows in the place of the demo ones."""
    for row in rows(folder, "agency_codes.csv"):
        agency = agencies.get(row["key"])
        if agency is None:
            raise BadTables(f"a code for agency {row['key']}, which is not there")
        agencies[agency.key] = replace(
            agency, agency_code=row["agency_code"], agency_code_certainty=Certainty(row["certainty"])
        )


def _from_row(row: Mapping[str, str], province: UnitInfo, sources: Mapping[str, Source]) -> AgencyInfo:
    return AgencyInfo(
        key=row["key"],
        name=row["name"],
        short_name=row["short_name"],
        kind=AgencyKind(row["kind"]),
        level=Level.PROVINCE,
        unit_key=province.key,
        agency_code=row["agency_code"],
        validity=span(row),
        parent_key=row["parent"] or None,
        source=sources[row["source"]],
    )


def _of_units(units: Mapping[str, UnitInfo], sources: Mapping[str, Source]) -> Iterator[AgencyInfo]:
    communes = [unit for unit in units.values() if unit.level is Level.COMMUNE]
    new = sorted((u for u in communes if u.validity.start >= TWO_TIERS_FROM), key=lambda u: u.code)
    # Two digits a step: the 130 committees stand in two groups below the province's code.
    for number, unit in enumerate(new, start=1):
        code = f"H41.{50 + number // 100}.{number % 100:02d}"
        yield from _bodies(unit, COMMUNE_BODIES, code, sources, "commune2025")
    districts = {unit.key: unit for unit in units.values() if unit.level is Level.DISTRICT}
    for unit in districts.values():
        yield from _bodies(unit, DISTRICT_BODIES, _district_code(unit), sources, "commune-old")
    numbers: dict[str, int] = {}
    for unit in sorted((u for u in communes if u.validity.start < TWO_TIERS_FROM), key=lambda u: u.key):
        district = districts[unit.parent_key or ""]
        numbers[district.key] = numbers.get(district.key, 0) + 1
        code = f"{_district_code(district)}.{numbers[district.key] + 10:02d}"
        yield from _bodies(unit, OLD_COMMUNE_BODIES, code, sources, "commune-old")


def _district_code(unit: UnitInfo) -> str:
    return f"H41.{int(unit.code) - 412 + 25:02d}"


def _suffix(unit: UnitInfo) -> str:
    """The committees of units that ended before the last district reform are told apart by that year."""
    end = unit.validity.end
    if end is None or end >= TWO_TIERS_FROM or unit.level is not Level.COMMUNE:
        return ""
    return f"-{end.year}"


def _bodies(
    unit: UnitInfo, bodies: tuple[Body, ...], code: str, sources: Mapping[str, Source], source: str
) -> Iterator[AgencyInfo]:
    for body in bodies:
        parent = body.under.format(code=unit.code) + (_suffix(unit) if "{code}" in body.under else "")
        if not body.under and unit.level is Level.COMMUNE:
            parent = f"ubnd-huyen-{(unit.parent_key or '').partition('@')[0]}"
        yield AgencyInfo(
            key=body.key.format(code=unit.code) + _suffix(unit),
            name=body.title(unit),
            short_name=body.short.format(unit=_lower_first(unit.name)),
            kind=body.kind,
            level=unit.level,
            unit_key=unit.key,
            agency_code=code + body.sub_code,
            validity=unit.validity,
            parent_key=parent or None,
            source=sources[body.source or source],
        )


def _listed_successions(folder: Path, sources: Mapping[str, Source]) -> Iterator[Succession]:
    for row in rows(folder, "agency_successions.csv"):
        yield Succession(
            day=date.fromisoformat(row["date"]),
            from_key=row["from_key"],
            to_key=row["to_key"],
            how=Change(row["how"]),
            source=sources[row["source"]],
        )


def _of_communes(
    units: Mapping[str, UnitInfo], successions: tuple[Succession, ...], agencies: Mapping[str, AgencyInfo]
) -> Iterator[Succession]:
    of_unit = {(agency.unit_key, agency.kind): agency.key for agency in agencies.values()}
    for succession in successions:
        if units[succession.from_key].level is not Level.COMMUNE:
            continue
        for kind in (AgencyKind.PEOPLE_COMMITTEE, AgencyKind.ONE_STOP_CENTRE, AgencyKind.POLICE):
            yield Succession(
                day=succession.day,
                from_key=of_unit[succession.from_key, kind],
                to_key=of_unit[succession.to_key, kind],
                how=succession.how,
                source=succession.source,
            )
