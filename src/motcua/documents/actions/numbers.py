"""Numbers of register books: gap-free per agency, book and year."""

from __future__ import annotations

from django.db.models import F

from motcua.base.db import require_transaction
from motcua.documents.models import RegisterBook


def next_number(*, agency_key: str, book: str, year: int) -> int:
    """Take the next number; it is given back if the transaction fails. Refuses to run outside of one.

    Books begin with 01 each year (TT 01/2018/TT-VPCP Đ.10; NĐ 30/2020/NĐ-CP Đ.15). Who comes second waits
    for the first to commit.
    """
    require_transaction()
    key = {"agency_key": agency_key, "book": book, "year": year}
    RegisterBook.objects.bulk_create([RegisterBook(**key)], ignore_conflicts=True)
    RegisterBook.objects.filter(**key).update(last_number=F("last_number") + 1)
    return RegisterBook.objects.values_list("last_number", flat=True).get(**key)
