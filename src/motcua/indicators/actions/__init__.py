"""Writes: evidence from the ledger's news, the full rebuild, reported figures."""
