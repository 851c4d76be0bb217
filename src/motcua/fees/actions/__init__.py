"""Writes of `fees`: each one transaction with its ledger entry; calls to the outside stand between transactions."""
