"""Pays the fees of invented dossiers as citizens do: on the payment platform from the phone, or at the counter."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import httpx
from django.conf import settings

from motcua.base.clock import VN
from motcua.base.data import SYSTEM, Actor
from motcua.dossiers import api as dossiers
from motcua.fees import api as fees
from motcua.fees.data import Entitlement, FeeLine, PaymentMethod

GATEWAY = "platform"
# How people pay in the demo; invented, and plausible for a province that urges them to pay online.
FROM_HOME, AT_THE_COUNTER, EXEMPT = 0.7, 0.4, 0.06
COUNTER = ((PaymentMethod.CASH, 60), (PaymentMethod.TRANSFER, 30), (PaymentMethod.CARD, 10))
BANKS = ("BIDV", "VCB", "AGRIBANK", "VIETINBANK")
LAND = frozenset({"1.012786", "1.013949"})
NOTICES = (150_000, 480_000, 1_260_000, 2_400_000)


@dataclass(kw_only=True)
class Payers:
    """Everybody who pays. Where the platform does not answer, they pay at the counter."""

    online: int = 0
    counter: int = 0
    exempt: int = 0

    def settle(
        self, dossier_id: UUID, *, desk: Actor, at: datetime, chance: random.Random, home: bool
    ) -> dossiers.Done | None:
        """Pay what the dossier costs; None if nothing. From `home` more people pay by phone."""
        lines = dossiers.quote_at_counter(dossier_id=dossier_id)
        total = sum(line.amount for line in lines)
        if total == 0:
            return None
        done = None
        if chance.random() < (FROM_HOME if home else AT_THE_COUNTER):
            done = self._by_phone(dossier_id, at=at, chance=chance)
        if done is None and chance.random() < EXEMPT:
            done = self._exempt(dossier_id, desk=desk, at=at, chance=chance)
        if done is not None:
            return done
        method = chance.choices([one for one, _ in COUNTER], [weight for _, weight in COUNTER])[0]
        self.counter += 1
        return dossiers.take_at_counter(by=desk, at=at, dossier_id=dossier_id, amount=total, method=method)

    def _by_phone(self, dossier_id: UUID, *, at: datetime, chance: random.Random) -> dossiers.Done | None:
        """On the platform's page; the payment is learnt by asking, as when a callback is lost."""
        demand = dossiers.owe(by=SYSTEM, at=at, dossier_id=dossier_id)
        try:
            started = fees.start(by=SYSTEM, at=at, payment_id=demand.id, gateway_id=GATEWAY)
            _pays(started.reference, at=at, bank=chance.choice(BANKS))
        except (fees.GatewayUnavailable, fees.GatewayRefused, fees.NoSuchGateway, httpx.HTTPError):
            return None
        if fees.ask_one(started.id, at=at).payment_id != demand.id:
            return None
        self.online += 1
        return dossiers.note_payment(at=at, payment_id=demand.id)

    def _exempt(
        self, dossier_id: UUID, *, desk: Actor, at: datetime, chance: random.Random
    ) -> dossiers.Done | None:
        """A paper that was shown leaves nothing of what the council set; of other fees it may leave all."""
        facts = (chance.choice((Entitlement.POOR_HOUSEHOLD, Entitlement.MERIT)),)
        if sum(one.amount for one in dossiers.quote_at_counter(dossier_id=dossier_id, facts=facts)):
            return None
        proof = f"Giấy chứng nhận số {chance.randint(100, 999)}/GCN"
        self.exempt += 1
        return dossiers.take_at_counter(
            by=desk,
            at=at,
            dossier_id=dossier_id,
            amount=0,
            method=PaymentMethod.CASH,
            facts=facts,
            proof=proof,
        )


def _pays(reference: str, *, at: datetime, bank: str) -> None:
    """The citizen's click on the simulated platform, on the day on which it is told to have been."""
    answer = httpx.post(
        f"{settings.MOTCUA_SANDBOX_URL}/pay/_act",
        json={
            "MaThamChieu": reference,
            "act": "pay",
            "MaNganHang": bank,
            "at": f"{at.astimezone(VN):%Y%m%d%H%M%S}",
        },
        timeout=10,
        trust_env=False,
    )
    answer.raise_for_status()


def notice(chance: random.Random) -> FeeLine:
    """What the tariff does not know: the tax office's notice on the land."""
    amount = chance.choice(NOTICES)
    return FeeLine(
        name="Nghĩa vụ tài chính theo thông báo của cơ quan thuế",
        code="",
        kind="fee",
        unit_amount=amount,
        quantity=1,
        cap=None,
        amount=amount,
        why_vi="Theo thông báo của cơ quan thuế",
        why_en="By the tax office's notice",
    )


def give_back(dossier_id: UUID, *, desk: Actor, at: datetime) -> None:
    """What was paid for a dossier that ended before the work began goes back: counted out, or by the platform."""
    for one in fees.payments_for("dossier", str(dossier_id)):
        if one.state is not fees.PaymentState.PAID:
            continue
        fees.ask_refund(by=desk, at=at, payment_id=one.id, reason="Công dân rút hồ sơ trước khi giải quyết.")
        if one.method.at_counter:
            fees.counted_out(by=desk, at=at, payment_id=one.id)
