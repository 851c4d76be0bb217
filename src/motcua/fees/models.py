"""What is kept of money: payments with their lines, and the counters of receipts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from motcua.base.models import UUIDModel
from motcua.fees.data import PaymentMethod, PaymentState

_WAS_PAID = (PaymentState.PAID, PaymentState.REFUNDED)


class Payment(UUIDModel):
    """A sum asked of a payer for one subject; whole đồng, never negative.

    Invariants (SQL): a paid or refunded payment has its time, method, cashier and receipt, others have none;
    a receipt's number is used once per agency and year (gap-free by the counter).
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    agency_key = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    lines = models.JSONField()
    state = models.CharField(max_length=10)
    method = models.CharField(max_length=20, blank=True)
    outside_ref = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    paid_at = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=64, blank=True)
    receipt_year = models.PositiveSmallIntegerField(null=True)
    receipt_no = models.PositiveIntegerField(null=True)
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
                    Q(state__in=_WAS_PAID)
                    & Q(paid_at__isnull=False, receipt_year__isnull=False, receipt_no__isnull=False)
                    & ~Q(method="")
                    & ~Q(recorded_by="")
                )
                | (
                    ~Q(state__in=_WAS_PAID)
                    & Q(paid_at__isnull=True, receipt_year__isnull=True, receipt_no__isnull=True)
                    & Q(method="", recorded_by="")
                ),
                name="payment_paid_when_how_who",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["cancelled", "refunded"]) & Q(ended_at__isnull=False))
                | (~Q(state__in=["cancelled", "refunded"]) & Q(ended_at__isnull=True)),
                name="payment_ended_when",
            ),
            models.UniqueConstraint(
                fields=["agency_key", "receipt_year", "receipt_no"],
                condition=Q(receipt_no__isnull=False),
                name="payment_receipt_once",
            ),
            models.UniqueConstraint(
                fields=["outside_ref"], condition=~Q(outside_ref=""), name="payment_outside_ref_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_kind", "subject_id"], name="payment_of_subject")
        ]

    def __str__(self) -> str:
        return f"{self.amount} đ ({self.state})"


class ReceiptCounter(models.Model):
    """The last receipt number of an agency in a year: gap-free, a rolled-back payment gives its number back."""

    agency_key = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_key", "year"], name="receipt_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.agency_key} {self.year}: {self.last}"
