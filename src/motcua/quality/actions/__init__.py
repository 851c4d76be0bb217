"""Writes: one action, one transaction, one ledger entry."""
