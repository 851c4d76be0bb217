"""The pages: a citizen pays, the cashier takes, the province reconciles; screen, paper and ledger say one thing."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.dossiers import api as dossiers
from motcua.fees import api as fees
from motcua.fees.data import PaymentState, PaymentView
from motcua.staff import api as staff
from tests.dossiers.factories import CENTRE, MORNING, OTHER_CENTRE, PROVINCE_CENTRE, World, receive
from tests.payments.playing import LATER, Outside, owing, state_of
from tests.portal.factories import sign_in

pytestmark = pytest.mark.django_db
NOON = MORNING.replace(hour=12)


def browser(world: World, person: UUID, name: str) -> Client:
    """A citizen's browser at noon of the tests' morning."""
    client = Client()
    client.cookies[TIME_COOKIE] = sign_time(NOON)
    sign_in(client, person, name)
    return client


def desk(world: World, agency: str = CENTRE, role: str = "reception") -> Client:
    """An officer's browser."""
    actor = world.at(agency, role)
    (position,) = staff.usable_positions(UUID(actor.ref), on=NOON.date())
    client = Client()
    client.cookies[TIME_COOKIE] = sign_time(NOON)
    session = client.session
    session["officer"] = {"account": actor.ref, "position": str(position.id)}
    session.save()
    return client


def words(answer: Any) -> str:
    """The page's text without tags."""
    page = (b"".join(answer) if answer.streaming else answer.content).decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def fee_part(answer: Any) -> str:
    """What the dossier's page says about money."""
    page = answer.content.decode()
    start = page.index('<h2 id="fees">')
    return re.sub(r"<[^>]+>", " ", page[start : page.index("</section>", start)])


def desk_part(answer: Any) -> str:
    """What the desk's page of the dossier says about money."""
    page = answer.content.decode()
    start = page.index("<h2>Phí, lệ phí</h2>")
    return re.sub(r"<[^>]+>", " ", page[start : page.index("<h2>", start + 5)])


def paper(answer: Any) -> str:
    """The text of a PDF."""
    content = b"".join(answer) if answer.streaming else answer.content
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


@pytest.fixture
def mother(world: World, outside: Outside) -> Client:
    """The applicant's browser."""
    return browser(world, world.mother, "Nguyễn Thị Hoa")


class TestCitizen:
    """What it costs and why, two ways to pay, how it stands."""

    def test_before_anybody_asked(self, world: World, mother: Client) -> None:
        """The tariff's sum is shown and can be paid early; the dossier's state stays."""
        dossier_id, _none = owing(world, asked=False)
        text = words(mother.get(f"/dossier/{dossier_id}/pay"))
        assert "8.000 đ" in text
        assert "VietQR" in text
        answer = mother.post(f"/dossier/{dossier_id}/pay", {"way": "vietqr"})
        assert answer["Location"] == f"/dossier/{dossier_id}/pay#qr"
        page = mother.get(f"/dossier/{dossier_id}/pay").content.decode()
        assert "<svg" in page
        (demand,) = fees.payments_for("dossier", str(dossier_id))
        (attempt,) = fees.attempts(demand.id)
        assert attempt.reference in page
        assert state_of(world, dossier_id) is dossiers.State.ACCEPTED
        mother.post(f"/dossier/{dossier_id}/pay", {"way": "vietqr"})
        assert len(fees.payments_for("dossier", str(dossier_id))) == 1
        assert len(fees.attempts(demand.id)) == 1

    def test_asks_again(self, world: World, mother: Client, outside: Outside) -> None:
        """Paid, the callback lost: "Kiểm tra lại" learns it, and the dossier goes on."""
        dossier_id, demand = owing(world)
        assert demand is not None
        mother.post(f"/dossier/{dossier_id}/pay", {"way": "platform"})
        assert "Kiểm tra lại" in words(mother.get(f"/dossier/{dossier_id}/pay"))
        outside.act(fees.attempts(demand.id)[0].reference)
        mother.post(f"/dossier/{dossier_id}/pay", {"check": "1"})
        assert fees.payment(demand.id).state is PaymentState.PAID
        assert state_of(world, dossier_id) is dossiers.State.ACCEPTED

    @pytest.mark.parametrize("fault", ["error_before", "bad_json", "wrong_answer"])
    def test_the_platform_is_down(self, world: World, mother: Client, outside: Outside, fault: str) -> None:
        """Said in words: nothing was charged, and what else works."""
        dossier_id, _demand = owing(world)
        outside.faults("pay", {"kind": fault, "operation": "init"})
        answer = mother.post(f"/dossier/{dossier_id}/pay", {"way": "platform"})
        assert answer.status_code == 422
        assert "chưa bị trừ tiền" in words(answer)

    @pytest.mark.parametrize("way", ["", "nowhere", "<script>", "\x00"])
    def test_unknown_ways(self, world: World, mother: Client, way: str) -> None:
        """Refused; the page stands."""
        dossier_id, _demand = owing(world)
        assert mother.post(f"/dossier/{dossier_id}/pay", {"way": way}).status_code == 422

    def test_somebody_else(self, world: World, mother: Client) -> None:
        """Another citizen finds nothing: neither page, nor payment, nor receipt."""
        dossier_id, demand = owing(world)
        assert demand is not None
        stranger = browser(world, world.stranger, "Lê Văn Bình")
        for path in ("pay", f"pay/{demand.id}/receipt.pdf"):
            assert stranger.get(f"/dossier/{dossier_id}/{path}").status_code == 404
        assert stranger.post(f"/dossier/{dossier_id}/pay", {"way": "vietqr"}).status_code == 404
        assert mother.get(f"/dossier/{dossier_id}/pay/{demand.id}/receipt.pdf").status_code == 404
        assert mother.get(f"/dossier/{dossier_id}/pay/{uuid4()}/receipt.pdf").status_code == 404

    def test_came_back(self, world: World, mother: Client) -> None:
        """The return proves nothing; an unknown reference leads to one's own page."""
        dossier_id, demand = owing(world)
        assert demand is not None
        mother.post(f"/dossier/{dossier_id}/pay", {"way": "platform"})
        (attempt,) = fees.attempts(demand.id)
        back = mother.get("/payments/return", {"MaThamChieu": attempt.reference, "MaLoi": "00"})
        assert back["Location"] == f"/dossier/{dossier_id}/pay"
        assert fees.payment(demand.id).state is PaymentState.DUE
        for reference in ("", "x" * 5000, "\x00", "MC0000000000000"):
            assert mother.get("/payments/return", {"MaThamChieu": reference})["Location"] == "/me"


class TestCallbackAddress:
    """The address itself: POST, of a bounded size, without a cookie."""

    def test_over_http(self, world: World, mother: Client, outside: Outside) -> None:
        """Genuine: 00 and the dossier goes on in the same moment."""
        dossier_id, demand = owing(world)
        assert demand is not None
        attempt = fees.start(by=world.citizen, at=LATER, payment_id=demand.id, gateway_id="platform")
        answer = Client(enforce_csrf_checks=True).post(
            "/payments/callback", outside.message(attempt.reference), content_type="application/json"
        )
        assert (answer.status_code, answer.json()["MaLoi"]) == (200, "00")
        assert state_of(world, dossier_id) is dossiers.State.ACCEPTED

    def test_other_methods_and_sizes(self, outside: Outside) -> None:
        """GET is refused; a flood is refused before it is read."""
        assert Client().get("/payments/callback").status_code == 405
        flood = Client().post("/payments/callback", b"x" * 70_000, content_type="application/json")
        assert flood.status_code == 413
        nothing = Client().post("/payments/callback", b"", content_type="application/json")
        assert nothing.json()["MaLoi"] == "03"


def pay_online(demand: PaymentView, world: World, outside: Outside) -> None:
    """Paid on the platform, learnt by asking."""
    attempt = fees.start(by=world.citizen, at=LATER, payment_id=demand.id, gateway_id="platform")
    outside.act(attempt.reference)
    fees.ask_one(attempt.id, at=LATER + timedelta(minutes=1))
    dossiers.note_payment(at=LATER + timedelta(minutes=1), payment_id=demand.id)


class TestOneTruth:
    """Across every move, each place that speaks of a payment says the same words and the same number."""

    def said_everywhere(self, world: World, mother: Client, dossier_id: UUID, payment_id: UUID) -> None:
        """Portal, dossier page, desk and receipt say what the one query says."""
        now = fees.payment(payment_id)
        places = [
            words(mother.get(f"/dossier/{dossier_id}/pay")),
            fee_part(mother.get(f"/dossier/{dossier_id}")),
            words(desk(world).get(f"/desk/cash/{payment_id}")),
            desk_part(desk(world).get(f"/desk/dossiers/{dossier_id}")),
        ]
        if now.receipt_number:
            places.append(paper(mother.get(f"/dossier/{dossier_id}/pay/{payment_id}/receipt.pdf")))
            places.append(paper(desk(world).get(f"/desk/cash/{payment_id}/receipt.pdf")))
        others = {one for state, one in _WORDS.items() if state is not now.state}
        for text in places:
            assert now.status() in text
            assert not [one for one in others if one in text and one not in now.status()], text
            assert "8.000 đ" in text
            if now.receipt_number:
                assert now.receipt_number in text

    def test_every_move(self, world: World, mother: Client, outside: Outside) -> None:
        """Asked, tried, paid, receipt replaced, refund asked, refunded; and withdrawn."""
        dossier_id, demand = owing(world)
        assert demand is not None
        self.said_everywhere(world, mother, dossier_id, demand.id)
        mother.post(f"/dossier/{dossier_id}/pay", {"way": "vietqr"})
        self.said_everywhere(world, mother, dossier_id, demand.id)
        pay_online(demand, world, outside)
        self.said_everywhere(world, mother, dossier_id, demand.id)
        fees.void_receipt(by=world.lead, at=NOON, payment_id=demand.id, reason="Ghi nhầm tên")
        assert fees.payment(demand.id).receipt_number == "2026-0000002"
        self.said_everywhere(world, mother, dossier_id, demand.id)
        fees.ask_refund(by=world.lead, at=NOON, payment_id=demand.id, reason="Thu thừa")
        self.said_everywhere(world, mother, dossier_id, demand.id)
        assert fees.send_refunds(at=NOON + timedelta(minutes=1)) == 1
        self.said_everywhere(world, mother, dossier_id, demand.id)
        second_id, second = owing(world)
        assert second is not None
        fees.cancel(by=world.lead, at=NOON, payment_id=second.id, reason="Yêu cầu nhầm")
        self.said_everywhere(world, mother, second_id, second.id)


_WORDS = {
    PaymentState.DUE: "chưa nộp",
    PaymentState.PAID: "đã nộp",
    PaymentState.CANCELLED: "không phải nộp nữa",
    PaymentState.REFUND_ASKED: "đang hoàn tiền",
    PaymentState.REFUNDED: "đã hoàn tiền",
}


class TestCashier:
    """Reductions with their proof, receipts of both forms, the day to the đồng."""

    def test_cash_with_an_electronic_receipt(self, world: World, outside: Outside) -> None:
        """What was shown is taken, once; the day's report has it."""
        filed = receive(world)
        clerk = desk(world)
        assert "8.000 đ" in words(clerk.get(f"/desk/cash/take/{filed.dossier_id}"))
        sent = {"action": "take", "method": "card", "total": "8000"}
        answer = clerk.post(f"/desk/cash/take/{filed.dossier_id}", sent)
        assert answer.status_code == 302
        (paid,) = fees.payments_for("dossier", str(filed.dossier_id))
        assert (paid.method, paid.receipt_number) == (fees.PaymentMethod.CARD, "2026-0000001")
        again = clerk.post(f"/desk/cash/take/{filed.dossier_id}", sent)
        assert again.status_code == 422
        report = words(clerk.get("/desk/cash"))
        assert paid.receipt_number in report
        assert "8.000 đ" in report
        assert "chưa thu khoản nào" in words(clerk.get("/desk/cash?day=2026-03-01"))
        assert "chưa thu khoản nào" in words(desk(world, OTHER_CENTRE).get("/desk/cash"))

    @pytest.mark.parametrize("total", ["7999", "8001", "-8000", "8000.0", "tám nghìn", "", "9" * 30])
    def test_another_sum_than_shown(self, world: World, outside: Outside, total: str) -> None:
        """The cashier's page was old, or somebody changed it: nothing is taken."""
        filed = receive(world)
        sent = {"action": "take", "method": "cash", "total": total}
        assert desk(world).post(f"/desk/cash/take/{filed.dossier_id}", sent).status_code == 422
        assert fees.payments_for("dossier", str(filed.dossier_id)) == []

    def test_a_leaf_of_the_printed_book(self, world: World, outside: Outside) -> None:
        """Its own series and number, once."""
        clerk = desk(world)
        sent = {"action": "take", "method": "cash", "total": "8000", "form": "paper"}
        first, second = receive(world), receive(world)
        leaf = {"series": "aa/26p", "number": "12"}
        assert clerk.post(f"/desk/cash/take/{first.dossier_id}", sent).status_code == 422
        assert clerk.post(f"/desk/cash/take/{first.dossier_id}", sent | leaf).status_code == 302
        (paid,) = fees.payments_for("dossier", str(first.dossier_id))
        assert paid.receipt_number == "AA/26P 0000012"
        used = clerk.post(f"/desk/cash/take/{second.dossier_id}", sent | leaf)
        assert (used.status_code, "đã dùng" in words(used)) == (422, True)

    def test_void_and_refund_over_the_counter(self, world: World, outside: Outside) -> None:
        """Written wrongly, replaced; then given back in cash: each with its reason."""
        filed = receive(world)
        clerk = desk(world)
        clerk.post(
            f"/desk/cash/take/{filed.dossier_id}", {"action": "take", "method": "cash", "total": "8000"}
        )
        (paid,) = fees.payments_for("dossier", str(filed.dossier_id))
        here = f"/desk/cash/{paid.id}"
        assert clerk.post(here, {"action": "void", "reason": " "}).status_code == 422
        assert clerk.post(here, {"action": "void", "reason": "Sai tên"}).status_code == 302
        assert "2026-0000002" in paper(clerk.get(f"{here}/receipt.pdf"))
        assert clerk.post(here, {"action": "counted"}).status_code == 422
        assert clerk.post(here, {"action": "refund", "reason": "Thu nhầm"}).status_code == 302
        assert "Chờ trả lại tại quầy" in words(clerk.get("/desk/cash"))
        assert clerk.post(here, {"action": "counted"}).status_code == 302
        assert fees.payment(paid.id).state is PaymentState.REFUNDED
        assert "ĐÃ HỦY" in paper(clerk.get(f"{here}/receipt.pdf"))
        assert clerk.post(here, {"action": "steal"}).status_code == 404

    def test_another_office(self, world: World, outside: Outside) -> None:
        """Its cashier finds neither the payment nor its receipt."""
        demand = owing(world)[1]
        assert demand is not None
        other = desk(world, OTHER_CENTRE)
        for path in ("", "/receipt.pdf"):
            assert other.get(f"/desk/cash/{demand.id}{path}").status_code == 404

    def test_exempt_by_a_paper_that_was_seen(self, world: World, outside: Outside, monkeypatch: Any) -> None:
        """A rule of the law, a proof with its number: nothing is taken, and the dossier goes on."""
        from datetime import date

        from motcua.base.data import Certainty, Source, Validity
        from motcua.fees.data import Entitlement, FeeLaw, Reduction
        from motcua.fees.queries import tariff
        from tests.dossiers.factories import CERTIFY

        rule = Reduction(
            id="test",
            name_vi="Miễn cho hộ nghèo",
            name_en="Free for the poor",
            procedures=frozenset({CERTIFY}),
            needs=frozenset({Entitlement.POOR_HOUSEHOLD}),
            pays_percent=0,
            validity=Validity(start=date(2026, 1, 1)),
            known_from=MORNING - timedelta(days=30),
            source=Source(text="NQ thử", certainty=Certainty.OWN),
        )
        monkeypatch.setattr(tariff, "fee_law", lambda: FeeLaw(reductions=(rule,)))
        dossier_id, demand = owing(world)
        assert demand is not None
        clerk, here = desk(world), f"/desk/cash/take/{dossier_id}"
        sent = {"fact": "poor_household", "method": "cash"}
        shown = words(clerk.post(here, sent | {"action": "price"}))
        assert "Ghi nhận miễn nộp" in shown
        assert clerk.post(here, sent | {"action": "take", "total": "0"}).status_code == 422  # which paper?
        done = clerk.post(here, sent | {"action": "take", "total": "0", "proof": "Sổ hộ nghèo 12"})
        assert done.status_code == 302
        assert fees.payment(demand.id).state is PaymentState.CANCELLED
        assert state_of(world, dossier_id) is dossiers.State.ACCEPTED


class TestOnlineMoney:
    """Only the province's own centre looks into the collecting account."""

    def test_who(self, world: World, outside: Outside) -> None:
        """A commune's lead may not."""
        assert desk(world, CENTRE, "desk_lead").get("/desk/cash/online").status_code == 403
        assert desk(world, CENTRE).get("/desk/cash/online").status_code == 403

    def test_looks_and_compares(self, world: World, outside: Outside) -> None:
        """What is to be looked at, and a day compared on the spot."""
        lead = desk(world, PROVINCE_CENTRE, "desk_lead")
        page = words(lead.get("/desk/cash/online"))
        assert "Tiền cần xem" in page
        assert lead.post("/desk/cash/online", {"action": "compare", "day": "2026-03-01"}).status_code == 302
        assert "Khớp đến từng đồng" in words(lead.get("/desk/cash/online"))
        for bad in ({"money": "x"}, {"money": str(uuid4())}, {"action": "match", "money": str(uuid4())}):
            assert lead.post("/desk/cash/online", bad).status_code == 422
