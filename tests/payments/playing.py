"""Plays the payer and the outside against the sandbox, and gives dossiers that cost something."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import httpx

from motcua.dossiers import api as dossiers
from motcua.fees import api as fees
from motcua.fees.data import PaymentView
from motcua_sandbox.pay import sealing
from motcua_sandbox.server import Sandbox
from tests.dossiers.factories import MORNING, World, receive

COST = 8000
LATER = MORNING.replace(hour=10)


class Outside:
    """The person who plays the platform's payer and the bank's customers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.base = sandbox.base_url
        self.secret = sandbox.setting.secret

    def quiet(self) -> None:
        """No faults, and callbacks to nowhere."""
        for name in ("pay", "bank"):
            self.sandbox.service(name).faults.replace([])
        self.partner("http://127.0.0.1:9/payments")

    def partner(self, base: str) -> None:
        """Where the platform reports."""
        answer = httpx.post(
            f"{self.base}/pay/_partner",
            json={"callback_url": f"{base}/callback", "return_url": f"{base}/return"},
        )
        assert answer.status_code == 200

    def faults(self, service: str, *faults: dict[str, Any]) -> None:
        """Switch faults on."""
        self.sandbox.service(service).faults.replace(list(faults))

    def act(self, reference: str, act: str = "pay") -> None:
        """The payer pays, cancels, is refused or lets the time run out."""
        answer = httpx.post(f"{self.base}/pay/_act", json={"MaThamChieu": reference, "act": act})
        assert answer.status_code == 200, answer.text

    def transfer(self, **fields: Any) -> str:
        """Somebody transfers money; the bank's reference."""
        answer = httpx.post(f"{self.base}/bank/_transfer", json=fields)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["reference"])

    def message(self, reference: str, *, secret: str | None = None, **changes: Any) -> bytes:
        """A callback as the platform words it, sealed by the sandbox's own code."""
        whole: dict[str, Any] = {
            "LoaiBanTin": "CALLBACK",
            "MaLoi": "00",
            "MaDoiTac": "motcua",
            "MaThamChieu": reference,
            "SoTien": str(COST),
            "MaTienTe": "VND",
            "MaGiaoDich": f"GD-{reference}",
            "MaNganHang": "BIDV",
            "ThoiGianGD": "20260302100500",
            "ThongTinGiaoDich": "Nop phi",
        }
        whole |= changes
        absent = [name for name, value in whole.items() if value is ...]
        for name in absent:
            del whole[name]
        return json.dumps(
            sealing.sealed(whole, sealing.CALLBACK, secret or self.secret), ensure_ascii=False
        ).encode()


def owing(world: World, *, asked: bool = True) -> tuple[UUID, PaymentView | None]:
    """A dossier received at the desk, and the demand for which its work waits (state 6)."""
    filed = receive(world)
    if not asked:
        return filed.dossier_id, None
    dossiers.request_payment(by=world.reception, at=MORNING.replace(minute=10), dossier_id=filed.dossier_id)
    (row,) = fees.payments_for("dossier", str(filed.dossier_id))
    return filed.dossier_id, row


def state_of(world: World, dossier_id: UUID) -> dossiers.State:
    """Where the dossier stands."""
    view = dossiers.get_for(by=world.reception, at=LATER.replace(hour=16), dossier_id=dossier_id)
    return view.card.state
