"""The electronic data store of a person or an organisation: what is held, and what may replace a paper."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import F, Q

from motcua.documents.data import ResultState, Standing, WalletItem, WalletSource
from motcua.documents.models import WalletEntry
from motcua.documents.queries.files import file_view

_STANDING = {
    ResultState.PREPARED: Standing.NOT_ISSUED,
    ResultState.SIGNED: Standing.NOT_ISSUED,
    ResultState.ISSUED: Standing.STANDS,
    ResultState.REVOKED: Standing.REVOKED,
    ResultState.REPLACED: Standing.REPLACED,
}


def wallet(person_id: UUID, *, kinds: Collection[str] | None = None) -> list[WalletItem]:
    """Everything in a person's wallet, newest first; of the coded `kinds` only, when given."""
    return _items(Q(person_id=person_id), kinds)


def wallet_of_organisation(
    organisation_id: UUID, *, kinds: Collection[str] | None = None
) -> list[WalletItem]:
    """Everything in an organisation's wallet, newest first."""
    return _items(Q(organisation_id=organisation_id), kinds)


def wallet_item(item_id: UUID) -> WalletItem | None:
    """One item, if it is still in the wallet."""
    row = (
        WalletEntry.objects.select_related("file", "result__file").filter(id=item_id, removed_at=None).first()
    )
    return item_view(row) if row is not None else None


def reusable(person_id: UUID, *, kinds: Collection[str], on: date) -> list[WalletItem]:
    """What may stand in for a paper of these `kinds` on that day: reliable, standing, still valid.

    Once only: such a paper must not be asked for again (NĐ 45/2020/NĐ-CP Đ.25, NĐ 224/2026/NĐ-CP Đ.15).
    """
    return [
        item
        for item in wallet(person_id, kinds=kinds)
        if item.reliable and (item.valid_until is None or on <= item.valid_until)
    ]


def _items(holder: Q, kinds: Collection[str] | None) -> list[WalletItem]:
    rows = WalletEntry.objects.select_related("file", "result__file").filter(holder, removed_at=None)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    return [
        item_view(row) for row in rows.order_by("-added_at", F("result__number").desc(nulls_last=True), "-id")
    ]


def item_view(row: WalletEntry) -> WalletItem:
    """A row as other packages see it; an issued paper's standing is its result's, as of now."""
    result = row.result
    standing = _STANDING[ResultState(result.state)] if result is not None else Standing.STANDS
    file = result.file if result is not None else row.file
    holder = row.person_id or row.organisation_id
    assert holder is not None  # the database's constraint
    return WalletItem(
        id=row.id,
        person=holder,
        kind=row.kind,
        title=row.title,
        number=row.number,
        issuer=row.issuer,
        source=WalletSource(row.source),
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        standing=standing,
        file=file_view(file) if file is not None else None,
        result=row.result_id,
        digital_code=row.digital_code,
        data=row.data,
    )
