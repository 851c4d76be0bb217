"""Asking after lost callbacks, refunds, two at once, and the daily comparison to the đồng."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from motcua.base import clock
from motcua.dossiers import api as dossiers
from motcua.fees import api as fees
from motcua.fees.data import (
    AttemptState,
    GatewayRefused,
    GatewayUnavailable,
    MoneyState,
    PaymentState,
    PaymentView,
    ReceiptState,
    Verdict,
)
from motcua.fees.models import MoneyIn
from tests.dossiers.factories import World
from tests.payments.playing import COST, LATER, Outside, owing, state_of


@pytest.fixture
def demand(world: World, outside: Outside) -> PaymentView:
    """A demand of 8.000 đ for which a dossier waits."""
    found = owing(world)[1]
    assert found is not None
    return found


@pytest.fixture
def attempt(demand: PaymentView, world: World) -> fees.AttemptView:
    """A try on the platform."""
    return fees.start(by=world.citizen, at=LATER, payment_id=demand.id, gateway_id="platform")


@pytest.mark.django_db
class TestAsking:
    """A callback that never comes loses nothing."""

    def test_paid_and_nobody_told(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside
    ) -> None:
        """Asked after a minute, then ever more rarely; the answer pays."""
        assert fees.ask_after(at=LATER + timedelta(seconds=30)) == []
        (still,) = fees.ask_after(at=LATER + timedelta(seconds=61))
        assert still.verdict is Verdict.NOTED
        outside.act(attempt.reference)
        assert fees.ask_after(at=LATER + timedelta(seconds=90)) == []
        (now,) = fees.ask_after(at=LATER + timedelta(minutes=4))
        assert (now.verdict, now.payment_id) == (Verdict.APPLIED, demand.id)
        assert fees.ask_after(at=LATER + timedelta(days=5)) == []

    @pytest.mark.parametrize(
        ("act", "state"),
        [
            ("cancel", AttemptState.CANCELLED),
            ("refuse", AttemptState.FAILED),
            ("expire", AttemptState.EXPIRED),
        ],
    )
    def test_it_came_to_nothing(
        self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside, act: str, state: AttemptState
    ) -> None:
        """The demand stays due and can be tried anew."""
        outside.act(attempt.reference, act)
        fees.ask_after(at=LATER + timedelta(minutes=2))
        assert fees.attempts(demand.id)[0].state is state
        assert fees.payment(demand.id).state is PaymentState.DUE

    @pytest.mark.parametrize("kind", ["error_before", "bad_json", "empty", "wrong_answer", "error_inside"])
    def test_it_does_not_answer(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside, kind: str
    ) -> None:
        """Broken answers change nothing; later the truth is learnt."""
        outside.act(attempt.reference)
        outside.faults("pay", {"kind": kind, "operation": "query"})
        (told,) = fees.ask_after(at=LATER + timedelta(minutes=2))
        assert told.verdict is Verdict.ERROR
        assert fees.payment(demand.id).state is PaymentState.DUE
        outside.faults("pay")
        assert fees.ask_after(at=LATER + timedelta(minutes=20))[0].verdict is Verdict.APPLIED


@pytest.mark.django_db
class TestStarting:
    """One try however often one clicks; a service that is down charges nobody."""

    def test_a_double_click(self, world: World, demand: PaymentView, attempt: fees.AttemptView) -> None:
        """The same try, the same address."""
        again = fees.start(by=world.citizen, at=LATER, payment_id=demand.id, gateway_id="platform")
        assert again == attempt

    def test_after_it_ran_out(self, world: World, demand: PaymentView, attempt: fees.AttemptView) -> None:
        """A new try with a new reference; the old one is asked after once more."""
        late = LATER + timedelta(hours=1)
        second = fees.start(by=world.citizen, at=late, payment_id=demand.id, gateway_id="platform")
        assert second.reference != attempt.reference
        assert [one.state for one in fees.attempts(demand.id)] == [AttemptState.EXPIRED, AttemptState.PENDING]

    @pytest.mark.parametrize("kind", ["error_before", "error_after", "bad_json", "wrong_answer", "empty"])
    def test_the_answer_is_lost(self, world: World, demand: PaymentView, outside: Outside, kind: str) -> None:
        """The try stays, and the next click gives the same one: the platform knows it by its reference."""
        outside.faults("pay", {"kind": kind, "operation": "init"})
        with pytest.raises((GatewayUnavailable, GatewayRefused)):
            fees.start(by=world.citizen, at=LATER, payment_id=demand.id, gateway_id="platform")
        outside.faults("pay")
        (kept,) = fees.attempts(demand.id)
        assert kept.state is AttemptState.INITIATED
        again = fees.start(
            by=world.citizen, at=LATER + timedelta(minutes=1), payment_id=demand.id, gateway_id="platform"
        )
        assert (again.id, again.state) == (kept.id, AttemptState.PENDING)

    @pytest.mark.parametrize("gateway_id", ["", "nowhere", "../platform"])
    def test_unknown_ways(self, world: World, demand: PaymentView, gateway_id: str) -> None:
        """Only what is registered and set up."""
        with pytest.raises(fees.NoSuchGateway):
            fees.start(by=world.citizen, at=LATER, payment_id=demand.id, gateway_id=gateway_id)

    def test_what_is_not_due(self, world: World, demand: PaymentView) -> None:
        """Paid, or withdrawn."""
        fees.cancel(by=world.reception, at=LATER, payment_id=demand.id, reason="Thu nhầm")
        with pytest.raises(fees.PaymentNotPossible):
            fees.start(by=world.citizen, at=LATER, payment_id=demand.id, gateway_id="platform")


def pay_online(demand: PaymentView, attempt: fees.AttemptView, outside: Outside) -> None:
    """Paid on the platform; learnt by asking."""
    outside.act(attempt.reference)
    assert fees.ask_one(attempt.id, at=LATER + timedelta(minutes=1)).verdict is Verdict.APPLIED


@pytest.mark.django_db
class TestRefunds:
    """Money goes back the way it came, once, with its receipt voided."""

    def test_online(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside
    ) -> None:
        """Asked, sent, noted; the receipt's number stays used."""
        pay_online(demand, attempt, outside)
        fees.ask_refund(by=world.lead, at=LATER + timedelta(hours=1), payment_id=demand.id, reason="Thu thừa")
        with pytest.raises(fees.ThroughGateway):
            fees.counted_out(by=world.reception, at=LATER + timedelta(hours=2), payment_id=demand.id)
        assert fees.payment(demand.id).status() == "đang hoàn tiền"
        assert fees.send_refunds(at=LATER + timedelta(hours=2)) == 1
        now = fees.payment(demand.id)
        assert (now.state, now.receipt_number) == (PaymentState.REFUNDED, "2026-0000001")
        (receipt,) = fees.receipts_of(demand.id)
        assert (receipt.state, receipt.void_reason) == (ReceiptState.VOIDED, "Thu thừa")
        assert fees.money_of(demand.id)[0].state is MoneyState.REFUNDED
        assert fees.send_refunds(at=LATER + timedelta(days=1)) == 0

    def test_the_answer_is_lost(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside
    ) -> None:
        """Sent again under the same key: the platform pays back once."""
        pay_online(demand, attempt, outside)
        fees.ask_refund(by=world.lead, at=LATER + timedelta(hours=1), payment_id=demand.id, reason="Thu thừa")
        outside.faults("pay", {"kind": "bad_json", "operation": "refund"})
        assert fees.send_refunds(at=LATER + timedelta(hours=2)) == 0
        outside.faults("pay")
        assert fees.send_refunds(at=LATER + timedelta(hours=3)) == 1
        row = outside.sandbox.service("pay").store.rows(
            "SELECT refunded FROM payment WHERE ref = ?", (attempt.reference,)
        )[0]
        assert row["refunded"] == COST

    def test_for_a_dossier_that_was_withdrawn_meanwhile(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside
    ) -> None:
        """The citizen took the dossier back while the bank still worked: the money goes back by itself."""
        from uuid import UUID

        dossier_id = UUID(demand.subject_id)
        dossiers.withdraw(by=world.citizen, at=LATER, dossier_id=dossier_id, reason="Đổi ý")
        pay_online(demand, attempt, outside)
        assert dossiers.note_payment(at=LATER + timedelta(minutes=2), payment_id=demand.id) is None
        assert fees.payment(demand.id).state is PaymentState.REFUND_ASKED
        assert fees.send_refunds(at=LATER + timedelta(minutes=3)) == 1
        assert state_of(world, dossier_id) is dossiers.State.WITHDRAWN


@pytest.mark.django_db
class TestReconciliation:
    """Platform, bank and ledger, to the đồng; each difference by name."""

    def test_agrees_then_not(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside
    ) -> None:
        """A whole day: agreement; then a lost message, a changed sum, an invented payment: each is named."""
        today = _platform_day()
        self.forget_others(today)
        pay_online(demand, attempt, outside)
        done = fees.reconcile(at=LATER, gateway_id="platform", day=today)
        assert (done.agrees, done.ours_amount) == (True, done.theirs_amount), done.differences
        second = owing(world)[1]
        assert second is not None
        other = fees.start(by=world.citizen, at=LATER, payment_id=second.id, gateway_id="platform")
        outside.act(other.reference)
        assert self.kinds(today) == ["missing_here"]
        fees.ask_one(other.id, at=LATER + timedelta(minutes=1))
        assert self.kinds(today) == []
        money = MoneyIn.objects.get(payment_id=second.id)
        MoneyIn.objects.filter(id=money.id).update(amount=COST + 1)
        assert self.kinds(today) == ["amount", "ledger"]
        MoneyIn.objects.filter(id=money.id).update(amount=COST, outside_ref="INVENTED")
        assert self.kinds(today) == ["missing_here", "missing_there"]

    def kinds(self, day: date) -> list[str]:
        """The kinds of today's differences."""
        found = fees.reconcile(at=LATER, gateway_id="platform", day=day)
        return sorted(str(one["kind"]) for one in found.differences)

    def forget_others(self, day: date) -> None:
        """The sandbox is shared: what other tests' rolled-back payments left there is booked as ours."""
        gateway = fees.gateway("platform")
        for at, one in enumerate(gateway.statement(day, at=LATER)):
            MoneyIn.objects.create(
                gateway="platform",
                outside_ref=f"back-{at}" if one.refund else one.outside_ref,
                amount=one.amount,
                booked_at=one.at - timedelta(days=9) if one.refund else one.at,
                received_at=LATER,
                state="refunded" if one.refund else "unmatched",
                why="unmatched",
                refund_reason="x" if one.refund else "",
                refund_asked_by="x" if one.refund else "",
                refund_asked_at=one.at if one.refund else None,
                refunded_at=one.at if one.refund else None,
                refund_ref=one.outside_ref if one.refund else "",
            )

    @pytest.mark.parametrize("kind", ["error_before", "bad_json", "wrong_answer", "empty"])
    def test_no_statement_no_comparison(self, outside: Outside, kind: str) -> None:
        """Silence is not agreement."""
        outside.faults("pay", {"kind": kind, "operation": "statement"})
        with pytest.raises((GatewayUnavailable, GatewayRefused)):
            fees.reconcile(at=LATER, gateway_id="platform", day=LATER.date())
        assert fees.reconciliations() == []


def _platform_day() -> date:
    """The sandbox lives by the machine's clock."""
    return datetime.now(clock.VN).date()
