"""Invented citizens pay by the same doors as real ones: money, receipts and the platform's statement agree."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings as django_settings

from motcua.base.clock import VN
from motcua.demo import paying, plans
from motcua.fees import api as fees
from tests.dossiers.factories import World
from tests.payments.playing import COST, LATER, Outside, owing

pytestmark = pytest.mark.django_db


class Always(random.Random):
    """Every chance comes out as told."""

    def __init__(self, value: float) -> None:
        super().__init__(0)
        self.value = value

    def random(self) -> float:
        """The value that was told."""
        return self.value


@pytest.fixture
def beside(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> Outside:
    """The demo's own simulated systems are those of the test."""
    monkeypatch.setattr(django_settings, "MOTCUA_SANDBOX_URL", outside.base)
    return outside


def test_by_phone_on_a_day_gone_by(world: World, beside: Outside) -> None:
    """Booked on that day by the platform and by us: the reconciliation of the day finds nothing."""
    dossier_id, demand = owing(world)
    assert demand is not None
    payers = paying.Payers()
    payers.settle(dossier_id, desk=world.reception, at=LATER, chance=Always(0.0), home=True)
    paid = fees.payment(demand.id)
    assert (paid.state, paid.method, paid.paid_at) == (
        fees.PaymentState.PAID,
        fees.PaymentMethod.NATIONAL_PLATFORM,
        LATER,
    )
    (money,) = fees.money_of(demand.id)
    assert (money.amount, money.booked_at) == (COST, LATER)
    compared = fees.reconcile(at=LATER, gateway_id="platform", day=LATER.astimezone(VN).date())
    assert not compared.differences
    assert (payers.online, payers.counter) == (1, 0)


def test_the_platform_is_down(world: World, beside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then they pay at the counter, once."""
    dossier_id, demand = owing(world)
    assert demand is not None
    monkeypatch.setattr(django_settings, "MOTCUA_SANDBOX_URL", "http://127.0.0.1:9")
    payers = paying.Payers()
    payers.settle(dossier_id, desk=world.reception, at=LATER, chance=Always(0.0), home=True)
    paid = fees.payment(demand.id)
    assert paid.method is fees.PaymentMethod.CASH
    assert [one.written for one in fees.receipts_of(demand.id)] == [paid.receipt_number]


def test_working_time_there_and_back() -> None:
    """So many working hours before a moment lie inside office hours of a weekday."""
    night = datetime(2026, 11, 23, 5, 0, tzinfo=VN)  # a Monday
    assert plans.earlier(night, 1) == datetime(2026, 11, 20, 15, 45, tzinfo=VN)
    assert plans.earlier(night, 9.25) == datetime(2026, 11, 20, 7, 30, tzinfo=VN)
    chance: Any = random.Random(1)
    there = plans.later(datetime(2026, 11, 20, 16, 0, tzinfo=VN), 2, chance)
    assert datetime(2026, 11, 23, 8, 45, tzinfo=VN) < there <= datetime(2026, 11, 23, 9, 0, tzinfo=VN)
