"""Reported figures: kept apart, with source, author and the signature of somebody else."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from motcua.indicators import api
from motcua.ledger.api import Subject, entries
from tests.dossiers.factories import CENTRE, MORNING, OFFICE, World

pytestmark = pytest.mark.django_db


def report(world: World, **changes: Any) -> api.ReportedFigure:
    values: dict[str, Any] = {
        "by": world.at(OFFICE, "controller"),
        "at": MORNING,
        "series": "bank-accounts",
        "unit_key": "tinh",
        "day": date(2026, 2, 28),
        "numerator": Decimal(2_000_000),
        "denominator": Decimal(2_500_000),
        "source": "Báo cáo 12/BC-NHNN",
    }
    return api.report_figure(**{**values, **changes})


def test_reported_signed_by_another_and_written_down(world: World) -> None:
    first = report(world)
    second = report(world, numerator=Decimal(2_100_000), at=MORNING + timedelta(hours=1))
    signed = api.sign_figure(
        by=world.at(OFFICE, "leader"), at=MORNING + timedelta(hours=2), figure_id=second.id
    )
    assert signed.signed_by
    assert [f.id for f in api.reported_series("bank-accounts", "tinh")] == [second.id, first.id]
    kinds = [e.kind for e in entries(Subject(kind="figure", id=str(second.id)))]
    assert kinds == ["figure.reported", "figure.signed"]
    with pytest.raises(api.SignedBefore):
        api.sign_figure(by=world.at(OFFICE, "leader"), at=MORNING, figure_id=second.id)


def test_nobody_signs_the_own_figure(world: World) -> None:
    with pytest.raises(api.OwnFigure):
        api.sign_figure(by=world.at(OFFICE, "controller"), at=MORNING, figure_id=report(world).id)


def test_who_may_not(world: World) -> None:
    with pytest.raises(api.MayNotReport):
        report(world, by=world.at(CENTRE, "reception"))
    with pytest.raises(api.MayNotReport):
        report(world, by=world.citizen)
    with pytest.raises(api.UnknownUnit):
        report(world, unit_key="nowhere")


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": " "},
        {"series": ""},
        {"day": date(2027, 1, 1)},
        {"numerator": Decimal(-1)},
        {"numerator": Decimal("NaN")},
        {"denominator": Decimal(10) ** 20},
    ],
)
def test_bad_figures(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(api.FigureInvalid):
        report(world, **wrong)
    assert api.reported_series("bank-accounts", "tinh") == []
