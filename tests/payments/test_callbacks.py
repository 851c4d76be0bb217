"""Callbacks: forged, replayed, reordered, late, doubled, with sums that are none; nothing lost, nothing believed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from motcua.dossiers import api as dossiers
from motcua.fees import api as fees
from motcua.fees.data import AttemptState, MoneyState, PaymentState, PaymentView, Verdict
from motcua.fees.models import Attempt, CallbackRow, MoneyIn
from motcua.ledger.api import Subject, entries
from tests.dossiers.factories import World
from tests.payments.playing import COST, LATER, Outside, owing, state_of

pytestmark = pytest.mark.django_db


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


def hand_in(body: bytes, *, minutes: int = 5) -> tuple[str, Verdict]:
    """Post a message; the code that the platform reads, and our verdict."""
    reply, settled = fees.receive_callback(
        at=LATER + timedelta(minutes=minutes), gateway_id="platform", body=body, source="127.0.0.1"
    )
    assert reply.status == 200
    return str(json.loads(reply.body)["MaLoi"]), settled.verdict


class TestGood:
    """A genuine message pays once, however often and in whatever order it comes."""

    def test_paid(self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside) -> None:
        """The demand, its try, the money and the ledger agree."""
        assert hand_in(outside.message(attempt.reference)) == ("00", Verdict.APPLIED)
        paid = fees.payment(demand.id)
        assert (paid.state, paid.method.online) == (PaymentState.PAID, True)
        (money,) = fees.money_of(demand.id)
        assert (money.state, money.amount) == (MoneyState.APPLIED, COST)
        told = entries(Subject(kind="payment", id=str(demand.id)))
        assert [one.kind for one in told] == ["payment.asked", "payment.started", "payment.recorded"]
        assert (told[-1].payload or {})["through"] == fees.ONLINE

    def test_replayed(self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside) -> None:
        """The same message five times: one payment, the same answer, five rows of what came."""
        body = outside.message(attempt.reference)
        answers = [hand_in(body, minutes=5 + n) for n in range(5)]
        assert answers == [("00", Verdict.APPLIED)] + [("00", Verdict.DOUBLED)] * 4
        assert MoneyIn.objects.filter(payment_id=demand.id).count() == 1
        assert [row.verdict for row in CallbackRow.objects.order_by("received_at")] == [
            "applied",
            *["doubled"] * 4,
        ]

    @pytest.mark.parametrize("code", ["24", "25", "51", "98"])
    def test_refused_then_paid(
        self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside, code: str
    ) -> None:
        """Messages overtake each other: money that came is money."""
        assert hand_in(outside.message(attempt.reference, MaLoi=code)) == ("00", Verdict.NOTED)
        assert fees.payment(demand.id).state is PaymentState.DUE
        assert hand_in(outside.message(attempt.reference, MaLoi=code)) == ("00", Verdict.DOUBLED)
        assert hand_in(outside.message(attempt.reference)) == ("00", Verdict.APPLIED)

    @pytest.mark.parametrize("code", ["24", "25", "51"])
    def test_paid_then_refused(
        self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside, code: str
    ) -> None:
        """What was paid stays paid; the contradiction is on record."""
        hand_in(outside.message(attempt.reference))
        assert hand_in(outside.message(attempt.reference, MaLoi=code)) == ("06", Verdict.CONTRADICTS)
        assert fees.payment(demand.id).state is PaymentState.PAID

    def test_late(self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside) -> None:
        """Two days after the try had run out."""
        Attempt.objects.filter(id=attempt.id).update(state="expired", ended_at=LATER, ended_code="time")
        assert hand_in(outside.message(attempt.reference), minutes=2880) == ("00", Verdict.APPLIED)
        assert fees.payment(demand.id).state is PaymentState.PAID

    def test_the_dossier_goes_on_once(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside
    ) -> None:
        """Told at once and again by the ledger's reader: one entry, one state."""
        hand_in(outside.message(attempt.reference))
        done = dossiers.note_payment(at=LATER + timedelta(minutes=6), payment_id=demand.id)
        assert done is not None
        assert done.state is dossiers.State.ACCEPTED
        batch = entries(Subject(kind="payment", id=str(demand.id)))
        assert dossiers.note_entries(batch, at=LATER + timedelta(minutes=7)) == 0
        assert state_of(world, done.dossier_id) is dossiers.State.ACCEPTED


class TestPaidTwice:
    """More money than was asked is kept, named, and given back."""

    def test_two_tries(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside
    ) -> None:
        """Cash at the counter while the platform still runs."""
        fees.record(
            by=world.reception, at=LATER, payment_id=demand.id, amount=COST, method=fees.PaymentMethod.CASH
        )
        assert hand_in(outside.message(attempt.reference)) == ("00", Verdict.SURPLUS)
        (money,) = fees.money_to_look_at()
        assert (money.state, money.why, money.amount) == (MoneyState.TO_REFUND, "paid_twice", COST)
        assert fees.payment(demand.id).method is fees.PaymentMethod.CASH

    def test_two_transactions_of_one_try(
        self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside
    ) -> None:
        """The platform charged twice under one reference."""
        assert hand_in(outside.message(attempt.reference))[1] is Verdict.APPLIED
        assert hand_in(outside.message(attempt.reference, MaGiaoDich="GD-2"))[1] is Verdict.SURPLUS
        assert [one.why for one in fees.money_to_look_at()] == ["paid_twice"]

    def test_one_transaction_for_two_tries(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside
    ) -> None:
        """A transaction that paid one demand cannot pay another."""
        other = owing(world)[1]
        assert other is not None
        second = fees.start(by=world.citizen, at=LATER, payment_id=other.id, gateway_id="platform")
        assert hand_in(outside.message(attempt.reference, MaGiaoDich="GD-9"))[1] is Verdict.APPLIED
        answer = hand_in(outside.message(second.reference, MaGiaoDich="GD-9"))
        assert answer == ("06", Verdict.CONTRADICTS)
        assert fees.payment(other.id).state is PaymentState.DUE

    def test_a_withdrawn_demand(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside
    ) -> None:
        """Nobody keeps money that is not owed."""
        fees.cancel(by=world.reception, at=LATER, payment_id=demand.id, reason="Thu nhầm")
        assert hand_in(outside.message(attempt.reference))[1] is Verdict.SURPLUS
        assert [one.why for one in fees.money_to_look_at()] == ["demand_cancelled"]


BAD_AMOUNTS: list[Any] = [
    "tám nghìn", "-8000", -8000, "8000.0", "8000,00", 8000.5, "8.000", "8e3", "0x1F40", "", " 8000", "8000 ",
    "+8000", "0", 0, None, True, [8000], {"v": 8000}, "9" * 13, "٨٠٠٠", "1 OR 1=1",
]  # fmt: skip


class TestHostile:
    """Refused with the platform's own codes, kept as they came, and nothing is paid."""

    @pytest.mark.parametrize("amount", BAD_AMOUNTS, ids=repr)
    def test_sums_that_are_none(
        self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside, amount: Any
    ) -> None:
        """Text, signs, decimals, exponents, other digits; rightly signed all the same."""
        assert hand_in(outside.message(attempt.reference, SoTien=amount)) == ("03", Verdict.FIELD)
        self.untouched(demand)

    @pytest.mark.parametrize("amount", ["7999", "8001", 1, "800000000"])
    def test_another_sum(
        self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside, amount: Any
    ) -> None:
        """A rightly signed message with another sum is not believed: the platform is asked, and tells the truth."""
        assert hand_in(outside.message(attempt.reference, SoTien=amount)) == ("07", Verdict.AMOUNT)
        self.untouched(demand)
        outside.act(attempt.reference)
        (settled,) = fees.ask_after(at=LATER + timedelta(minutes=6))
        assert settled.verdict is Verdict.APPLIED
        assert fees.payment(demand.id).amount == COST

    @pytest.mark.parametrize(
        ("changes", "code", "verdict"),
        [
            ({"MaDoiTac": "other"}, "02", Verdict.PARTNER),
            ({"MaDoiTac": ...}, "02", Verdict.PARTNER),
            ({"MaThamChieu": "MC0000000000000"}, "05", Verdict.UNKNOWN),
            ({"MaThamChieu": ""}, "03", Verdict.FIELD),
            ({"MaThamChieu": 5}, "03", Verdict.FIELD),
            ({"MaThamChieu": "x" * 51}, "03", Verdict.FIELD),
            ({"MaTienTe": "USD"}, "03", Verdict.FIELD),
            ({"MaTienTe": ...}, "03", Verdict.FIELD),
            ({"MaGiaoDich": ""}, "03", Verdict.FIELD),
            ({"MaGiaoDich": ...}, "03", Verdict.FIELD),
            ({"MaGiaoDich": "x" * 81}, "03", Verdict.FIELD),
            ({"MaLoi": ""}, "03", Verdict.FIELD),
            ({"MaLoi": 0}, "03", Verdict.FIELD),
            ({"ThoiGianGD": "hôm nay"}, "03", Verdict.FIELD),
            ({"ThoiGianGD": "20260231100000"}, "03", Verdict.FIELD),
            ({"ThoiGianGD": ...}, "03", Verdict.FIELD),
        ],
        ids=str,
    )
    def test_wrong_fields(
        self,
        demand: PaymentView,
        attempt: fees.AttemptView,
        outside: Outside,
        changes: dict[str, Any],
        code: str,
        verdict: Verdict,
    ) -> None:
        """Each field of the callback, missing or wrong."""
        assert hand_in(outside.message(attempt.reference, **changes)) == (code, verdict)
        self.untouched(demand)

    def test_forged(self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside) -> None:
        """Another secret; no hash; a hash of another type; one field changed after signing; upper case."""
        genuine = json.loads(outside.message(attempt.reference))
        seal = genuine["MaXacThuc"]
        forged = [
            outside.message(attempt.reference, secret="guessed"),
            json.dumps({k: v for k, v in genuine.items() if k != "MaXacThuc"}).encode(),
            json.dumps({**genuine, "MaXacThuc": 5}).encode(),
            json.dumps({**genuine, "MaXacThuc": ""}).encode(),
            json.dumps({**genuine, "MaXacThuc": seal.upper()}).encode(),
            json.dumps({**genuine, "ThongTinGiaoDich": "khác"}).encode(),
            json.dumps({**genuine, "MaLoi": "24"}).encode(),
        ]
        for body in forged:
            assert hand_in(body) == ("01", Verdict.FORGED)
        self.untouched(demand)
        assert CallbackRow.objects.filter(verdict="forged").count() == len(forged)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b'"x"',
            b"\xff\xfe",
            b'{"SoTien": NaN}',
            b"[" * 5000,
            b"{" + b" " * 20000 + b"}",
        ],
        ids=lambda b: repr(b[:12]),
    )
    def test_unreadable(self, demand: PaymentView, attempt: fees.AttemptView, body: bytes) -> None:
        """What is no object is refused and kept."""
        assert hand_in(body) == ("03", Verdict.FIELD)
        row = CallbackRow.objects.get()
        assert bytes(row.body) == body[: 16 * 1024]
        assert row.length == len(body)
        self.untouched(demand)

    def test_our_answer_is_signed(self, attempt: fees.AttemptView, outside: Outside) -> None:
        """The platform can prove that we said it."""
        from motcua_sandbox.pay import sealing

        reply, _settled = fees.receive_callback(
            at=LATER, gateway_id="platform", body=outside.message(attempt.reference)
        )
        order = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
        assert sealing.right(json.loads(reply.body), order, outside.secret)

    def untouched(self, demand: PaymentView) -> None:
        """Nothing was paid, no money booked, no receipt given."""
        now = fees.payment(demand.id)
        assert (now.state, now.receipt_number) == (PaymentState.DUE, "")
        assert not MoneyIn.objects.exists()
        assert AttemptState(Attempt.objects.get().state) is AttemptState.PENDING
