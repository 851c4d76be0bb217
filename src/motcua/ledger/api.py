"""The one door to the ledger."""

from __future__ import annotations

from motcua.base.registry import Registry
from motcua.ledger.actions.append import append, lock_subject, record_access
from motcua.ledger.actions.consume import consume
from motcua.ledger.actions.erase import erase_person
from motcua.ledger.actions.idempotency import Claim, KeyReused, idempotent
from motcua.ledger.actions.seal import seal, verify
from motcua.ledger.actions.sequence import LOGS, forget_transactions, sequence
from motcua.ledger.data import (
    AccessView,
    Entry,
    EntryView,
    Finding,
    Forgetter,
    Sealer,
    Subject,
    Verification,
)
from motcua.ledger.queries import after, entries, horizon_age, last_position, pending, readings_of
from motcua.ledger.rules.grants import APPEND_ONLY, HIDDEN, SEQUENCER_TABLES

sealers: Registry[Sealer] = Registry("sealer")
forgetters: Registry[Forgetter] = Registry("forgetter")

__all__ = [
    "APPEND_ONLY",
    "HIDDEN",
    "LOGS",
    "SEQUENCER_TABLES",
    "AccessView",
    "Claim",
    "Entry",
    "EntryView",
    "Finding",
    "Forgetter",
    "KeyReused",
    "Sealer",
    "Subject",
    "Verification",
    "after",
    "append",
    "consume",
    "entries",
    "erase_person",
    "forget_transactions",
    "forgetters",
    "horizon_age",
    "idempotent",
    "last_position",
    "lock_subject",
    "pending",
    "readings_of",
    "record_access",
    "seal",
    "sealers",
    "sequence",
    "verify",
]
