"""Append-only facts: every change of state, in order, provable."""
