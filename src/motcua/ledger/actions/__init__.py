"""Writes of the ledger: adding entries, giving positions, sealing, consuming, erasing."""
