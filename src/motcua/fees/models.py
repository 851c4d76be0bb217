"""What is kept of money: demands, tries to pay them, money that came in, receipts, every callback as it came."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from motcua.base.models import UUIDModel
from motcua.fees.data import AttemptState, MoneyState, PaymentMethod, PaymentState, ReceiptForm, ReceiptState

_WAS_PAID = [PaymentState.PAID.value, PaymentState.REFUND_ASKED.value, PaymentState.REFUNDED.value]
_ENDED = [PaymentState.CANCELLED.value, PaymentState.REFUNDED.value]
_OPEN = [AttemptState.INITIATED.value, AttemptState.PENDING.value]


class Payment(UUIDModel):
    """A sum asked of a payer for one subject; whole đồng, never negative.

    Invariants (SQL): what was paid has its time, method, cashier and receipt, others have none; what ended has
    its time; an outside reference pays once.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    agency_key = models.CharField(max_length=60)
    title = models.CharField(max_length=2000, blank=True)
    code = models.CharField(max_length=60, blank=True)
    procedure = models.CharField(max_length=40, blank=True)
    payer = models.CharField(max_length=300, blank=True)
    amount = models.BigIntegerField()
    lines = models.JSONField()
    state = models.CharField(max_length=12)
    method = models.CharField(max_length=20, blank=True)
    outside_ref = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    paid_at = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=64, blank=True)
    receipt = models.OneToOneField("fees.Receipt", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in PaymentState])
                & Q(method__in=[m.value for m in PaymentMethod]),
                name="payment_words_are_known",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=_WAS_PAID, paid_at__isnull=False, receipt__isnull=False)
                    & ~Q(method="")
                    & ~Q(recorded_by="")
                )
                | (
                    ~Q(state__in=_WAS_PAID)
                    & Q(paid_at__isnull=True, receipt__isnull=True, method="", recorded_by="")
                ),
                name="payment_paid_when_how_who",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_ENDED, ended_at__isnull=False)
                | (~Q(state__in=_ENDED) & Q(ended_at__isnull=True)),
                name="payment_ended_when",
            ),
            models.UniqueConstraint(
                fields=["outside_ref"], condition=~Q(outside_ref=""), name="payment_outside_ref_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_kind", "subject_id"], name="payment_of_subject"),
            models.Index(fields=["agency_key", "paid_at"], name="payment_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} đ ({self.state})"


class Attempt(UUIDModel):
    """One try to pay a demand online, known outside by its reference for good.

    Invariants (SQL): one open try per demand and gateway; what ended has its time.
    """

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="attempts")
    gateway = models.CharField(max_length=30)
    reference = models.CharField(max_length=50, unique=True)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    expires_at = models.DateTimeField(null=True)
    url = models.CharField(max_length=2000, blank=True)
    qr = models.CharField(max_length=1000, blank=True)
    outside_id = models.CharField(max_length=80, blank=True)
    asks = models.PositiveSmallIntegerField(default=0)
    ask_next = models.DateTimeField(null=True)  # when to ask the gateway what became of it
    ended_at = models.DateTimeField(null=True)
    ended_code = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["started_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in AttemptState]), name="attempt_state_is_known"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="attempt_of_something"),
            models.UniqueConstraint(
                fields=["payment", "gateway"], condition=Q(state__in=_OPEN), name="attempt_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_OPEN, ended_at__isnull=True)
                | (~Q(state__in=_OPEN) & Q(ended_at__isnull=False)),
                name="attempt_ended_when",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["ask_next"], condition=Q(ask_next__isnull=False), name="attempt_to_ask_about"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"


class MoneyIn(UUIDModel):
    """Money that came from outside: booked once by the outside's reference, and never without a state.

    Invariants (SQL): one row per gateway and outside reference; applied money names its demand, and a demand has
    at most one; what pays nothing says why; what was refunded has its time and reference.
    """

    gateway = models.CharField(max_length=30)
    outside_ref = models.CharField(max_length=80)
    reference = models.CharField(max_length=50, blank=True)
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="money")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="money")
    amount = models.BigIntegerField()
    booked_at = models.DateTimeField()
    received_at = models.DateTimeField()
    said = models.CharField(max_length=500, blank=True)
    payer_name = models.CharField(max_length=200, blank=True)
    payer_account = models.CharField(max_length=60, blank=True)
    payer_bank = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=12)
    why = models.CharField(max_length=40, blank=True)
    refund_asked_at = models.DateTimeField(null=True)
    refund_asked_by = models.CharField(max_length=64, blank=True)
    refund_reason = models.CharField(max_length=500, blank=True)
    refund_next = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)
    refund_ref = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in MoneyState]), name="money_state_is_known"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="money_is_something"),
            models.UniqueConstraint(fields=["gateway", "outside_ref"], name="money_booked_once"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(state="applied"), name="money_pays_a_demand_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(payment__isnull=False, why=""), name="money_applied_to_what"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["unmatched", "to_refund"]) | ~Q(why=""), name="money_says_why"
            ),
            models.CheckConstraint(
                condition=(Q(state="refunded", refunded_at__isnull=False) & ~Q(refund_ref=""))
                | (~Q(state="refunded") & Q(refunded_at__isnull=True, refund_ref="")),
                name="money_refunded_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refund_asked", "refunded"])
                | (Q(refund_asked_at__isnull=False) & ~Q(refund_asked_by="") & ~Q(refund_reason="")),
                name="money_refund_asked_when_who_why",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["gateway", "booked_at"], name="money_of_day"),
            models.Index(fields=["state"], condition=~Q(state="applied"), name="money_to_look_at"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} đ {self.gateway} {self.outside_ref} ({self.state})"


class Receipt(UUIDModel):
    """A receipt: numbered without gaps in its series when electronic, by the printed leaf when paper.

    Invariants (SQL): a number is used once per agency and series; a voided receipt has time, person and reason; one
    valid receipt per demand.
    """

    agency_key = models.CharField(max_length=60)
    form = models.CharField(max_length=10)
    series = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="receipts")
    amount = models.BigIntegerField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=64)
    state = models.CharField(max_length=10)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.CharField(max_length=64, blank=True)
    void_reason = models.CharField(max_length=500, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="successor")

    class Meta:
        ordering: ClassVar[list[str]] = ["agency_key", "series", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_key", "series", "number"], name="receipt_number_once"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(state="valid"), name="receipt_one_valid_per_demand"
            ),
            models.CheckConstraint(
                condition=Q(
                    form__in=[f.value for f in ReceiptForm], state__in=[s.value for s in ReceiptState]
                ),
                name="receipt_words_are_known",
            ),
            models.CheckConstraint(
                condition=(Q(state="voided", voided_at__isnull=False) & ~Q(voided_by="") & ~Q(void_reason=""))
                | Q(state="valid", voided_at__isnull=True, voided_by="", void_reason=""),
                name="receipt_voided_when_who_why",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0, number__gte=1), name="receipt_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.number}"


class ReceiptCounter(models.Model):
    """The last number of an agency's electronic series: gap-free, what is rolled back gives its number back."""

    agency_key = models.CharField(max_length=60)
    series = models.CharField(max_length=20)
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_key", "series"], name="receipt_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.agency_key} {self.series}: {self.last}"


class CallbackRow(UUIDModel):
    """A message of a payment service as it came, and what was made of it: kept before it is looked at."""

    gateway = models.CharField(max_length=30)
    received_at = models.DateTimeField()
    source = models.CharField(max_length=60, blank=True)
    body = models.BinaryField()
    length = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    verdict = models.CharField(max_length=12, blank=True)
    why = models.CharField(max_length=300, blank=True)
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="callbacks")
    answered = models.BinaryField(default=b"")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["gateway", "received_at"], name="callback_of_day"),
            models.Index(fields=["received_at"], condition=Q(verdict=""), name="callback_unanswered"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.received_at} {self.verdict}"


class GatewayMark(models.Model):
    """How far a gateway's feed was read, and for which day it was last reconciled."""

    name = models.CharField(max_length=40, primary_key=True)
    cursor = models.CharField(max_length=200, blank=True)
    done_for = models.DateField(null=True)
    moved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.cursor}"


class Reconciliation(UUIDModel):
    """The comparison of one day: what the outside booked, what the ledger has, every difference by name."""

    gateway = models.CharField(max_length=30)
    day = models.DateField()
    made_at = models.DateTimeField()
    theirs_count = models.PositiveIntegerField()
    theirs_amount = models.BigIntegerField()
    ours_count = models.PositiveIntegerField()
    ours_amount = models.BigIntegerField()
    differences = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-day", "gateway", "-made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(differences=[])
                | Q(theirs_amount=F("ours_amount"), theirs_count=F("ours_count")),
                name="reconciliation_agrees_or_says_why",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["day", "gateway"], name="reconciliation_of_day")
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.day}: {len(self.differences)}"
