"""From what the machine found to sentences that a person at a counter understands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from motcua.base.clock import VN
from motcua.documents.data import (
    CertificateState,
    IssuedResult,
    ResultState,
    Sentence,
    SignatureCheck,
    Standing,
    Verdict,
)

_STANDING = {
    ResultState.PREPARED: Standing.NOT_ISSUED,
    ResultState.SIGNED: Standing.NOT_ISSUED,
    ResultState.ISSUED: Standing.STANDS,
    ResultState.REVOKED: Standing.REVOKED,
    ResultState.REPLACED: Standing.REPLACED,
}


def verdict(
    checks: Sequence[SignatureCheck],
    *,
    result: IssuedResult | None,
    same_as_issued: bool | None,
    replaced_by_code: str = "",
    capacity: str = "",
) -> Verdict:
    """Judge a paper.

    `result` is the paper of ours that it is or claims to be; `same_as_issued` whether every byte is as issued
    (`None` when only a code was given, or the paper is not ours). `capacity` is how the signer signed.
    """
    standing = _STANDING[result.state] if result is not None else Standing.UNKNOWN
    signed_well = bool(checks) and all(check.good for check in checks)
    trustworthy = signed_well and standing is Standing.STANDS and same_as_issued is not False
    sentences = [_is_changed(checks, same_as_issued)]
    for check in checks:
        sentences += _of_signature(check, capacity if check is checks[0] else "")
    sentences.append(_of_standing(standing, result, replaced_by_code))
    return Verdict(
        trustworthy=trustworthy,
        standing=standing,
        headline=_headline(checks, standing, same_as_issued, trustworthy=trustworthy),
        sentences=tuple(sentence for sentence in sentences if sentence is not None),
        signatures=tuple(checks),
        title=result.title if result else "",
        full_number=result.full_number if result else "",
        agency_name=result.agency_name if result else "",
        issued_on=result.issued_on if result else None,
        replaced_by_code=replaced_by_code,
        same_as_issued=same_as_issued,
    )


def _headline(
    checks: Sequence[SignatureCheck], standing: Standing, same: bool | None, *, trustworthy: bool
) -> Sentence:
    if trustworthy:
        return Sentence(
            vi="Giấy tờ này là thật, không bị sửa và đang có giá trị.",
            en="This paper is genuine, unchanged and in force.",
            good=True,
        )
    if not checks:
        return Sentence(
            vi="Tệp này không có chữ ký số, không xác minh được.",
            en="This file carries no digital signature and cannot be verified.",
            good=False,
        )
    if same is False or not all(check.intact and check.covers_all for check in checks):
        return Sentence(
            vi="Nội dung đã bị sửa sau khi ký. Không được tin dùng bản này.",
            en="The content was changed after it was signed. Do not rely on this copy.",
            good=False,
        )
    if not all(check.good for check in checks):
        return Sentence(
            vi="Chữ ký số trên giấy tờ không hợp lệ.",
            en="The digital signature on this paper is not valid.",
            good=False,
        )
    return _of_standing_short(standing)


def _of_standing_short(standing: Standing) -> Sentence:
    vi, en = {
        Standing.REVOKED: (
            "Giấy tờ này đã bị thu hồi, không còn giá trị.",
            "This paper has been revoked and is no longer in force.",
        ),
        Standing.REPLACED: (
            "Giấy tờ này đã được thay bằng bản mới, không còn giá trị.",
            "This paper has been replaced by a newer one and is no longer in force.",
        ),
        Standing.NOT_ISSUED: (
            "Giấy tờ này chưa được ban hành.",
            "This paper has not been issued yet.",
        ),
        Standing.UNKNOWN: (
            "Chữ ký số hợp lệ, nhưng giấy tờ không do hệ thống này cấp.",
            "The signature is valid, but the paper was not issued by this system.",
        ),
        Standing.STANDS: (
            "Giấy tờ này là thật.",
            "This paper is genuine.",
        ),
    }[standing]
    return Sentence(vi=vi, en=en, good=False if standing is not Standing.UNKNOWN else None)


def _is_changed(checks: Sequence[SignatureCheck], same: bool | None) -> Sentence | None:
    if not checks:
        return None
    if same is False or not all(check.intact and check.covers_all for check in checks):
        return Sentence(
            vi="Tệp khác với bản đã ký: ít nhất một byte đã thay đổi.",
            en="The file differs from what was signed: at least one byte has changed.",
            good=False,
        )
    return Sentence(
        vi="Không một byte nào thay đổi từ khi ký.",
        en="Not one byte has changed since it was signed.",
        good=True,
    )


def _of_signature(check: SignatureCheck, capacity: str) -> list[Sentence]:
    who = check.signer_name or "?"
    where = f" ({check.organisation})" if check.organisation and check.organisation != who else ""
    vi, en = f"Người ký: {who}{where}", f"Signed by {who}{where}"
    if capacity:
        vi, en = f"{vi}, ký với tư cách {capacity}", f"{en}, in the capacity {capacity}"
    if check.time is not None:
        vi, en = f"{vi}, lúc {_when(check.time)}", f"{en}, at {_when(check.time)}"
    proof_vi, proof_en = (
        (
            "; thời điểm do dịch vụ cấp dấu thời gian xác nhận.",
            "; the time is proven by a time-stamping service.",
        )
        if check.time_proven
        else ("; thời điểm do người ký tự khai.", "; the time is the signer's own claim.")
    )
    sentences = [Sentence(vi=vi + proof_vi, en=en + proof_en, good=check.good)]
    sentences.append(_of_certificate(check))
    return sentences


def _of_certificate(check: SignatureCheck) -> Sentence:
    issuer = check.issuer or "?"
    if check.certificate is CertificateState.VALID and check.revoked_at is not None:
        day = _when(check.revoked_at)
        return Sentence(
            vi=f"Chứng thư số do {issuer} cấp còn hiệu lực khi ký; nó bị thu hồi sau đó, lúc {day}. Chữ ký vẫn đúng.",
            en=f"The certificate from {issuer} was valid when it signed; it was withdrawn later, at {day}. "
            "The signature still holds.",
            good=True,
        )
    vi, en, good = {
        CertificateState.VALID: ("còn hiệu lực khi ký", "was valid when it signed", True),
        CertificateState.EXPIRED: ("đã hết hạn khi ký", "had expired when it signed", False),
        CertificateState.REVOKED: ("đã bị thu hồi khi ký", "had been revoked when it signed", False),
        CertificateState.NOT_YET_VALID: (
            "chưa có hiệu lực khi ký",
            "was not yet valid when it signed",
            False,
        ),
        CertificateState.UNTRUSTED: (
            "không do tổ chức được tin cậy cấp",
            "does not come from a trusted authority",
            False,
        ),
        CertificateState.UNKNOWN: ("không kiểm tra được", "could not be checked", False),
    }[check.certificate]
    return Sentence(
        vi=f"Chứng thư số (do {issuer} cấp) {vi}.", en=f"The certificate (from {issuer}) {en}.", good=good
    )


def _of_standing(standing: Standing, result: IssuedResult | None, new_code: str) -> Sentence:
    if result is None:
        return Sentence(
            vi="Hệ thống của tỉnh không có giấy tờ này.",
            en="The province's system does not know this paper.",
            good=False,
        )
    what = f"{result.title} số {result.full_number}"
    what_en = f"{result.title} no. {result.full_number}"
    if standing is Standing.STANDS:
        return Sentence(
            vi=f"{what} do {result.agency_name} cấp ngày {result.issued_on:%d/%m/%Y}, đang có giá trị.",
            en=f"{what_en}, issued by {result.agency_name} on {result.issued_on:%d/%m/%Y}, is in force.",
            good=True,
        )
    if standing is Standing.NOT_ISSUED:
        return Sentence(
            vi=f"{what} chưa được ban hành.", en=f"{what_en} has not been issued yet.", good=False
        )
    day = f"{result.ended_on:%d/%m/%Y}" if result.ended_on else "?"
    if standing is Standing.REVOKED:
        return Sentence(
            vi=f"{what} đã bị thu hồi ngày {day}. Lý do: {result.ended_reason}",
            en=f"{what_en} was revoked on {day}. Reason: {result.ended_reason}",
            good=False,
        )
    return Sentence(
        vi=f"{what} đã được thay thế ngày {day} bằng giấy tờ có mã {new_code or '?'}. Lý do: {result.ended_reason}",
        en=f"{what_en} was replaced on {day} by the paper with code {new_code or '?'}. "
        f"Reason: {result.ended_reason}",
        good=False,
    )


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(VN):%H:%M:%S %d/%m/%Y}"
