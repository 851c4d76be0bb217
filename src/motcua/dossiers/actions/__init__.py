"""Everything that may be done to a dossier: one function, one transaction, one ledger entry."""
