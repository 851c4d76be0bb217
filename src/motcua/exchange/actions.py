"""What a person does about the exchange: send again, announce a planned outage, take an announcement back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, require_aware
from motcua.base.errors import DomainError
from motcua.deadlines import api as deadlines
from motcua.dossiers import api as dossiers
from motcua.exchange.connectors import connectors
from motcua.exchange.models import PlannedOutage, Track
from motcua.exchange.national.consuming import take_up_again
from motcua.exchange.permissions import NotYourExchange, agencies_for, check_whole
from motcua.ledger import api as ledger

MOST_AT_ONCE = 5000
WORKING_DAYS_AHEAD = 7  # NĐ 224/2026 Đ.13


class NothingToResend(DomainError):
    """None of these dossiers can be sent again: choose at least one."""

    message_vi = "Chưa chọn hồ sơ nào để gửi lại."


class BadOutage(DomainError):
    """The outage must end after it starts and must not be over: {why}."""

    message_vi = "Thời gian tạm dừng chưa đúng: {why}."


def resend(*, by: Actor, at: datetime, dossier_ids: Sequence[UUID]) -> int:
    """Put these dossiers at the head of the outbox, whole record and what was not told; returns how many.

    Also for those of which the outbox lost or never had the entries. Dossiers of other agencies than `by` looks
    after are refused together: `NotYourExchange`. Raises `NothingToResend`.
    """
    require_aware(at)
    mine = agencies_for(by)
    wanted = list(dict.fromkeys(dossier_ids))[:MOST_AT_ONCE]
    heads = dossiers.heads_of(wanted)
    if not heads:
        raise NothingToResend
    if mine is not None and any(one.receiving_agency not in mine for one in heads.values()):
        raise NotYourExchange("dossiers of another agency")
    with transaction.atomic():
        take_up_again(list(heads), at=at)
        rows = Track.objects.select_for_update().filter(dossier__in=list(heads)).order_by("dossier")
        keys = [row.dossier for row in rows]
        Track.objects.filter(dossier__in=keys).update(
            todo=True,
            recorded_seq=0,
            blocked=False,
            trouble="",
            troubled_at=None,
            error_code="",
            errors=[],
            tries=0,
            next_try_at=at,
        )
        ledger.append(
            kind="exchange.resent",
            subject=ledger.Subject(kind="exchange", id=str(uuid4())),
            by=by,
            at=at,
            payload={"dossiers": [str(key) for key in keys]},
        )
    return len(keys)


def announce_outage(
    *,
    by: Actor,
    at: datetime,
    connector: str,
    starts_at: datetime,
    ends_at: datetime,
    what_vi: str,
    what_en: str = "",
) -> int:
    """Tell the public of a planned outage; returns its id.

    NĐ 224/2026 Đ.13 asks for seven working days: a later announcement is kept and shown as late, not refused.
    Raises `BadOutage`, `NotYourExchange`, `LookupError` for an unknown connector.
    """
    check_whole(by)
    connectors.get(connector)
    for moment in (at, starts_at, ends_at):
        require_aware(moment)
    if ends_at <= starts_at or ends_at <= at or not what_vi.strip():
        raise BadOutage(why="kết thúc phải sau lúc bắt đầu và sau hiện tại, có nội dung")
    calendar = deadlines.calendar_for("ubnd-tinh", known_at=at)
    here, there = at.astimezone(VN).date(), starts_at.astimezone(VN).date()
    ahead = deadlines.working_days_between(here, there, calendar) if there > here else 0
    with transaction.atomic():
        row = PlannedOutage.objects.create(
            connector=connector,
            starts_at=starts_at,
            ends_at=ends_at,
            what_vi=what_vi.strip()[:500],
            what_en=what_en.strip()[:500],
            announced_at=at,
            announced_by=by.ref,
            told_in_time=ahead >= WORKING_DAYS_AHEAD,
        )
        ledger.append(
            kind="exchange.outage_announced",
            subject=ledger.Subject(kind="outage", id=str(row.pk)),
            by=by,
            at=at,
            payload={
                "connector": connector,
                "starts_at": starts_at.isoformat(),
                "ends_at": ends_at.isoformat(),
                "told_in_time": row.told_in_time,
            },
        )
    return int(row.pk)


def withdraw_outage(*, by: Actor, at: datetime, outage_id: int) -> None:
    """The outage will not take place; nothing happens for one that is withdrawn already. Raises `BadOutage`."""
    check_whole(by)
    with transaction.atomic():
        row = (
            PlannedOutage.objects.select_for_update().filter(pk=outage_id, withdrawn_at__isnull=True).first()
        )
        if row is None:
            raise BadOutage(why="không có thông báo này")
        row.withdrawn_at, row.withdrawn_by = at, by.ref
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        ledger.append(
            kind="exchange.outage_withdrawn",
            subject=ledger.Subject(kind="outage", id=str(row.pk)),
            by=by,
            at=at,
            payload={},
        )
