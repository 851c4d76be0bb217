"""Pure arithmetic of the ledger: commitments, leaves and Merkle roots."""
