"""Lets records that a code held back go again when the codes changed: the portal's list, or our units' own."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime

from django.db import transaction

from motcua.base.clock import VN
from motcua.exchange.models import Cursor, PortalProcedure, Track
from motcua.units import api as units

CURSOR = "national.mapping"


def release(*, at: datetime) -> int:
    """Free what is blocked by `mapping` once the codes are others than at the last look; returns how many.

    What is still wrong is blocked again by its next answer.
    """
    blocked = Track.objects.filter(trouble="mapping", blocked=True)
    if not blocked.exists():
        return 0
    now = _fingerprint(at.astimezone(VN).date())
    with transaction.atomic():
        seen, _ = Cursor.objects.select_for_update().get_or_create(name=CURSOR, defaults={"at": ""})
        if seen.at == now:
            return 0
        seen.at = now
        seen.save(update_fields=["at"])
        return blocked.update(
            blocked=False, trouble="", troubled_at=None, error_code="", errors=[], tries=0, next_try_at=at
        )


def _fingerprint(day: date) -> str:
    codes = PortalProcedure.objects.order_by("code").values_list("code", "field_code", "status")
    ours = sorted((one.key, one.agency_code, str(one.validity)) for one in units.agencies(on=day))
    return hashlib.sha256(json.dumps([list(codes), ours]).encode()).hexdigest()[:60]
