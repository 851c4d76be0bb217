"""Writes: mirroring, claims, contacts, authority, sign-in; one action, one transaction, one ledger entry."""
