"""Many files, results and wallet papers at once, for those who tell other systems of them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from motcua.documents.data import IssuedResult, ResultState
from motcua.documents.models import Result, StoredFile, WalletEntry
from motcua.documents.queries.results import result_view

_GIVEN = (ResultState.ISSUED, ResultState.REVOKED, ResultState.REPLACED)


def file_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of files by id; one query."""
    wanted = list(ids)
    return dict(StoredFile.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}


def results_given(ids: Iterable[UUID]) -> dict[UUID, IssuedResult]:
    """Results that were issued (also those revoked or replaced since) by id; one query."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = Result.objects.select_related("file", "replacement").filter(id__in=wanted, state__in=_GIVEN)
    return {row.id: result_view(row) for row in rows}


def digital_codes(wallet_refs: Iterable[str]) -> dict[str, str]:
    """The national code (TT 01/2023/TT-VPCP Đ.10) of papers that were taken from a wallet; one query.

    References without such a code are left out.
    """
    ids = [ref for ref in wallet_refs if _is_uuid(ref)]
    if not ids:
        return {}
    rows = WalletEntry.objects.filter(id__in=ids).exclude(digital_code="").values_list("id", "digital_code")
    return {str(key): code for key, code in rows}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
