"""Figures that others report (phones, bank accounts, e-ID accounts): with their source, never counted with ours."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind, require_aware
from motcua.base.errors import DomainError
from motcua.indicators.data import ReportedFigure
from motcua.indicators.models import Reported
from motcua.indicators.queries.units import unit_named
from motcua.ledger.api import Subject, append

_REPORTERS = frozenset({"controller", "leader", "desk_lead", "reviewer"})
_SIGNERS = frozenset({"leader", "controller"})


class MayNotReport(DomainError):
    """Only officers of the unit, or of the province's office, report and sign its figures."""

    message_vi = "Chỉ cán bộ của đơn vị hoặc Văn phòng UBND tỉnh được báo cáo, xác nhận số liệu này."


class FigureInvalid(DomainError):
    """A figure needs a source, a day that has come, and a number that is not negative."""

    message_vi = "Số liệu cần nguồn, ngày không ở tương lai và giá trị không âm."


class OwnFigure(DomainError):
    """A figure is signed by somebody else than its author."""

    message_vi = "Người báo cáo không tự xác nhận số liệu của mình."


class SignedBefore(DomainError):
    """This figure is not there, or it was signed before."""

    message_vi = "Không có số liệu này, hoặc số liệu đã được xác nhận."


def report_figure(
    *,
    by: Actor,
    at: datetime,
    series: str,
    unit_key: str,
    day: date,
    numerator: Decimal,
    denominator: Decimal | None,
    source: str,
    file_id: UUID | None = None,
) -> ReportedFigure:
    """Write down a reported figure; ledger entry "figure.reported". A correction is a new row: history stays.

    Raises `MayNotReport`, `FigureInvalid`, `UnknownUnit`.
    """
    require_aware(at)
    unit_named(unit_key, at.astimezone(VN).date())
    if by.kind is not ActorKind.OFFICER or by.role not in _REPORTERS:
        raise MayNotReport(f"{by.role}")
    numbers = [n for n in (numerator, denominator) if n is not None]
    wrong = not source.strip() or not series.strip() or day > at.astimezone(VN).date()
    if wrong or any(not n.is_finite() or n < 0 or n >= 10**15 for n in numbers):
        raise FigureInvalid(series)
    with transaction.atomic():
        row = Reported.objects.create(
            series=series[:60],
            unit_key=unit_key,
            day=day,
            numerator=numerator,
            denominator=denominator,
            source=source[:500],
            file_id=file_id,
            author=by.ref,
            reported_at=at,
        )
        _write("figure.reported", row, by, at)
    return _view(row)


def sign_figure(*, by: Actor, at: datetime, figure_id: int) -> ReportedFigure:
    """Sign a reported figure off, by another than its author; ledger entry "figure.signed"."""
    require_aware(at)
    if by.kind is not ActorKind.OFFICER or by.role not in _SIGNERS:
        raise MayNotReport(f"{by.role}")
    with transaction.atomic():
        row = Reported.objects.select_for_update().filter(id=figure_id, signed_at=None).first()
        if row is None:
            raise SignedBefore(str(figure_id))
        if row.author == by.ref:
            raise OwnFigure(str(figure_id))
        row.signed_by, row.signed_at = by.ref, at
        row.save()
        _write("figure.signed", row, by, at)
    return _view(row)


def reported_series(series: str, unit_key: str) -> list[ReportedFigure]:
    """A series of one unit with its history, latest first."""
    rows = Reported.objects.filter(series=series, unit_key=unit_key).order_by("-day", "-reported_at", "-id")
    return [_view(row) for row in rows]


def _view(row: Reported) -> ReportedFigure:
    return ReportedFigure(
        id=row.id,
        series=row.series,
        unit_key=row.unit_key,
        day=row.day,
        numerator=row.numerator,
        denominator=row.denominator,
        source=row.source,
        file_id=row.file_id,
        author=row.author,
        reported_at=row.reported_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
    )


def _write(kind: str, row: Reported, by: Actor, at: datetime) -> None:
    append(
        kind=kind,
        subject=Subject(kind="figure", id=str(row.id)),
        by=by,
        at=at,
        unit=by.unit,
        payload={
            "series": row.series,
            "unit": row.unit_key,
            "day": row.day.isoformat(),
            "source": row.source,
        },
    )
