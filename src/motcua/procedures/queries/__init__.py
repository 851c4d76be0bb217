"""Reads: versions in force, open doors, search, life events."""
