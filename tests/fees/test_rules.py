"""What a filing costs: by channel, by case, by the version of its day; and which state of a payment follows which."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.base.clock import VN
from motcua.fees import api
from motcua.fees.api import AttemptState, MoneyState, PaymentNotPossible, PaymentState, QuantityInvalid
from motcua.fees.rules.moves import ATTEMPT_MOVES, MONEY_MOVES, PAYMENT_MOVES, check_move, may_move
from motcua.fees.rules.receipts import check_form
from motcua.procedures.data import ChannelKind, Fee, InvalidContent, ProcedureContent, decode

AT = datetime(2026, 3, 2, 9, 0, tzinfo=VN)
ALL = [(a, b) for kind in (PaymentState, AttemptState, MoneyState) for a in kind for b in kind]
_PAIRS: list[Any] = [
    (PaymentState.DUE, PaymentState.PAID),
    (PaymentState.DUE, PaymentState.CANCELLED),
    (PaymentState.PAID, PaymentState.REFUND_ASKED),
    (PaymentState.REFUND_ASKED, PaymentState.REFUNDED),
    (PaymentState.REFUND_ASKED, PaymentState.PAID),
    *((AttemptState.INITIATED, after) for after in AttemptState if after is not AttemptState.INITIATED),
    (AttemptState.PENDING, AttemptState.PAID),
    (AttemptState.PENDING, AttemptState.FAILED),
    (AttemptState.PENDING, AttemptState.EXPIRED),
    (AttemptState.PENDING, AttemptState.CANCELLED),
    (AttemptState.FAILED, AttemptState.PAID),  # money that comes late is money
    (AttemptState.EXPIRED, AttemptState.PAID),
    (AttemptState.CANCELLED, AttemptState.PAID),
    (MoneyState.APPLIED, MoneyState.REFUND_ASKED),
    (MoneyState.UNMATCHED, MoneyState.APPLIED),
    (MoneyState.UNMATCHED, MoneyState.TO_REFUND),
    (MoneyState.TO_REFUND, MoneyState.REFUND_ASKED),
    (MoneyState.REFUND_ASKED, MoneyState.REFUNDED),
    (MoneyState.REFUND_ASKED, MoneyState.TO_REFUND),
]
LAWFUL = {(type(before), before, after) for before, after in _PAIRS}  # words of two kinds may be equal


def tariff(*fees: dict[str, Any], online: list[dict[str, Any]] | None = None) -> ProcedureContent:
    """A procedure of which only the fees matter."""
    raw: dict[str, Any] = {
        "code": "9.900001",
        "name": "Thủ tục có phí",
        "field": "Hộ tịch",
        "levels": ["commune"],
        "agencies": [
            {"part": "decides", "name": "UBND cấp xã", "kind": "people_committee", "level": "commune"}
        ],
        "steps": [{"text": "Nộp."}],
        "channels": [{"kind": "direct"}, {"kind": "online", "degree": "full", "fees": online or []}],
        "components": [],
        "results": [{"code": "KQ.9", "name": "Giấy"}],
        "fees": list(fees),
        "legal_basis": [{"number": "97/2015/QH13", "certainty": "V"}],
        "doors": [],
    }
    found: ProcedureContent = decode(ProcedureContent, raw)
    return found


def due_of(content: ProcedureContent, channel: ChannelKind, **more: Any) -> api.FeeDue:
    """Priced as of a day of 2026."""
    return api.fee_due(content, channel, at=AT, **more)


class TestTariff:
    """Luật Phí và lệ phí 97/2015/QH13: what the version of the day says, in whole đồng."""

    def test_by_channel(self) -> None:
        """Free online, eight thousand at the desk."""
        content = tariff(
            {"name": "Lệ phí", "amount": 8000, "channel": "direct"},
            {"name": "Lệ phí", "amount": 0, "channel": "online"},
        )
        assert due_of(content, ChannelKind.DIRECT).total == 8000
        assert due_of(content, ChannelKind.ONLINE).total == 0

    def test_a_channels_own_fees_stand_alone(self) -> None:
        """Where the channel has fees of its own, the procedure's do not come on top."""
        content = tariff({"name": "Lệ phí", "amount": 8000}, online=[{"name": "Lệ phí", "amount": 4000}])
        assert due_of(content, ChannelKind.ONLINE).total == 4000
        assert due_of(content, ChannelKind.DIRECT).total == 8000

    def test_two_versions_two_prices(self) -> None:
        """The pinned version decides: a later tariff does not reach an earlier dossier."""
        before, after = tariff({"name": "Phí", "amount": 5000}), tariff({"name": "Phí", "amount": 7000})
        assert [due_of(c, ChannelKind.DIRECT).total for c in (before, after)] == [5000, 7000]

    def test_per_page_up_to_its_maximum(self) -> None:
        """Two thousand a page, two hundred thousand at most (TT 226/2016/TT-BTC's shape)."""
        content = tariff({"name": "Phí", "amount": 2000, "per": "trang", "max_amount": 200_000})
        assert due_of(content, ChannelKind.DIRECT, quantity=3).total == 6000
        assert due_of(content, ChannelKind.DIRECT, quantity=101).total == 200_000

    def test_per_dossier_whatever_the_copies(self) -> None:
        """A charge per dossier is not multiplied."""
        content = tariff({"name": "Lệ phí", "amount": 8000})
        assert due_of(content, ChannelKind.DIRECT, quantity=9).total == 8000

    def test_cases_count_when_named(self) -> None:
        """Late registration costs more; only who names the case pays it."""
        content = tariff(
            {"name": "Lệ phí", "amount": 5000}, {"name": "Quá hạn", "amount": 3000, "case": "late"}
        )
        assert due_of(content, ChannelKind.DIRECT).total == 5000
        assert due_of(content, ChannelKind.DIRECT, cases=["late"]).total == 8000
        assert due_of(content, ChannelKind.DIRECT, cases=["other"]).total == 5000

    def test_only_words_are_not_a_number(self) -> None:
        """Where the text gives no sum nothing is guessed: the officer is told what is unknown."""
        due = due_of(tariff({"name": "Theo thông báo thuế"}), ChannelKind.DIRECT)
        assert (due.total, due.unknown, due.lines) == (0, ("Theo thông báo thuế",), ())

    @pytest.mark.parametrize("quantity", [0, -1, True, 1.5, "2"])
    def test_bad_quantities(self, quantity: Any) -> None:
        """Copies are counted from one, in whole numbers."""
        with pytest.raises(QuantityInvalid):
            due_of(tariff({"name": "Phí", "amount": 1}), ChannelKind.DIRECT, quantity=quantity)

    @given(
        amount=st.integers(0, 10**9),
        cap=st.none() | st.integers(0, 10**9),
        quantity=st.integers(1, 10**4),
        per=st.sampled_from(["hồ sơ", "bản", "trang"]),
    )
    def test_whole_dong_and_never_above_the_maximum(
        self, amount: int, cap: int | None, quantity: int, per: str
    ) -> None:
        """The total is the sum of its lines, an integer, and no line passes its cap."""
        content = tariff({"name": "Phí", "amount": amount, "per": per, "max_amount": cap})
        due = due_of(content, ChannelKind.DIRECT, quantity=quantity)
        times = 1 if per == "hồ sơ" else quantity
        assert type(due.total) is int
        assert due.total == sum(line.amount for line in due.lines)
        assert due.total == (amount * times if cap is None else min(amount * times, cap))

    @pytest.mark.parametrize("amount", [-1, 10**12])
    def test_absurd_amounts_are_no_tariff(self, amount: int) -> None:
        """A minus sign or three zeros too many."""
        with pytest.raises(InvalidContent):
            Fee(name="Phí", amount=amount)


class TestStates:
    """The life of money: every move that is not in the table is refused."""

    @pytest.mark.parametrize(("before", "after"), ALL, ids=lambda s: s.value)
    def test_every_pair(self, before: Any, after: Any) -> None:
        """Twenty-five, thirty-six and twenty-five pairs: the lawful ones pass, every other is refused by name."""
        lawful = (type(before), before, after) in LAWFUL
        assert may_move(before, after) is lawful
        if lawful:
            check_move(before, after)
            return
        with pytest.raises(PaymentNotPossible) as refused:
            check_move(before, after)
        assert before.value in refused.value.public()

    def test_no_state_is_forgotten(self) -> None:
        """Each has its line in its table."""
        assert set(PAYMENT_MOVES) == set(PaymentState)
        assert set(ATTEMPT_MOVES) == set(AttemptState)
        assert set(MONEY_MOVES) == set(MoneyState)


def test_how_a_receipt_is_numbered() -> None:
    """Year and seven digits; the eighth is not cut off."""
    assert api.receipt_number(2026, 12) == "2026-0000012"
    assert api.receipt_number(2026, 12_345_678) == "2026-12345678"


def test_the_printed_book_ends_with_2026() -> None:
    """NĐ 254/2026/NĐ-CP Đ.44.2, as dated data: the last day is the last day, electronic receipts go on."""
    last, after = date(2026, 12, 31), date(2027, 1, 1)
    assert api.receipt_form_allowed(api.ReceiptForm.PAPER, last)
    assert not api.receipt_form_allowed(api.ReceiptForm.PAPER, after)
    assert api.receipt_form_allowed(api.ReceiptForm.ELECTRONIC, after)
    check_form(api.ReceiptForm.PAPER, last)
    with pytest.raises(api.FormNotAllowed):
        check_form(api.ReceiptForm.PAPER, after)
