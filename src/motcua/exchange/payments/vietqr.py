"""Pays by bank transfer: a VietQR with a reference, matched with the bank's notification of what came in."""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from motcua.exchange.connectors import Answer, CallFailed, Request, call, check_endpoint, endpoint
from motcua.exchange.payments import camt, emvco
from motcua.exchange.payments.accounts import collecting_account, missing_account
from motcua.fees import api as fees
from motcua.fees.api import (
    CallbackRefused,
    GatewayRefused,
    GatewayUnavailable,
    Movement,
    Order,
    Outcome,
    Payer,
    PaymentMethod,
    RefundOrder,
    Reply,
    Settled,
    Started,
    Told,
    Verdict,
    Via,
)

CONNECTOR = "bank"
GATEWAY = "vietqr"
OPEN_FOR = timedelta(hours=24)
_NOT_PROVIDED = "NOTPROVIDED"
log = logging.getLogger(__name__)


class BankConnector:
    """The account-holding bank as a system outside."""

    id = CONNECTOR
    name_vi = "Ngân hàng (chuyển khoản VietQR)"
    name_en = "Bank (VietQR transfers)"
    still_works_vi = "Vẫn chuyển khoản được; tiền được ghi nhận khi ngân hàng trả lời lại."
    still_works_en = "Transfers still work; they are noted when the bank answers again."

    def check_config(self) -> list[str]:
        """An address, a user and a password."""
        return check_endpoint(CONNECTOR)


class VietQR:
    """A transfer by VietQR as a way of paying."""

    id = GATEWAY
    name_vi = "Chuyển khoản bằng mã VietQR"
    name_en = "Bank transfer by VietQR"
    method = PaymentMethod.VIETQR

    def check_config(self) -> list[str]:
        """The bank's address and credentials, and the account."""
        return [*check_endpoint(CONNECTOR), *missing_account()]

    def start(self, order: Order, *, at: datetime) -> Started:
        """The text of the QR; the bank is not asked."""
        account = collecting_account()
        text = emvco.payload(
            bank=account.bin, account=account.number, amount=order.amount, content=order.reference
        )
        return Started(qr=text, outside_id=order.reference, expires_at=order.started_at + OPEN_FOR)

    def read_callback(self, body: bytes) -> Told:
        """The bank sends none: its notifications are fetched."""
        raise CallbackRefused(Verdict.PARTNER, "no callbacks by this way")

    def reply(self, body: bytes, verdict: Verdict, *, at: datetime) -> Reply:
        """Nothing is expected here."""
        return Reply(status=404, body=b"{}")

    def query(self, reference: str, *, at: datetime) -> Told | None:
        """A bank does not know of a transfer before it came; the feed tells."""
        return None

    def bill(self, reference: str, *, at: datetime) -> str:
        """A bank has no bill."""
        return ""

    def refund(self, order: RefundOrder, *, at: datetime) -> str:
        """Transfer the sum back to the account it came from."""
        if not order.payer_account:
            raise GatewayRefused("the sender's account is not known", code="account")
        message = {
            "account": collecting_account().number,
            "to_account": order.payer_account,
            "to_bin": order.payer_bank or collecting_account().bin,
            "to_name": order.payer_name or "NGUOI NOP",
            "amount": order.amount,
            "content": f"HOAN TIEN {order.reference}".strip(),
            "end_to_end_id": order.key[:35],
        }
        answer = _ask("transfer", "POST", "/transfer", at=at, json_body=message, key=order.key)
        try:
            reference = str(answer.json()["reference"])
        except (ValueError, KeyError, TypeError) as error:
            raise GatewayUnavailable("answer unreadable") from error
        return reference

    def statement(self, day: date, *, at: datetime) -> Sequence[Movement]:
        """Every booking of the day on the account."""
        found = []
        for one in _feed(f"day={day.isoformat()}", at=at)[0]:
            found.append(
                Movement(
                    outside_ref=one.reference,
                    reference=fees.find_reference(one.content),
                    amount=one.amount,
                    refund=not one.credit,
                    at=one.at,
                )
            )
        return found


def read_feed(*, at: datetime, limit: int = 500) -> list[Settled]:
    """Fetch what the bank booked since last time and settle it; what was read twice is booked once."""
    cursor, _day = fees.mark(GATEWAY)
    found, after = _feed(f"after={cursor}&limit={limit}", at=at)
    settled = [_book(one, at=at) for one in found if one.credit]
    if after and after != cursor:
        fees.move_mark(GATEWAY, at=at, cursor=after)
    return settled


def _book(one: camt.Booking, *, at: datetime) -> Settled:
    told = Told(
        reference=fees.find_reference(one.content),
        outcome=Outcome.PAID,
        amount=one.amount,
        outside_ref=one.reference,
        at=one.at,
    )
    payer = Payer(name=one.party, account=one.party_account, said=one.content)
    return fees.settle(
        by=fees.actor_of(GATEWAY), at=at, gateway_id=GATEWAY, told=told, via=Via.FEED, payer=payer
    )


def _feed(query: str, *, at: datetime) -> tuple[list[camt.Booking], str]:
    account = collecting_account().number
    answer = _ask("camt054", "GET", f"/camt054?account={account}&{query}", at=at)
    try:
        found = camt.bookings(answer.body)
    except camt.BadNotification as error:
        raise GatewayUnavailable(f"notification unreadable: {error}") from error
    cursor = {name.lower(): value for name, value in answer.headers.items()}.get("x-next-cursor", "")
    return found, cursor[:200]


def _ask(
    name: str, method: str, path: str, *, at: datetime, json_body: object = None, key: str = ""
) -> Answer:
    at_bank = endpoint(CONNECTOR)
    credentials = base64.b64encode(f"{at_bank.user}:{at_bank.secret}".encode()).decode()
    request = Request(
        method=method,
        url=f"{at_bank.url}{path}",
        headers={"Authorization": f"Basic {credentials}"},
        json_body=json_body,
    )
    try:
        answer = call(CONNECTOR, name, request, idempotency_key=key, at=at, timeout=15.0)
    except CallFailed as error:
        raise GatewayUnavailable(str(error)) from error
    if answer.status != 200:
        raise GatewayRefused(f"HTTP {answer.status}", code=str(answer.status))
    return answer
