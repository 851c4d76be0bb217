"""VietQR: a QR that the bank itself reads, transfers matched by their reference, and what cannot be matched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.exchange.payments import camt, emvco, vietqr
from motcua.fees import api as fees
from motcua.fees.data import GatewayUnavailable, MoneyState, PaymentState, PaymentView, Verdict
from motcua.fees.models import MoneyIn
from motcua.fees.rules.references import ALPHABET, find_reference, new_reference
from tests.dossiers.factories import World
from tests.payments.playing import COST, LATER, Outside, owing

ACCOUNT = "999900112233"


@pytest.fixture
def demand(world: World, outside: Outside) -> PaymentView:
    """A demand of 8.000 đ."""
    found = owing(world)[1]
    assert found is not None
    vietqr.read_feed(at=LATER)  # what other tests transferred is nobody's here
    MoneyIn.objects.all().delete()
    return found


@pytest.fixture
def attempt(demand: PaymentView, world: World) -> fees.AttemptView:
    """A QR to scan."""
    return fees.start(by=world.citizen, at=LATER, payment_id=demand.id, gateway_id="vietqr")


@pytest.mark.django_db
class TestTransfers:
    """What the bank books becomes payments, or money to give back; nothing is lost, nothing counted twice."""

    def test_scanned_and_paid(self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside) -> None:
        """The bank reads the QR itself, checks its CRC, and books; read twice it is one payment."""
        reference = outside.transfer(qr=attempt.qr, payer="NGUYEN THI HOA")
        verdicts = [one.verdict for one in vietqr.read_feed(at=LATER + timedelta(minutes=1))]
        assert verdicts == [Verdict.APPLIED]
        fees.move_mark("vietqr", at=LATER, cursor="")
        again = {one.verdict for one in vietqr.read_feed(at=LATER + timedelta(minutes=2))}
        assert Verdict.APPLIED not in again
        paid = fees.payment(demand.id)
        assert (paid.state, paid.method, paid.method.online) == (
            PaymentState.PAID,
            fees.PaymentMethod.VIETQR,
            False,  # a transfer is not the platform's: it is not claimed as such
        )
        (money,) = fees.money_of(demand.id)
        assert money.outside_ref
        assert reference

    @pytest.mark.parametrize(
        "said",
        [
            "{ref}",
            "chuyen tien {low} cam on",
            "IBFT.{ref}.FT2630",
            "{spaced}",
            "NGUYEN VAN A nop phi {ref}/970436",
        ],
    )
    def test_what_banks_make_of_the_content(
        self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside, said: str
    ) -> None:
        """Case, dots, spaces and words around it do not matter."""
        ref = attempt.reference
        content = said.format(ref=ref, low=ref.lower(), spaced=" ".join([ref[:4], ref[4:9], ref[9:]]))
        outside.transfer(account=ACCOUNT, amount=COST, content=content, payer="A", payer_account="123456")
        assert [one.verdict for one in vietqr.read_feed(at=LATER)] == [Verdict.APPLIED]

    @pytest.mark.parametrize("amount", [COST - 1000, COST + 1, 1])
    def test_another_sum(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside, amount: int
    ) -> None:
        """Too little or too much is given back whole; the right sum still pays."""
        outside.transfer(
            account=ACCOUNT, amount=amount, content=attempt.reference, payer="A", payer_account="0011223344"
        )
        assert [one.verdict for one in vietqr.read_feed(at=LATER)] == [Verdict.SURPLUS]
        assert fees.payment(demand.id).state is PaymentState.DUE
        (money,) = fees.money_to_look_at()
        assert (money.state, money.why, money.amount) == (MoneyState.TO_REFUND, "wrong_amount", amount)
        fees.give_back(by=world.reception, at=LATER, money_id=money.id, reason="Chuyển sai số tiền")
        assert fees.send_refunds(at=LATER + timedelta(minutes=1)) == 1
        assert fees.send_refunds(at=LATER + timedelta(hours=1)) == 0
        assert fees.money_of(demand.id)[0].state is MoneyState.REFUNDED
        outside.transfer(
            account=ACCOUNT, amount=COST, content=attempt.reference, payer="A", payer_account="0011223344"
        )
        assert [one.verdict for one in vietqr.read_feed(at=LATER)] == [Verdict.APPLIED]

    def test_booked_twice_by_the_bank(
        self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside
    ) -> None:
        """Two bookings of one transfer: one pays, the other goes back."""
        outside.faults("bank", {"kind": "double_credit", "operation": "transfer"})
        outside.transfer(
            account=ACCOUNT, amount=COST, content=attempt.reference, payer="A", payer_account="1122334455"
        )
        verdicts = sorted(one.verdict for one in vietqr.read_feed(at=LATER))
        assert verdicts == [Verdict.APPLIED, Verdict.SURPLUS]

    @pytest.mark.parametrize("how", ["cut", "empty"])
    def test_spoilt_content(
        self, world: World, demand: PaymentView, attempt: fees.AttemptView, outside: Outside, how: str
    ) -> None:
        """Nothing is guessed: a person looks, and says for what it is."""
        outside.faults("bank", {"kind": "wrong_content", "operation": "transfer", "how": how})
        outside.transfer(
            account=ACCOUNT, amount=COST, content=attempt.reference, payer="A", payer_account="1122334455"
        )
        vietqr.read_feed(at=LATER)
        (money,) = fees.money_to_look_at()
        assert (money.state, money.payment_id) == (MoneyState.UNMATCHED, None)
        settled = fees.match(by=world.reception, at=LATER, money_id=money.id, payment_id=demand.id)
        assert settled.payment_id == demand.id
        assert fees.payment(demand.id).state is PaymentState.PAID
        with pytest.raises(fees.PaymentNotPossible):
            fees.match(by=world.reception, at=LATER, money_id=money.id, payment_id=demand.id)

    def test_mangled_content(self, demand: PaymentView, attempt: fees.AttemptView, outside: Outside) -> None:
        """What a bank does to spaces and case is seen through."""
        outside.faults("bank", {"kind": "wrong_content", "operation": "transfer", "how": "mangled"})
        outside.transfer(
            account=ACCOUNT, amount=COST, content=attempt.reference, payer="A", payer_account="1122334455"
        )
        assert [one.verdict for one in vietqr.read_feed(at=LATER)] == [Verdict.APPLIED]

    def test_the_bank_is_down(self, demand: PaymentView, outside: Outside) -> None:
        """Nothing is read, and the cursor stays."""
        outside.faults("bank", {"kind": "truncated", "operation": "camt054"})
        before = fees.mark("vietqr")
        with pytest.raises(GatewayUnavailable):
            vietqr.read_feed(at=LATER)
        assert fees.mark("vietqr") == before


class TestReferences:
    """A check character finds one wrong letter; two references are none."""

    def test_every_single_mistake(self) -> None:
        """Any one character replaced by any other is no reference."""
        from uuid import UUID

        good = new_reference(UUID(int=0x1234_5678_9ABC_DEF0_1122_3344_5566_7788))
        assert find_reference(good) == good
        for at in range(2, len(good)):
            for letter in ALPHABET:
                if letter != good[at]:
                    assert find_reference(good[:at] + letter + good[at + 1 :]) == ""

    def test_two_are_none(self) -> None:
        """Which of two was meant is not guessed."""
        from uuid import UUID

        one, two = new_reference(UUID(int=1)), new_reference(UUID(int=2))
        assert find_reference(f"{one} {two}") == ""
        assert find_reference(f"{one} {one}") == one


class TestQR:
    """EMVCo: a known text, and what no bank would read."""

    def test_known_crc(self) -> None:
        """The check value of CRC-16/CCITT-FALSE."""
        assert emvco.crc("123456789") == 0x29B1

    def test_text(self) -> None:
        """Every field of NAPAS's layout."""
        text = emvco.payload(bank="970436", account="1234567890", amount=120000, content="MC0000000000000")
        assert text.startswith("00020101021238540010A00000072701240006970436")
        assert "5303704" in text
        assert "5406120000" in text
        assert "62190815MC0000000000000" in text
        assert text[-4:] == f"{emvco.crc(text[:-4]):04X}"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"bank": "97043"}, {"bank": "97043x"}, {"account": "12"}, {"account": "số tài khoản"},
            {"amount": 0}, {"amount": -5}, {"amount": True}, {"content": "nộp phí"}, {"content": "A" * 26},
        ],
        ids=str,
    )  # fmt: skip
    def test_what_no_bank_reads(self, wrong: dict[str, object]) -> None:
        """Refused before it is drawn."""
        values: dict[str, object] = {"bank": "970436", "account": "1234567890", "amount": 1, "content": "A"}
        with pytest.raises(ValueError, match="must be"):
            emvco.payload(**{**values, **wrong})  # type: ignore[arg-type]


NOTICE = """<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">
<BkToCstmrDbtCdtNtfctn><Ntfctn>
<Acct><Id><Othr><Id>1</Id></Othr></Id></Acct><Ntry><NtryRef>R1</NtryRef><Amt Ccy="CCY">AMOUNT</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>STATUS</Cd></Sts><BookgDt><DtTm>TIME</DtTm></BookgDt>
<NtryDtls><TxDtls><RmtInf><Ustrd>A</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"""


def notice(**changes: str) -> bytes:
    """A notification with one entry."""
    values = {"CCY": "VND", "AMOUNT": "8000", "STATUS": "BOOK", "TIME": "2026-03-02T10:00:00+07:00"} | changes
    text = NOTICE
    for name, value in values.items():
        text = text.replace(name, value)
    return text.encode()


class TestNotifications:
    """camt.054 is read strictly."""

    def test_whole_dong_with_decimals_of_zero(self) -> None:
        """ISO 20022 amounts may carry ".00"."""
        assert camt.bookings(notice(AMOUNT="8000.00"))[0].amount == 8000

    def test_only_what_is_booked(self) -> None:
        """A pending entry is no money yet."""
        assert camt.bookings(notice(STATUS="PDNG")) == []

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"<x/>", notice()[:-20], notice(CCY="USD"), notice(AMOUNT="8000.50"), notice(AMOUNT="-8000"),
            notice(AMOUNT="eight"), notice(TIME="hôm nay"), b'<!DOCTYPE a [<!ENTITY x "y">]>' + notice(),
            notice().replace(b"<NtryRef>R1</NtryRef>", b""), notice().replace(b"CRDT", b"BOTH"),
        ],
        ids=lambda b: repr(b[:16]),
    )  # fmt: skip
    def test_what_is_not_booked(self, body: bytes) -> None:
        """Another currency, a fraction, a DTD, a missing reference: nothing of it is booked."""
        with pytest.raises(camt.BadNotification):
            camt.bookings(body)
