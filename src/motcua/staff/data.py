"""What officers look like from outside: accounts, positions, roles, substitution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from motcua.base.data import Validity


class Role(StrEnum):
    """What a position lets its holder do.

    Reception, head of the desk, solver and co-ordination come from NĐ 61/2018/NĐ-CP art. 11, 17-19; the others
    are the usual division of work in an agency (not fixed by a text we could verify).
    """

    RECEPTION = "reception"  # cán bộ Bộ phận Một cửa
    DESK_LEAD = "desk_lead"  # người phụ trách Một cửa
    SOLVER = "solver"  # công chức giải quyết
    REVIEWER = "reviewer"  # lãnh đạo phòng
    SIGNER = "signer"  # lãnh đạo cơ quan ký
    CLERK = "clerk"  # văn thư
    CONTROLLER = "controller"  # kiểm soát TTHC
    CATALOGUE_ADMIN = "catalogue_admin"  # quản trị danh mục thủ tục
    SYSTEM_ADMIN = "system_admin"  # quản trị hệ thống
    LEADER = "leader"  # lãnh đạo xem điều hành
    SUPPORT = "support"  # nhân viên bưu chính công ích, hỗ trợ


ROLE_NAMES: Mapping[Role, tuple[str, str]] = {
    Role.RECEPTION: ("Cán bộ tiếp nhận", "Reception"),
    Role.DESK_LEAD: ("Phụ trách Bộ phận Một cửa", "Head of the one-stop desk"),
    Role.SOLVER: ("Công chức giải quyết", "Solving officer"),
    Role.REVIEWER: ("Lãnh đạo phòng", "Head of division"),
    Role.SIGNER: ("Lãnh đạo ký", "Signing leader"),
    Role.CLERK: ("Văn thư", "Clerk"),
    Role.CONTROLLER: ("Cán bộ kiểm soát TTHC", "Procedure control officer"),
    Role.CATALOGUE_ADMIN: ("Quản trị danh mục thủ tục", "Catalogue administrator"),
    Role.SYSTEM_ADMIN: ("Quản trị hệ thống", "System administrator"),
    Role.LEADER: ("Lãnh đạo điều hành", "Leader"),
    Role.SUPPORT: ("Nhân viên bưu chính, hỗ trợ", "Post and support"),
}


class SigningCapacity(StrEnum):
    """In which capacity a position signs (NĐ 30/2020/NĐ-CP, art. 13)."""

    HEAD = "head"  # the head signs in their own name
    KT = "KT"  # ký thay: a deputy for the head
    TM = "TM"  # thay mặt: on behalf of a collective body
    TL = "TL"  # thừa lệnh: by order of the head
    TUQ = "TUQ"  # thừa uỷ quyền: by the head's written authorisation


@dataclass(frozen=True, kw_only=True)
class AccountView:
    """An officer's account, without anything secret."""

    id: UUID
    username: str
    full_name: str
    email: str
    phone: str
    is_active: bool
    has_second_factor: bool


@dataclass(frozen=True, kw_only=True)
class PositionView:
    """A post an officer holds in an agency, for a time."""

    id: UUID
    account_id: UUID
    username: str
    full_name: str
    agency_key: str
    title: str
    roles: tuple[Role, ...]
    capacity: SigningCapacity | None
    validity: Validity


@dataclass(frozen=True, kw_only=True)
class SubstitutionView:
    """`substitute` acts in `position` while its holder is absent."""

    id: UUID
    position: PositionView
    substitute_id: UUID
    substitute_name: str
    validity: Validity
    reason: str


@dataclass(frozen=True, kw_only=True)
class NewOfficer:
    """One officer with one position, as a sheet's row or the demo gives it."""

    username: str
    full_name: str
    agency_key: str
    title: str
    roles: tuple[Role, ...]
    valid_from: date
    valid_to: date | None = None
    email: str = ""
    phone: str = ""
    capacity: SigningCapacity | None = None


@dataclass(frozen=True, kw_only=True)
class RowError:
    """What is wrong in one row of a sheet. `row` is the row's number in the sheet, the heading being 1."""

    row: int
    column: str
    message_vi: str
    message_en: str


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What importing a sheet of officers did; rows with errors were left out, the others were taken."""

    rows: int
    created: int
    changed: int
    unchanged: int
    errors: tuple[RowError, ...]


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """A second factor being set up: shown once, kept by the officer's authenticator."""

    secret: str
    uri: str
    recovery_codes: tuple[str, ...]
