"""The dossier's row: where it stands now. How it came there is in the ledger, and must agree."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from motcua.base.models import UUIDModel
from motcua.dossiers.data import Channel, Outcome, Queue, State, Step

_HOLDING = (State.REFUSED, State.SUPPLEMENT, State.PAYMENT_DUE, State.WITHDRAWN, State.STOPPED)
_ENDED = (State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RESOLVED, State.RETURNED)


class Dossier(UUIDModel):
    """One request of one applicant.

    Invariants (all held by SQL): the state is one of the national ten; a step stands only in state 4; what was
    interrupted is kept exactly while the dossier waits or has ended before a decision; accepted, ended and
    returned times stand exactly in the states that have them (NĐ 61/2018 Đ.17–20); code, filing key and outside
    code are each used once. `seq` is the number of its last ledger entry. `due_at` follows from the clock
    facts; `promised_due` is what the last paper handed to the citizen says.
    """

    code = models.CharField(max_length=60, unique=True)
    outside_system = models.CharField(max_length=40, blank=True)
    outside_code = models.CharField(max_length=80, blank=True)
    filing_scope = models.CharField(max_length=80, blank=True)
    filing_key = models.CharField(max_length=80, blank=True)
    filing_hash = models.CharField(max_length=64, blank=True)

    # In force when it was accepted; until then, when it was filed.
    procedure_version = models.ForeignKey(
        "procedures.ProcedureVersion", models.PROTECT, related_name="+", db_index=False
    )
    # Whose form the answers fill in.
    filed_version = models.ForeignKey(
        "procedures.ProcedureVersion", models.PROTECT, related_name="+", db_index=False
    )
    procedure_code = models.CharField(max_length=40)
    procedure_name = models.CharField(max_length=2000)
    field = models.CharField(max_length=300)
    channel = models.CharField(max_length=10, choices=[(c.value, c.value) for c in Channel])
    door = models.CharField(max_length=30)

    receiving_agency = models.CharField(max_length=60)
    desk_agency = models.CharField(max_length=60)  # who serves as receiving agency today (units are reformed)
    handling_agency = models.CharField(max_length=60)
    return_agency = models.CharField(max_length=60)
    return_by = models.CharField(max_length=20, default="counter")
    successor_of = models.CharField(max_length=60, blank=True)

    applicant_person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False
    )
    applicant_organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, related_name="+", db_index=False
    )
    applicant = models.JSONField()
    applicant_name = models.CharField(max_length=300)
    applicant_fold = models.CharField(max_length=300)
    applicant_number = models.CharField(max_length=20, blank=True)
    submitter_person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", db_index=False
    )
    submitter = models.JSONField(null=True)
    acting_as = models.CharField(max_length=20, blank=True)
    answers = models.JSONField(default=dict)
    quantity = models.PositiveIntegerField(default=1)
    identity_proven = models.BooleanField(default=False)

    state = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=12, blank=True)
    held_state = models.PositiveSmallIntegerField(null=True)
    held_step = models.CharField(max_length=12, blank=True)
    seq = models.PositiveIntegerField()
    queue = models.CharField(max_length=10, blank=True)
    queue_agency = models.CharField(max_length=60, blank=True)
    queue_due = models.DateTimeField()
    assignee = models.CharField(max_length=64, blank=True)

    regime = models.CharField(max_length=30)
    limit_amount = models.PositiveIntegerField(null=True)
    limit_unit = models.CharField(max_length=20, blank=True)
    due_at = models.DateTimeField(null=True)
    promised_due = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True)
    reason = models.TextField(blank=True)
    proposal = models.JSONField(default=dict)
    proposed_by = models.CharField(max_length=64, blank=True)

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    part_code = models.CharField(max_length=60, blank=True)
    has_parts = models.BooleanField(default=False)  # worked on in its children only
    # The ministry's own system that works on it, its code there, and what that system said last.
    handed_to = models.CharField(max_length=200, blank=True)
    handed_code = models.CharField(max_length=80, blank=True)
    handed_state = models.CharField(max_length=300, blank=True)
    imported = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="dossier_state_is_national"
            ),
            models.CheckConstraint(
                condition=Q(step__in=[s.value for s in Step]) & Q(held_step__in=[s.value for s in Step]),
                name="dossier_step_is_known",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.IN_PROGRESS) & ~Q(step=""))
                | (~Q(state=State.IN_PROGRESS) & Q(step="")),
                name="dossier_step_only_in_progress",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=_HOLDING) & Q(held_state__isnull=False, held_state__in=[1, 2, 4]))
                | (~Q(state__in=_HOLDING) & Q(held_state__isnull=True) & Q(held_step="")),
                name="dossier_held_while_waiting_or_ended_early",
            ),
            models.CheckConstraint(
                condition=(Q(held_state=State.IN_PROGRESS) & ~Q(held_step=""))
                | ((~Q(held_state=State.IN_PROGRESS) | Q(held_state__isnull=True)) & Q(held_step="")),
                name="dossier_held_step_only_in_progress",
            ),
            models.CheckConstraint(
                condition=(Q(accepted_at__isnull=True) & Q(accepted_by=""))
                | (Q(accepted_at__isnull=False) & ~Q(accepted_by="")),
                name="dossier_accepted_when_and_who",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.ACCEPTED, State.IN_PROGRESS, State.RESOLVED, State.RETURNED])
                | Q(accepted_at__isnull=False),
                name="dossier_accepted_before_work",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REGISTERED) | Q(accepted_at__isnull=True),
                name="dossier_registered_is_not_accepted",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(accepted_at__isnull=False),
                name="dossier_due_only_when_accepted",
            ),
            models.CheckConstraint(
                condition=(Q(due_at__isnull=True) & Q(promised_due__isnull=True))
                | (Q(due_at__isnull=False) & Q(promised_due__isnull=False)),
                name="dossier_due_and_promise_together",
            ),
            models.CheckConstraint(
                condition=(Q(limit_amount__isnull=True) & Q(limit_unit=""))
                | (Q(limit_amount__isnull=False) & ~Q(limit_unit="")),
                name="dossier_limit_has_unit",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=_ENDED) & Q(ended_at__isnull=False))
                | (~Q(state__in=_ENDED) & Q(ended_at__isnull=True)),
                name="dossier_ended_when_over",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.RETURNED) & Q(returned_at__isnull=False))
                | (~Q(state=State.RETURNED) & Q(returned_at__isnull=True)),
                name="dossier_returned_when_handed_out",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=[State.RESOLVED, State.RETURNED]) & ~Q(outcome=""))
                | (~Q(state__in=[State.RESOLVED, State.RETURNED]) & Q(outcome="")),
                name="dossier_outcome_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[o.value for o in Outcome]), name="dossier_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=Q(queue__in=[q.value for q in Queue])
                & (
                    (Q(queue="") & Q(state__in=[3, 7, 8, 10]))
                    | (~Q(queue="") & ~Q(queue_agency="") & ~Q(state__in=[3, 7, 8, 10]))
                ),
                name="dossier_queue_while_somebody_must_act",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__lte=F("accepted_at")) | Q(accepted_at__isnull=True),
                name="dossier_submitted_before_accepted",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(seq__gte=1), name="dossier_counts_start_at_one"
            ),
            models.CheckConstraint(
                condition=~Q(step=Step.OUTSIDE) | ~Q(handed_to=""), name="dossier_outside_names_the_system"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(has_parts=False), name="dossier_parts_of_one_depth"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="dossier_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=(Q(outside_system="") & Q(outside_code=""))
                | (~Q(outside_system="") & ~Q(outside_code="")),
                name="dossier_outside_code_has_system",
            ),
            models.UniqueConstraint(
                fields=["outside_system", "outside_code"],
                condition=~Q(outside_code=""),
                name="dossier_outside_code_once",
            ),
            models.UniqueConstraint(
                fields=["filing_scope", "filing_key"],
                condition=~Q(filing_key=""),
                name="dossier_filing_key_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # The worklist: one index per way of asking, in the order of the page, open dossiers only.
            models.Index(
                fields=["queue_agency", "queue", "queue_due", "id"],
                condition=~Q(queue=""),
                name="dossier_queue_by_due",
            ),
            models.Index(
                fields=["assignee", "queue", "queue_due", "id"],
                condition=~Q(assignee="") & ~Q(queue=""),
                name="dossier_mine_by_due",
            ),
            # One procedure out of a long list: without it a page reads the list to its end.
            models.Index(
                fields=["queue_agency", "queue", "procedure_code", "queue_due", "id"],
                condition=~Q(queue=""),
                name="dossier_queue_by_procedure",
            ),
            models.Index(
                fields=["applicant_person", "submitted_at"],
                condition=Q(applicant_person__isnull=False),
                name="dossier_of_applicant",
            ),
            models.Index(
                fields=["submitter_person", "submitted_at"],
                condition=Q(submitter_person__isnull=False),
                name="dossier_of_submitter",
            ),
            models.Index(
                fields=["applicant_organisation", "submitted_at"],
                condition=Q(applicant_organisation__isnull=False),
                name="dossier_of_organisation",
            ),
            models.Index(
                fields=["applicant_number"], condition=~Q(applicant_number=""), name="dossier_by_number"
            ),
            models.Index(
                fields=["outside_code"], condition=~Q(outside_code=""), name="dossier_by_outside_code"
            ),
            # Reports read nothing but this index: everything that a figure is counted from or broken down by.
            models.Index(
                fields=["submitted_at"],
                include=[
                    "ended_at",
                    "due_at",
                    "state",
                    "channel",
                    "receiving_agency",
                    "desk_agency",
                    "handling_agency",
                    "field",
                    "procedure_code",
                ],
                name="dossier_by_submitted",
            ),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="dossier_by_ended"),
            models.Index(fields=["receiving_agency", "submitted_at"], name="dossier_agency_submitted"),
            GinIndex(OpClass(F("applicant_fold"), name="gin_trgm_ops"), name="dossier_name_trgm"),
        ]

    def __str__(self) -> str:
        return self.code
