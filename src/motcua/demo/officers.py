"""Invents the officers of every agency: who receives, solves, reviews, signs, stamps, controls."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Iterator
from datetime import date, timedelta

from motcua.base.data import Validity
from motcua.demo.people_maker import Maker
from motcua.people.api import Sex
from motcua.staff.api import NewOfficer, Role, SigningCapacity
from motcua.units.api import AgencyInfo, AgencyKind, Level, agencies

PASSWORD = (
    "mot cua dien tu 2026"  # every demo officer's; a real office sets MOTCUA_DEMO=0 and has none of them
)
SINCE = date(2024, 1, 1)
REFORM = date(2025, 7, 1)  # Luật 72/2025/QH15: two tiers of local government
BEFORE = date(2025, 3, 14)
OFFICE_MAIL = "nghean.example"

# Post within an agency: start of the user name, title, roles, capacity in which it signs.
Post = tuple[str, str, tuple[Role, ...], SigningCapacity | None]
DESK: tuple[Post, ...] = (
    ("tiepnhan", "Công chức tiếp nhận và trả kết quả", (Role.RECEPTION,), None),
    ("phutrach", "Phụ trách Bộ phận Một cửa", (Role.DESK_LEAD, Role.RECEPTION), None),
)
SOLVING_COMMUNE: tuple[Post, ...] = (
    ("hotich", "Công chức tư pháp - hộ tịch", (Role.SOLVER,), None),
    ("giaiquyet", "Công chức chuyên môn", (Role.SOLVER,), None),
    ("lanhdaophong", "Trưởng phòng chuyên môn", (Role.REVIEWER,), None),
    ("phochutich", "Phó Chủ tịch", (Role.SIGNER,), SigningCapacity.KT),
    ("lanhdao", "Chủ tịch", (Role.SIGNER, Role.LEADER), SigningCapacity.TM),
    ("vanthu", "Văn thư", (Role.CLERK,), None),
)
DEPARTMENT: tuple[Post, ...] = (
    ("tiepnhan", "Công chức của sở tại Trung tâm", (Role.RECEPTION,), None),
    ("giaiquyet", "Chuyên viên", (Role.SOLVER,), None),
    ("chuyenvien", "Chuyên viên chính", (Role.SOLVER,), None),
    ("lanhdaophong", "Trưởng phòng", (Role.REVIEWER,), None),
    ("phogiamdoc", "Phó Giám đốc", (Role.SIGNER,), SigningCapacity.KT),
    ("lanhdao", "Giám đốc", (Role.SIGNER, Role.LEADER), SigningCapacity.HEAD),
    ("vanthu", "Văn thư", (Role.CLERK,), None),
)
OLD_OFFICE: tuple[Post, ...] = (
    ("tiepnhan", "Công chức tiếp nhận và trả kết quả", (Role.RECEPTION, Role.DESK_LEAD), None),
    ("hotich", "Công chức tư pháp - hộ tịch", (Role.SOLVER, Role.REVIEWER), None),
    ("lanhdao", "Chủ tịch", (Role.SIGNER, Role.LEADER), SigningCapacity.TM),
    ("vanthu", "Văn thư", (Role.CLERK,), None),
)
CENTRE_PROVINCE: tuple[Post, ...] = (
    *DESK,
    ("tiepnhan2", "Công chức tiếp nhận và trả kết quả", (Role.RECEPTION,), None),
    ("buudien", "Nhân viên bưu chính công ích", (Role.SUPPORT,), None),
)
OFFICE_PROVINCE: tuple[Post, ...] = (
    ("kiemsoat", "Chuyên viên kiểm soát thủ tục hành chính", (Role.CONTROLLER,), None),
    ("danhmuc", "Quản trị danh mục thủ tục", (Role.CATALOGUE_ADMIN,), None),
    ("quantri", "Quản trị hệ thống", (Role.SYSTEM_ADMIN,), None),
    ("dieuhanh", "Chánh Văn phòng", (Role.LEADER, Role.SIGNER), SigningCapacity.TL),
)
PROVINCE: tuple[Post, ...] = (
    ("giaiquyet", "Chuyên viên tổng hợp", (Role.SOLVER,), None),
    ("lanhdaophong", "Trưởng phòng", (Role.REVIEWER,), None),
    ("phochutich", "Phó Chủ tịch", (Role.SIGNER, Role.LEADER), SigningCapacity.KT),
    ("lanhdao", "Chủ tịch", (Role.SIGNER, Role.LEADER), SigningCapacity.TM),
    ("vanthu", "Văn thư", (Role.CLERK,), None),
)
OTHER: tuple[Post, ...] = (
    ("giaiquyet", "Chuyên viên", (Role.SOLVER,), None),
    ("lanhdaophong", "Trưởng phòng", (Role.REVIEWER,), None),
    ("lanhdao", "Thủ trưởng", (Role.SIGNER, Role.LEADER), SigningCapacity.HEAD),
    ("vanthu", "Văn thư", (Role.CLERK,), None),
)
SPECIAL = {"ubnd-tinh": PROVINCE, "vp-ubnd-tinh": OFFICE_PROVINCE, "ttpvhcc-tinh": CENTRE_PROVINCE}


def all_officers(*, seed: int, on: date) -> list[NewOfficer]:
    """Officers of every agency that was there on 14 March 2025 or is there on `on`, one position each."""
    maker = Maker(seed=seed + 1, on=on)
    chance = random.Random(seed + 2)
    found = {agency.key: agency for day in (BEFORE, on) for agency in agencies(on=day)}
    officers: list[NewOfficer] = []
    for key in sorted(found):
        for post in posts_of(found[key]):
            officers.append(_officer(found[key], post, maker, chance, len(officers)))
    return officers


def posts_of(agency: AgencyInfo) -> tuple[Post, ...]:
    """Which posts an agency of this kind has in the demo."""
    if agency.key in SPECIAL:
        return SPECIAL[agency.key]
    if agency.kind is AgencyKind.DEPARTMENT:
        return DEPARTMENT
    if agency.kind is AgencyKind.COMMUNE_DIVISION:
        return ()  # its people hold their posts at the commune's people's committee
    old = agency.validity.end is not None and agency.validity.end <= REFORM
    if agency.level in (Level.COMMUNE, Level.DISTRICT):
        if agency.kind is AgencyKind.ONE_STOP_CENTRE:
            return DESK
        if agency.kind is AgencyKind.PEOPLE_COMMITTEE:
            return OLD_OFFICE if old else SOLVING_COMMUNE
    return OTHER


def place_of(agency_key: str) -> str:
    """The second part of user names: the commune's code, "tinh" for the province, else the agency's key."""
    for start in ("ubnd-xa-", "ttpvhcc-xa-"):
        if agency_key.startswith(start):
            return agency_key.removeprefix(start)
    return {"ubnd-tinh": "ubnd", "vp-ubnd-tinh": "tinh", "ttpvhcc-tinh": "tinh"}.get(agency_key, agency_key)


def username(post: str, agency_key: str) -> str:
    """The demo's user name: `tiepnhan.16681`, `lanhdao.so-tu-phap`, `quantri.tinh`."""
    return f"{post}.{place_of(agency_key)}"


def totp_secret(name: str) -> str:
    """The demo officer's authenticator secret: anyone can compute it, so that the tour and tests can sign in."""
    return base64.b32encode(hashlib.sha256(f"motcua demo {name}".encode()).digest()[:20]).decode()


def _officer(agency: AgencyInfo, post: Post, maker: Maker, chance: random.Random, index: int) -> NewOfficer:
    start, title, roles, capacity = post
    name = username(start, agency.key)
    validity = Validity(start=max(agency.validity.start, SINCE), end=agency.validity.end)
    sex = chance.choice((Sex.MALE, Sex.FEMALE))
    born = date(1968, 1, 1) + timedelta(days=chance.randint(0, 30 * 365))
    return NewOfficer(
        username=name,
        full_name=maker.name("Kinh", sex, born),
        agency_key=agency.key,
        title=title,
        roles=roles,
        capacity=capacity,
        valid_from=validity.start,
        valid_to=validity.end,
        email=f"{name}@{OFFICE_MAIL}",
        phone=f"+84593{100000 + index}",
    )


def usernames(agency_key: str, role: Role, officers: list[NewOfficer]) -> Iterator[str]:
    """User names of the agency's officers who have the role."""
    return (o.username for o in officers if o.agency_key == agency_key and role in o.roles)
