"""Reads: what evidence is made of, scores of units, what to fix, the dossiers behind every number."""
