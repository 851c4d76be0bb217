"""Writes: accounts, positions, substitutions, sign-in; one action, one transaction, one ledger entry."""
