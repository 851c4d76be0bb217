"""The paper of a receipt: biên lai thu phí, lệ phí."""

from __future__ import annotations

from uuid import UUID

from motcua.base.clock import VN
from motcua.base.data import Json
from motcua.documents import api as documents
from motcua.fees.data import ReceiptState
from motcua.fees.queries.payments import payment
from motcua.fees.queries.receipts import receipt
from motcua.fees.rules.pricing import dong
from motcua.fees.rules.words import in_words
from motcua.units import api as units


def receipt_pdf(receipt_id: UUID) -> bytes:
    """The receipt as PDF/A, saying the same as every screen: amount, method, state, and whether it was voided.

    Raises `NoSuchReceipt`.
    """
    one = receipt(receipt_id)
    paid = payment(one.payment_id)
    lines: list[Json] = [
        {"name": str(line.get("name", "")), "why": str(line.get("why_vi", "")), "amount": dong(_whole(line))}
        for line in paid.lines
    ]
    standing = ""
    if one.state is ReceiptState.VOIDED:
        standing = f"ĐÃ HỦY: {one.void_reason}."
        if one.replaced_by:
            standing += f" Thay bằng biên lai số {one.replaced_by}."
    elif one.replaces:
        standing = f"Thay cho biên lai số {one.replaces} đã hủy."
    data: dict[str, Json] = {
        "agency": {"name": _agency(paid.agency_key)},
        "office": _agency(paid.agency_key),
        "number": one.written,
        "series": one.series,
        "dossier_code": paid.about.code,
        "procedure_code": paid.about.procedure,
        "procedure": paid.about.title,
        "payer": paid.about.payer,
        "lines": lines,
        "total": dong(one.amount),
        "total_words": in_words(one.amount),
        "method": paid.how(),
        "status": paid.status(),
        "standing": standing,
        "place_and_date": documents.long_date(one.issued_at.astimezone(VN).date()).capitalize(),
        "issued_at": f"{one.issued_at.astimezone(VN):%H:%M %d/%m/%Y}",
    }
    return documents.render_pdf("fee_receipt", data)


def _whole(line: object) -> int:
    amount = line.get("amount") if isinstance(line, dict) else None
    return amount if isinstance(amount, int) else 0


def _agency(key: str) -> str:
    try:
        return units.agency(key).name
    except units.UnknownAgency:
        return key
