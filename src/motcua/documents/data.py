"""The values that cross the border of `documents`: files, results, signatures, verdicts, wallet items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from motcua.base.data import Certainty, Json
from motcua.base.errors import DomainError
from motcua.base.registry import Registry


class MediaType(StrEnum):
    """What a stored file may be; everything else is refused at the door."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class ResultFile:
    """What counting needs of a result's file. `shared_by`: other dossiers whose result has the same bytes."""

    state: ResultState
    size: int
    in_wallet: bool
    shared_by: int


@dataclass(frozen=True, kw_only=True)
class FileInfo:
    """A file kept under the hash of its bytes.

    `size` is in bytes; `sha256` is lower-case hexadecimal; `name` is safe to show and to offer for download.
    """

    id: UUID
    sha256: str
    size: int
    media_type: MediaType
    name: str
    stored_at: datetime


class Capacity(StrEnum):
    """In which capacity a document is signed (NĐ 30/2020/NĐ-CP, Phụ lục I, mục II, khoản 7)."""

    HEAD = ""  # the head of the agency, in the agency's own name
    ON_BEHALF = "TM."  # thay mặt: on behalf of a collective
    DEPUTY = "KT."  # ký thay: a deputy for the head
    BY_ORDER = "TL."  # thừa lệnh
    DELEGATED = "TUQ."  # thừa uỷ quyền
    ACTING = "Q."  # quyền


@dataclass(frozen=True, kw_only=True)
class SignerRef:
    """Who signs a result: whose key is used and how the signature block reads.

    `ref` is the staff account's id as text: the key belongs to the person. `on_behalf_of` is the line behind
    the capacity ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"); `title` the line under it ("PHÓ CHỦ TỊCH").
    """

    ref: str
    name: str
    title: str
    capacity: Capacity = Capacity.HEAD
    on_behalf_of: str = ""


class SignatureRole(StrEnum):
    """Whose signature it is: the person's, then the agency's (NĐ 30/2020/NĐ-CP Đ.5)."""

    PERSON = "person"
    AGENCY = "agency"
    SCAN = "scan"  # the person who digitised a paper (TT 01/2023/TT-VPCP Đ.7)


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle on a page: points from the lower left corner, `page` from 0 (-1: the last)."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, kw_only=True)
class SigningRequest:
    """One signature to be put on a PDF.

    `ref` names the key: a staff account for PERSON and SCAN, an agency key for AGENCY. `appearance` is a PDF
    of one page, drawn into `box`; without a box the signature is invisible. The proof of time is the
    time-stamping authority's own, whatever the appearance says.
    """

    role: SignatureRole
    ref: str
    name: str
    organisation: str
    field_name: str
    box: Box | None = None
    appearance: bytes = b""
    title: str = ""
    reason: str = ""


class CertificateState(StrEnum):
    """What is known of the certificate behind a signature."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_YET_VALID = "not_yet_valid"
    UNTRUSTED = "untrusted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class SignatureCheck:
    """What the machine found out about one signature of a PDF.

    `intact`: the signed bytes are unchanged. `covers_all`: nothing was added after it but what the signing
    rules allow. `certificate` is its state when it signed; `revoked_at` is set too when it was revoked later.
    `time` is the authority's when `time_proven`, else the signer's own claim.
    """

    field_name: str
    signer_name: str
    organisation: str
    issuer: str
    intact: bool
    covers_all: bool
    certificate: CertificateState
    time: datetime | None
    time_proven: bool
    revoked_at: datetime | None = None
    detail: str = ""

    @property
    def good(self) -> bool:
        """Does the signature prove what it is meant to prove?"""
        return self.intact and self.covers_all and self.certificate is CertificateState.VALID


class SigningUnavailable(DomainError):
    """The document could not be signed now; nothing was issued. Please try again in a few minutes."""

    message_vi = "Chưa ký số được văn bản; chưa có gì được ban hành. Vui lòng thử lại sau ít phút."


class CheckingUnavailable(DomainError):
    """Signatures cannot be checked at this moment. The paper is not judged; please try again in a few minutes."""

    message_vi = (
        "Hiện chưa kiểm tra được chữ ký số nên chưa kết luận về giấy tờ này. Vui lòng thử lại sau ít phút."
    )


class Signer(Protocol):
    """Puts PAdES B-LT signatures on PDFs and checks them; `exchange` implements it."""

    def sign(self, pdf: bytes, request: SigningRequest) -> bytes:
        """The PDF with one more signature; raises `SigningUnavailable` when the authority cannot be used."""
        ...

    def check(self, pdf: bytes) -> tuple[SignatureCheck, ...]:
        """Every signature of the PDF in the order they were made; a broken file raises nothing.

        Raises `CheckingUnavailable` when it is not known whom to trust.
        """
        ...

    def check_config(self) -> list[str]:
        """What is missing for this plug-in to work, in words; empty when it can work."""
        ...


SIGNERS: Registry[Signer] = Registry("signer")


class ResultState(StrEnum):
    """The life of a result: prepared → signed → issued → revoked or replaced."""

    PREPARED = "prepared"
    SIGNED = "signed"
    ISSUED = "issued"
    REVOKED = "revoked"
    REPLACED = "replaced"


@dataclass(frozen=True, kw_only=True)
class IssuedResult:
    """A result as other packages see it. `number` is the bare number, `full_number` as printed ("12/TLKS")."""

    id: UUID
    state: ResultState
    title: str
    number: int
    full_number: str
    symbol: str
    book: str
    year: int
    owner: UUID | None
    agency_key: str
    agency_name: str
    issued_on: date
    file: FileInfo | None
    verify_code: str
    dossier_ref: str
    procedure_code: str
    result_code: str
    replaces: UUID | None = None
    replaced_by: UUID | None = None
    ended_on: date | None = None
    ended_reason: str = ""


class Standing(StrEnum):
    """Whether a verified paper may be relied on."""

    STANDS = "stands"
    REVOKED = "revoked"
    REPLACED = "replaced"
    NOT_ISSUED = "not_issued"  # prepared or half signed only
    UNKNOWN = "unknown"  # not a paper of this province's system


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One statement of a verdict in both languages; `good` colours it, None is neutral."""

    vi: str
    en: str
    good: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer of the verify page, made for a reader who knows nothing of signatures.

    `trustworthy` is the one-word answer: unchanged, rightly signed, and still standing.
    """

    trustworthy: bool
    standing: Standing
    headline: Sentence
    sentences: tuple[Sentence, ...]
    signatures: tuple[SignatureCheck, ...] = ()
    title: str = ""
    full_number: str = ""
    agency_name: str = ""
    issued_on: date | None = None
    replaced_by_code: str = ""
    same_as_issued: bool | None = None


class WalletSource(StrEnum):
    """How a paper came into the wallet (kho quản lý dữ liệu điện tử, NĐ 45/2020/NĐ-CP Đ.16)."""

    ISSUED = "issued"
    DIGITISED = "digitised"
    UPLOADED = "uploaded"
    EXTERNAL = "external"


@dataclass(frozen=True, kw_only=True)
class WalletItem:
    """One paper in a person's wallet. `kind` is the coded type of paper ("KQ.…" or a component's code).

    `reliable` is true for what an agency issued or digitised: such a paper is never asked for again.
    """

    id: UUID
    person: UUID
    kind: str
    title: str
    number: str
    issuer: str
    source: WalletSource
    issued_on: date | None
    valid_until: date | None
    standing: Standing
    file: FileInfo | None
    result: UUID | None
    digital_code: str
    data: Mapping[str, Json] = field(default_factory=dict)

    @property
    def reliable(self) -> bool:
        """May an agency use it in place of the paper?"""
        return self.source is not WalletSource.UPLOADED and self.standing is Standing.STANDS


@dataclass(frozen=True, kw_only=True)
class TemplateInfo:
    """A page layout. `certainty` tells whether the layout is the law's own or our default."""

    id: str
    title: str
    paper: str  # "A4" or "A5"
    law: str
    certainty: Certainty
    regime: str = ""
