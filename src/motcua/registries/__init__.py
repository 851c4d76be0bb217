"""Sector registers declared over one kernel. Not built yet: nothing here answers."""
