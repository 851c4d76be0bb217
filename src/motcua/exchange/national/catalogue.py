"""Reads the portal's own list of procedures once a day: its codes are the ones that a record must carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from motcua.exchange.models import PortalProcedure
from motcua.exchange.national import client
from motcua.units import api as units

EVERY = timedelta(hours=20)


def is_due(*, at: datetime) -> bool:
    """Was it last read long enough ago?"""
    last = PortalProcedure.objects.aggregate(last=Max("read_at"))["last"]
    return last is None or at - last >= EVERY


def read_procedures(*, at: datetime) -> int:
    """Take over the portal's list; returns how many it has. A list that cannot be read changes nothing.

    Raises `client.PortalFailed`.
    """
    raw = client.ask("catalogue/LayDanhSachTTHC", {"madonvi": province_code()}, at=at, repeatable=True)
    listed = raw.get("result")
    if str(raw["error_code"]) != "0" or not isinstance(listed, list):
        raise client.PortalFailed(str(raw["error_code"]), in_doubt=False, detail="no list of procedures")
    rows = {row.code: row for row in _rows(listed, at)}
    if not rows:
        return 0
    with transaction.atomic():
        PortalProcedure.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "field_code", "field_name", "status", "read_at"],
            batch_size=2000,
        )
        PortalProcedure.objects.filter(read_at__lt=at).delete()
    return len(rows)


def _rows(listed: list[Any], at: datetime) -> Iterator[PortalProcedure]:
    for one in listed:
        if not isinstance(one, Mapping):
            continue
        code, field = str(one.get("MATTHC") or ""), str(one.get("MALINHVUC") or "")
        if not code or not field or len(code) > 40 or len(field) > 50:
            continue
        yield PortalProcedure(
            code=code.split(".000.", maxsplit=1)[0],
            name=str(one.get("TENTTHC") or "")[:2000],
            field_code=field,
            field_name=str(one.get("TENLINHVUC") or "")[:500],
            status=str(one.get("TRANGTHAI") or "")[:20],
            read_at=at,
        )


def province_code() -> str:
    """The province's own code ("H41"): it speaks for all of its units."""
    committee = units.agency("ubnd-tinh")
    if not committee.agency_code:
        raise RuntimeError(f"province {settings.MOTCUA_PROVINCE} has no code of its own")
    return committee.agency_code
