"""Which tables of the ledger the roles may touch, and how."""

from __future__ import annotations

APPEND_ONLY = ("ledger_entry", "ledger_payload", "ledger_person_key", "ledger_access")
HIDDEN = ("ledger_pending", "ledger_position", "ledger_seal")
SEQUENCER_TABLES = ("ledger_pending", "ledger_position", "ledger_seal")
